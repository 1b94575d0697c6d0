// What the garbage collector asks of the server. Each is made so that it changes only what was looked at.
// Upstream: kubernetes pkg/controller/garbagecollector/{operations,patch}.go

import type { ApiObject, JsonObject, OwnerReference } from '../../api/object'
import { bodyOf } from '../../client/answers'
import { mergePatch, read, remove, strategicPatch } from '../../client/requests'
import { ask, type Outcome, type Sync } from '../../client/sync'

const TRIES = 4

/** By uid and revision, or, when it changed but for its owners, by uid. */
export function* deleteObject(path: string, { metadata }: ApiObject, propagationPolicy: string): Sync<Outcome> {
  const { uid, resourceVersion, ownerReferences } = metadata
  const first = yield* ask(remove(path, { propagationPolicy, preconditions: { uid, resourceVersion } }))
  if (first.status !== 409) return outcomeOf(first.status)
  const again = yield* ask(read(path))
  const now = bodyOf<ApiObject>(again)
  if (!now) return outcomeOf(again.status)
  if (now.metadata.uid !== uid) return 'done'
  if (JSON.stringify(now.metadata.ownerReferences) !== JSON.stringify(ownerReferences)) return 'failed'
  return outcomeOf((yield* ask(remove(path, { propagationPolicy, preconditions: { uid } }))).status)
}

/** Takes owners off a dependent. */
export function deleteOwnerReferences(path: string, uid: string, owners: readonly { readonly uid: string }[]): Sync<Outcome> {
  const gone = new Set(owners.map((owner) => owner.uid))
  const patch = [...gone].map((owner) => ({ $patch: 'delete', uid: owner }))
  return patchOwners(path, uid, patch, (references) => references.filter((reference) => !gone.has(reference.uid)))
}

/** No owner waits for this dependent any more. */
export function unblockOwnerReferences(path: string, uid: string, owners: readonly OwnerReference[]): Sync<Outcome> {
  const unblocked = (reference: OwnerReference) => ({ ...reference, blockOwnerDeletion: false })
  const patch = owners.filter((owner) => owner.blockOwnerDeletion).map(unblocked)
  return patchOwners(path, uid, patch, (references) => references.map(unblocked))
}

/** A custom resource has no strategic merge: its whole list is written. */
function* patchOwners(
  path: string,
  uid: string,
  ownerReferences: readonly JsonObject[],
  change: (references: readonly OwnerReference[]) => readonly OwnerReference[],
): Sync<Outcome> {
  const { status } = yield* ask(strategicPatch(path, { metadata: { uid, ownerReferences } }))
  if (status !== 415) return outcomeOf(status)
  const found = bodyOf<ApiObject>(yield* ask(read(path)))
  if (!found) return 'failed'
  const { resourceVersion } = found.metadata
  const kept = change(found.metadata.ownerReferences ?? [])
  return outcomeOf((yield* ask(mergePatch(path, { metadata: { resourceVersion, ownerReferences: kept.length > 0 ? kept : null } }))).status)
}

export function* removeFinalizer(path: string, finalizer: string): Sync<Outcome> {
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = yield* ask(read(path))
    const latest = bodyOf<ApiObject>(answer)
    if (!latest) return outcomeOf(answer.status)
    const have = latest.metadata.finalizers ?? []
    if (!have.includes(finalizer)) return 'done'
    const finalizers = have.filter((f) => f !== finalizer)
    const { resourceVersion } = latest.metadata
    const { status } = yield* ask(
      mergePatch(path, { metadata: { resourceVersion, finalizers: finalizers.length > 0 ? finalizers : null } }),
    )
    if (status !== 409) return outcomeOf(status)
  }
  return 'failed'
}

const outcomeOf = (status: number): Outcome => (status === 200 || status === 202 || status === 404 ? 'done' : 'failed')
