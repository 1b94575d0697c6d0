// What an admission plugin is: it may change the object (admit) or only look at it (validate); the first that refuses ends the walk.
// Upstream: apiserver pkg/admission/interfaces.go

import type { Kind } from '../../api/kind'
import type { ApiObject, JsonObject } from '../../api/object'
import { forbidden, notFound, type Status, type StatusCause } from '../../api/errors/status'
import type { Facts } from '../../base/why'
import type { Expected } from '../body/expected'
import type { DeleteOptions, PeerAnswer, UserInfo } from '../requestContext'
import type { ServerState } from '../serverState'

export interface Attributes {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly kind: Kind
  readonly subresource: string
  /** What the object is: a subresource may have a kind of its own (Scale, Binding, PodExecOptions). */
  readonly shape: Expected
  readonly namespace: string
  readonly name: string
  /** Null on a delete; on CONNECT the options, which have no metadata. */
  readonly object: ApiObject | null
  readonly old: ApiObject | null
  readonly user: UserInfo
  readonly dryRun: boolean
  readonly deleteOptions: DeleteOptions
  /** CreateOptions, UpdateOptions or DeleteOptions; null on CONNECT. */
  readonly options: JsonObject | null
  /** What webhooks have answered already. */
  readonly webhooks: ReadonlyMap<string, PeerAnswer> | null
  readonly round: Round
  warn(text: string): void
  /** An object of that shape with its defaults. */
  defaulted(object: ApiObject): ApiObject
}

export interface Plugin {
  readonly name: string
  /** Whether it is asked about connections (exec, proxy), too. */
  readonly connects?: true
  /** The object as the plugin leaves it (the same one for no change), or a refusal. */
  admit?(a: Attributes & { readonly object: ApiObject }, server: ServerState): ApiObject | { readonly refusal: Denial }
  /** Also called on deletes; before anything is stored. */
  validate?(a: Attributes, server: ServerState): Denial | WebhookCall | null
  /** Called in the first walk whatever the operation, for plugins that guard rather than change. */
  guard?(a: Attributes, server: ServerState): Denial | WebhookCall | Mutated | null
}

/** A guard changed the object after all. */
export interface Mutated {
  readonly mutated: ApiObject
}

/** One walk of the plugins that change: whether there is a second one, and whom it asks again. */
export interface Round {
  readonly again: boolean
  /** A webhook changed something, or a policy was applied: all plugins are walked once more. */
  wanted: boolean
  readonly webhooks: Asked
  readonly policies: Asked
}

/** Of webhooks, or of policies, by their names. */
export interface Asked {
  /** Those that wish to be asked again and have been asked so far; and those of them after whom the object changed. */
  asked: Set<string>
  readonly askAgain: Set<string>
  /** The object as they left it. */
  left: ApiObject | null
}

export const nobodyAsked = (): Asked => ({ asked: new Set(), askAgain: new Set(), left: null })

/** The object is another by now: whoever was asked, and wishes so, is asked again. */
export function reask(they: Asked): void {
  for (const name of they.asked) they.askAgain.add(name)
  they.asked = new Set()
}

/** What a plugin refuses with, and what it compared, for the reader. */
export interface Denial {
  readonly status: Status
  readonly facts: readonly Facts[]
}

/** A webhook must be asked before the walk can go on. */
export interface WebhookCall {
  readonly call: string
  readonly path: string
  readonly body: JsonObject
  /** Milliseconds. */
  readonly within: number
}

export const isCall = (said: Denial | WebhookCall | Mutated): said is WebhookCall => 'within' in said
export const isMutated = (said: Status | Denial | WebhookCall | Mutated): said is Mutated => 'mutated' in said

/** `pods "web" is forbidden: …`; a name not yet generated shows its prefix. */
export function refuse(
  { kind, object, name }: Attributes,
  why: string,
  facts: Facts | readonly Facts[],
  causes?: readonly StatusCause[],
): Denial {
  const shown = name || (object?.metadata.name ?? '') || (object?.metadata.generateName ?? '') || 'Unknown'
  const status = forbidden({ group: kind.group, resource: kind.resource }, shown, why, causes)
  return { status, facts: isCards(facts) ? facts : [facts] }
}

const isCards = (facts: Facts | readonly Facts[]): facts is readonly Facts[] => Array.isArray(facts)

/** What the plugin needs to see is not there. */
export const absent = (resource: string, name: string, facts: Facts): Denial => ({
  status: notFound({ group: '', resource }, name),
  facts: [{ object: `${resource} ${name}`, ...facts }],
})

export const isPod = ({ kind, subresource }: Attributes) => kind.resource === 'pods' && kind.group === '' && subresource === ''
