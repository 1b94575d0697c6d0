// Who controls an object, and how a controller takes up orphans that its selector matches and lets go of those that it matches no more.
// Upstream: kubernetes pkg/controller/controller_ref_manager.go

import type { ApiObject, OwnerReference } from '../api/object'
import { matchesLabels, type LabelSelector } from '../api/selectors/labelSelector'
import { objectOf, succeeded } from '../client/answers'
import type { Answered } from '../client/types'
import { read, strategicPatch } from '../client/requests'
import { ask, GiveUp, type Sync } from '../client/sync'
import { pathOf, type Resource } from './resources'

export function controllerOf({ metadata }: ApiObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller)
}

export function ownerReference({ apiVersion = '', kind = '', metadata }: ApiObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name!, uid: metadata.uid!, controller: true, blockOwnerDeletion: true }
}

export interface Claim<T extends ApiObject> {
  readonly owner: ApiObject
  readonly ownerResource: Resource
  readonly resource: Resource
  readonly selector: LabelSelector
  /** What an object needs beside matching labels to belong to the owner (the name, for a StatefulSet). */
  readonly fits?: (object: T) => boolean
  /** What the owner controls, and the orphans of its namespace. */
  readonly candidates: readonly T[]
  /** Finalizers that come and go with the owner. */
  readonly finalizers?: readonly string[]
  /** Hears of what was written into an orphan that is now the owner's. */
  readonly adopted?: (answer: Answered) => void
}

/** Those of the candidates that belong to the owner, once orphans are adopted and strangers released. */
export function* claim<T extends ApiObject>(what: Claim<T>): Sync<readonly T[]> {
  const { owner, resource, selector, candidates, finalizers, fits } = what
  const uid = owner.metadata.uid!
  const claimed: T[] = []
  let mayAdopt: boolean | undefined
  let failed = false
  for (const object of candidates) {
    const controller = controllerOf(object)
    const matches = matchesLabels(selector, object.metadata.labels) && (fits?.(object) ?? true)
    if (controller) {
      if (controller.uid !== uid) continue
      if (matches) claimed.push(object)
      else if (!owner.metadata.deletionTimestamp) {
        const references = [{ $patch: 'delete', uid }]
        const less = finalizers ? { '$deleteFromPrimitiveList/finalizers': finalizers } : {}
        const answer = yield* ask(
          strategicPatch(pathOf(resource, object), { metadata: { ...less, ownerReferences: references, uid: object.metadata.uid } }),
        )
        // Gone, or another object of that name by now.
        if (!succeeded(answer) && answer.status !== 404 && answer.status !== 422) failed = true
      }
      continue
    }
    if (!matches || owner.metadata.deletionTimestamp || object.metadata.deletionTimestamp) continue
    mayAdopt ??= yield* isLive(what)
    if (!mayAdopt) {
      failed = true
      continue
    }
    const more = finalizers ? { finalizers } : {}
    const answer = yield* ask(
      strategicPatch(pathOf(resource, object), {
        metadata: { ...more, ownerReferences: [ownerReference(owner)], uid: object.metadata.uid },
      }),
    )
    if (succeeded(answer)) {
      what.adopted?.(answer)
      claimed.push(objectOf<T>(answer))
    } else if (answer.status !== 404) failed = true
  }
  if (failed) throw new GiveUp('objects could not be adopted or released')
  return claimed
}

/** An owner that is being deleted adopts nothing; the cache may not know it yet. */
function* isLive({ owner, ownerResource }: Pick<Claim<ApiObject>, 'owner' | 'ownerResource'>): Sync<boolean> {
  const answer = yield* ask(read(pathOf(ownerResource, owner)))
  if (!succeeded(answer)) return false
  const { metadata } = objectOf(answer)
  return metadata.uid === owner.metadata.uid && !metadata.deletionTimestamp
}

/** As a claim asks before it adopts. */
export function* mustLive(what: Pick<Claim<ApiObject>, 'owner' | 'ownerResource'>): Sync {
  if (!(yield* isLive(what))) throw new GiveUp(`${what.owner.metadata.name ?? ''} is gone or going`)
}
