// A Deployment that is scaled, or paused: its ReplicaSets share the new number of replicas, and the rollout does not go on.
// Upstream: kubernetes pkg/controller/deployment/sync.go (isScalingEvent, sync, scale)

import type { Sync } from '../../client/sync'
import { byAge } from '../byAge'
import type { ReplicaSet } from '../workloads'
import { syncReplicaSets } from './newReplicaSet'
import { annotatedNumber, DESIRED, isRolling, proportions, desiredReplicas } from './replicaCounts'
import { rollbackTo } from './rollback'
import { withNewSet, type Rollout } from './rollout'

/** Whether the number of replicas has changed since a ReplicaSet was scaled last: seen of those that were brought up to date for it, as upstream. */
export function* wasScaled(rollout: Rollout): Sync<boolean> {
  const { newSet, old } = yield* syncReplicaSets(rollout)
  return withNewSet(old, newSet).some((set) => {
    const before = annotatedNumber(set, DESIRED)
    return desiredReplicas(set) > 0 && before !== undefined && before !== desiredReplicas(rollout.deployment)
  })
}

export function* scale(rollout: Rollout): Sync {
  const { newSet, old } = yield* syncReplicaSets(rollout)
  yield* spread(rollout, newSet, old)
  // A rollback that waits may need what would be forgotten.
  if (rollout.deployment.spec.paused && rollbackTo(rollout.deployment) === undefined) yield* rollout.forgetOld(old)
  yield* rollout.writeCounts(newSet, old)
}

/** One ReplicaSet gets all; of several, where the new one has all that it should, the others go; else each gets its share. */
function* spread(rollout: Rollout, newSet: ReplicaSet | null, old: readonly ReplicaSet[]): Sync {
  const { deployment } = rollout
  const desired = desiredReplicas(deployment)
  const active = withNewSet(old, newSet).filter((set) => desiredReplicas(set) > 0)
  if (active.length <= 1) {
    const only = active[0] ?? newSet ?? [...old].sort(byAge).at(-1)
    if (only && desiredReplicas(only) !== desired) yield* rollout.scale(only, desired)
    return
  }
  const saturated =
    newSet &&
    desiredReplicas(newSet) === desired &&
    annotatedNumber(newSet, DESIRED) === desired &&
    (newSet.status.availableReplicas ?? 0) === desired
  if (saturated) {
    // The youngest first.
    for (const set of [...old].reverse()) if (desiredReplicas(set) > 0) yield* rollout.scale(set, 0)
  } else if (isRolling(deployment)) {
    for (const [set, size] of proportions(deployment, active)) yield* rollout.scale(set, size, true)
  }
}
