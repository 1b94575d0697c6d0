// What the deletion of a namespace found, as conditions of its status: each is there from the first attempt on, True only where something hinders.
// Leaves out: failures of discovery and of group version names (the model's discovery does not fail by halves).
// Upstream: kubernetes pkg/controller/namespace/deletion/status_condition_utils.go

import type { ApiObject } from '../api/object'
import type { JsonObject } from '../base/json'
import { rfc3339 } from '../api/scalars/time'

interface Condition extends JsonObject {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
  readonly reason: string
  readonly message: string
}

export interface Namespace extends ApiObject {
  readonly spec: { readonly finalizers?: readonly string[] }
  readonly status: { readonly phase?: string; readonly conditions?: readonly Condition[] }
}

export interface Leftovers {
  readonly errors: string[]
  /** By `<resource>.<group>`; the dot stands also without a group. */
  readonly remaining: ReadonlyMap<string, number>
  readonly finalizers: ReadonlyMap<string, number>
}

/** In the order in which they stand: type, then reason and message when all is well. */
const FINE = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
] as const

/** The very same list when nothing changed. */
export function withConditions(old: readonly Condition[], left: Leftovers, now: number): readonly Condition[] {
  const trouble = troubleOf(left)
  let changed = false
  const conditions = FINE.map(([type, fineReason, fineMessage]): Condition => {
    const [status, reason, message] = trouble[type] ?? ['False', fineReason, fineMessage]
    const was = old.find((c) => c.type === type)
    if (was?.status === status && was.reason === reason && was.message === message) return was
    changed = true
    const lastTransitionTime = was?.status === status ? was.lastTransitionTime : rfc3339(now)
    return { type, status, lastTransitionTime, reason, message }
  })
  return changed ? conditions : old
}

function troubleOf({ errors, remaining, finalizers }: Leftovers): Readonly<Record<string, readonly [string, string, string]>> {
  const listed = (counts: ReadonlyMap<string, number>, word: string) =>
    [...counts]
      .map(([what, count]) => `${what} ${word} ${count} resource instances`)
      .sort()
      .join(', ')
  return {
    ...(errors.length > 0 && {
      NamespaceDeletionContentFailure: [
        'True',
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`,
      ],
    }),
    ...(remaining.size > 0 && {
      NamespaceContentRemaining: ['True', 'SomeResourcesRemain', `Some resources are remaining: ${listed(remaining, 'has')}`],
    }),
    ...(finalizers.size > 0 && {
      NamespaceFinalizersRemaining: [
        'True',
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${listed(finalizers, 'in')}`,
      ],
    }),
  }
}
