// What a DELETE does to an object: gone at once, or only marked, because it has grace, finalizers or (a namespace) contents.
// Upstream: apiserver pkg/registry/rest/delete.go, pkg/registry/generic/registry/store.go, kubernetes pkg/registry/core/namespace/storage

import type { Kind } from '../api/kind'
import type { ApiObject, ObjectMeta } from '../api/object'
import { conflict, forbidden } from '../api/errors/status'
import { parseTime, rfc3339 } from '../api/scalars/time'
import { without } from '../base/without'
import { refusal, type Refusal } from './refusal'
import type { DeleteOptions } from './requestContext'

export type Plan =
  /** Nothing to write: it is already on its way. */
  | { readonly type: 'unchanged' }
  | { readonly type: 'remove' }
  /** Store this; with `thenRemove`, remove it right after. */
  | { readonly type: 'mark'; readonly object: ApiObject; readonly thenRemove: boolean }

export function checkPreconditions(kind: Kind, object: ApiObject, { preconditions }: DeleteOptions, key: string): Refusal | null {
  const { uid = '', resourceVersion = '', name = '' } = object.metadata
  const what = { group: kind.group, resource: kind.kind }
  const fails = (field: string, sent: string, stored: string, text: string) =>
    refusal(conflict(what, name, text), 'precondition', {
      key,
      field: `preconditions.${field}`,
      sent,
      stored,
      storedVersion: resourceVersion,
    })
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    return fails(
      'uid',
      preconditions.uid,
      uid,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    )
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    return fails(
      'resourceVersion',
      preconditions.resourceVersion,
      resourceVersion,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    )
  return null
}

/** What the registry itself never deletes. */
export function keptForever(kind: Kind, { metadata }: ApiObject): Refusal | null {
  const { name = '' } = metadata
  const why = kind.undeletable?.(name)
  return why === undefined ? null : refusal(forbidden(kind, name, why), 'undeletable', { resource: kind.resource, found: name })
}

export function planDeletion(kind: Kind, object: ApiObject, options: DeleteOptions, epochNow: number): Plan {
  if (kind.terminates) {
    if (!object.metadata.deletionTimestamp) return terminating(object, options, epochNow)
    const contents = (object.spec as { readonly finalizers?: readonly string[] } | undefined)?.finalizers
    if (contents?.length) return { type: 'unchanged' }
  }
  if (kind.markForDeletion && !object.metadata.deletionTimestamp) {
    const now = rfc3339(epochNow)
    const made = kind.markForDeletion.mark(object, now)
    const kept = [...(object.metadata.finalizers ?? []), kind.markForDeletion.finalizer]
    return {
      type: 'mark',
      object: { ...made, metadata: { ...made.metadata, deletionTimestamp: now, finalizers: kept } },
      thenRemove: false,
    }
  }
  const finalizers = finalizersFor(kind, object, options)
  const grace = kind.gracePeriod?.(object, options.gracePeriodSeconds)
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, generation } = object.metadata
  const blocked = finalizers.length > 0
  if (grace === undefined) {
    if (!blocked) return { type: 'remove' }
    if (deletionTimestamp && finalizers === object.metadata.finalizers) return { type: 'unchanged' }
    const next = deletionTimestamp ? generation : generation && generation + 1
    return { type: 'mark', object: marked(object, deletionTimestamp ?? rfc3339(epochNow), 0, finalizers, next), thenRemove: false }
  }
  if (deletionTimestamp) {
    if (deletionGracePeriodSeconds === 0) return blocked ? { type: 'unchanged' } : { type: 'remove' }
    // Only who asks for less grace than was given changes anything: not the Pod's own default, and not its phase.
    const asked = options.gracePeriodSeconds
    if (asked === undefined || asked >= deletionGracePeriodSeconds) return { type: 'unchanged' }
    const least = asked < 0 ? 1 : asked
    const end = parseTime(deletionTimestamp) - (Number(deletionGracePeriodSeconds) - Number(least)) * 1000
    const left = end < epochNow && least > 0 ? 1 : least
    return {
      type: 'mark',
      object: marked(object, rfc3339(Math.max(end, epochNow)), left, finalizers, generation),
      thenRemove: left === 0 && !blocked,
    }
  }
  return {
    type: 'mark',
    object: marked(object, rfc3339(epochNow + Number(grace) * 1000), grace, finalizers, generation && generation + 1),
    thenRemove: grace === 0 && !blocked,
  }
}

function marked(
  object: ApiObject,
  deletionTimestamp: string,
  deletionGracePeriodSeconds: number | bigint,
  finalizers: readonly string[],
  generation: number | undefined,
): ApiObject {
  const metadata = { ...object.metadata, ...(generation ? { generation } : {}), deletionTimestamp, deletionGracePeriodSeconds }
  return { ...object, metadata: withFinalizers(metadata, finalizers) }
}

const withFinalizers = (metadata: ObjectMeta, finalizers: readonly string[]): ObjectMeta =>
  finalizers.length > 0 ? { ...metadata, finalizers } : (without(metadata, 'finalizers') as ObjectMeta)

/** An old-fashioned `orphanDependents: false` means foreground here, and here alone. */
function terminating(object: ApiObject, { propagationPolicy, orphanDependents }: DeleteOptions, epochNow: number): Plan {
  const have = object.metadata.finalizers ?? []
  const wanted = (finalizer: string, policy: string, old: boolean) =>
    orphanDependents !== undefined
      ? orphanDependents === old
      : propagationPolicy === undefined
        ? have.includes(finalizer)
        : propagationPolicy === policy
  const finalizers = settled(have, wanted(ORPHAN, 'Orphan', true), wanted(FOREGROUND, 'Foreground', false))
  return {
    type: 'mark',
    object: {
      ...object,
      metadata: withFinalizers({ ...object.metadata, deletionTimestamp: rfc3339(epochNow) }, finalizers),
      status: { ...(object.status as object), phase: 'Terminating' },
    },
    thenRemove: false,
  }
}

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** What is asked for counts; if nothing is, the finalizer that is there already; and at last what is usual for the kind. */
function finalizersFor(kind: Kind, object: ApiObject, options: DeleteOptions): readonly string[] {
  const { propagationPolicy, orphanDependents } = options
  const have = object.metadata.finalizers ?? []
  if (kind.uncollected) return have
  const there = have.find((f) => f === ORPHAN || f === FOREGROUND)
  const wanted =
    orphanDependents !== undefined
      ? orphanDependents && ORPHAN
      : propagationPolicy !== undefined
        ? propagationPolicy === 'Orphan'
          ? ORPHAN
          : propagationPolicy === 'Foreground' && FOREGROUND
        : (there ?? (kind.orphansDependents !== undefined && ORPHAN))
  return settled(have, wanted === ORPHAN, wanted === FOREGROUND)
}

/** The same list when nothing changes. */
function settled(have: readonly string[], orphan: boolean, foreground: boolean): readonly string[] {
  if (have.includes(ORPHAN) === orphan && have.includes(FOREGROUND) === foreground) return have
  return [...have.filter((f) => f !== ORPHAN && f !== FOREGROUND), ...(orphan ? [ORPHAN] : []), ...(foreground ? [FOREGROUND] : [])]
}

/** Whether this DELETE leaves dependents alone because nobody said anything else: Jobs and ReplicationControllers are older than the collector. */
export function orphansUnasked(kind: Kind, { propagationPolicy, orphanDependents }: DeleteOptions): boolean {
  return kind.orphansDependents !== undefined && propagationPolicy === undefined && orphanDependents === undefined
}
