// What a command line is run with: who the reader is, the files of the editor, and the names of resources.
// kubectl's discovery cache is warm here: the names come from the caller's table; GET /api and /apis are asked only for a type that it lacks.
// Upstream: cli-runtime pkg/genericclioptions, pkg/resource

import type { Credentials } from '../engine/index'

export interface ResourceInfo {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly singular: string
  readonly kind: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

export interface CommandContext {
  readonly namespace: string
  /** Named credentials for --context: `admin`, `alice`, …; the context `kubernetes` is admin's. */
  readonly identities: Readonly<Record<string, Credentials>>
  readonly files: Readonly<Record<string, string>>
  /** `https://127.0.0.1:6443` */
  readonly serverUrl: string
  readonly resources: readonly ResourceInfo[]
  /** The server itself was asked for them by this very command: a type that they lack there is not. */
  readonly justAsked?: boolean
}

/** Ends a command: what goes to stderr, and the exit code. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message)
  }
}

/** A type that the discovery cache does not hold: kubectl asks the server what it serves by now, and tries again. */
export class UnknownType extends CommandError {}
