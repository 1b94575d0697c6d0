// What a kubectl command is: its flags and a program over a session; or a few commands below it.

import { goQuote } from '../../engine/index'
import { CommandError } from '../context'
import type { Step } from '../effects'
import { isTruthValue, type FlagTable } from '../flags'
import type { Session } from '../session'

export interface Command {
  readonly flags: FlagTable
  /** Other names of it. */
  readonly aliases?: readonly string[]
  /** By name; a word that names none of them is an argument. */
  readonly subcommands?: Commands
  run(session: Session): Step<number>
}

export type Commands = Readonly<Record<string, Command>>

export const dryRunFlag: FlagTable = { 'dry-run': { type: 'string', bare: 'client' } }

/** As --dry-run says, which may still be a truth value. Leaves out the warning that such values are deprecated. */
export function dryRunOf({ flags }: Session): 'none' | 'client' | 'server' {
  const value = flags.text('dry-run') ?? 'none'
  if (value === 'none' || value === 'client' || value === 'server') return value
  if (isTruthValue(value)) return flags.bool('dry-run') ? 'client' : 'none'
  throw new CommandError(`error: Invalid dry-run value (${value}). Must be "none", "server", or "client".\n`)
}

/** What a request says of it: nothing is stored. */
export function dryRunQuery(session: Session): { readonly dryRun: 'All' | undefined } {
  return { dryRun: dryRunOf(session) === 'server' ? 'All' : undefined }
}

export function dryRunNote(session: Session): string {
  const mode = dryRunOf(session)
  return mode === 'none' ? '' : mode === 'client' ? ' (dry run)' : ' (server dry run)'
}

export const validateFlag: FlagTable = { validate: { type: 'string', bare: 'strict' } }

/** What the server is to make of unknown and repeated fields. */
export function fieldValidationOf({ flags }: Session): 'Strict' | 'Warn' | 'Ignore' {
  const value = flags.text('validate') ?? 'strict'
  const named = ({ strict: 'Strict', warn: 'Warn', ignore: 'Ignore' } as const)[value]
  if (named) return named
  if (isTruthValue(value)) return flags.bool('validate') ? 'Strict' : 'Ignore'
  throw new CommandError(`error: invalid - validate option ${goQuote(value)}; must be one of: strict (or true), warn, ignore (or false)\n`)
}

/** The options of a request that writes an object. `manager`: who it is unless --field-manager names another. */
export function writeOptions(session: Session, manager: string) {
  return {
    fieldManager: session.flags.text('field-manager') ?? manager,
    fieldValidation: fieldValidationOf(session),
    ...dryRunQuery(session),
  }
}
