// The order of objects by age.
// Upstream: kubernetes pkg/controller/controller_utils.go (ReplicaSetsByCreationTimestamp), as every controller that sorts by age has it

import type { ApiObject } from '../api/object'

/** Older first; of the same second, by name. Times are RFC 3339 in UTC, so they compare as texts. */
export function byAge({ metadata: a }: ApiObject, { metadata: b }: ApiObject): number {
  const [x, y] = a.creationTimestamp === b.creationTimestamp ? [a.name!, b.name!] : [a.creationTimestamp!, b.creationTimestamp!]
  return x < y ? -1 : x > y ? 1 : 0
}
