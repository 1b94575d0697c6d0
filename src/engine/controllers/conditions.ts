// A condition among those of a status.
// Upstream: apimachinery pkg/api/meta/conditions.go (SetStatusCondition)

import type { Condition } from './workloads'

/** It stands in the place of the old one of its type; the time of transition moves only with the status. */
export function setStatusCondition(old: readonly Condition[] = [], condition: Condition, now: string): readonly Condition[] {
  const was = old.find((c) => c.type === condition.type)
  const next = { ...condition, lastTransitionTime: was?.status === condition.status ? was.lastTransitionTime : now }
  return was ? old.map((c) => (c === was ? next : c)) : [...old, next]
}
