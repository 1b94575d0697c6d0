// The objects that a command changes: those that are named, each read first; or all that a selector finds.
// Upstream: cli-runtime pkg/resource/visitor.go (Info, Selector)

import type { JsonObject } from '../../engine/index'
import { CommandError, type ResourceInfo } from '../context'
import type { Step } from '../effects'
import type { FlagTable } from '../flags'
import { knownManifests } from '../manifests'
import { pathOf, query } from '../resources'
import type { Session } from '../session'
import { targetsOf } from '../targets'

/** How a reader names them. */
export const chosenFlags: FlagTable = {
  selector: { type: 'string', short: 'l' },
  all: { type: 'bool' },
  filename: { type: 'list', short: 'f' },
}

export interface Chosen {
  readonly info: ResourceInfo
  readonly name: string
  readonly namespace: string
  /** As the server has it. */
  readonly object: JsonObject
}

/** Throws at the first object that cannot be read. `subresource`: read through that one. */
export function* chosen(session: Session, args: readonly string[], command: string, subresource?: string): Step<readonly Chosen[]> {
  const { flags, namespace } = session
  const found: Chosen[] = []
  if (flags.has('filename'))
    for (const manifest of knownManifests(session)) found.push({ ...manifest, object: yield* read(session, manifest, subresource) })
  else if (args.length === 0) throw new CommandError('error: resource(s) were provided, but no name was specified\n')
  else
    for (const { info, name } of targetsOf(session, args, command)) {
      if (name !== undefined) {
        found.push({ info, name, namespace, object: yield* read(session, { info, name, namespace }, subresource) })
        continue
      }
      if (!flags.bool('all') && !flags.has('selector'))
        throw new CommandError('error: resource(s) were provided, but no name was specified\n')
      const list = yield* session.get({ path: pathOf(info, namespace) + query({ labelSelector: flags.text('selector'), limit: 500 }) })
      for (const object of (list.items ?? []) as readonly JsonObject[]) {
        const { name, namespace: own = namespace } = object.metadata as { name: string; namespace?: string }
        found.push({ info, name, namespace: own, object })
      }
    }
  return found
}

function read(session: Session, { info, namespace, name }: Omit<Chosen, 'object'>, subresource?: string): Step<JsonObject> {
  return session.get({ path: pathOf(info, namespace, name, subresource) })
}

export const PATCH_TYPES = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
} as const
