// A Deployment that is scaled, or paused: its ReplicaSets share the new number of replicas, and the rollout does not go on.
// Upstream: kubernetes pkg/controller/deployment/sync.go (isScalingEvent, sync, scale)

import type { Sync } from '../../client/sync'
import { byAge } from '../byAge'
import type { ReplicaSet } from '../workloads'
import { findReplicaSets } from './newReplicaSet'
import { annotatedNumber, DESIRED, isRolling, proportions, desiredReplicas } from './replicaCounts'
import { withNewest, type Rollout } from './rollout'

/** Whether the number of replicas has changed since a ReplicaSet was scaled last. */
export function* wasScaled(rollout: Rollout): Sync<boolean> {
  const { newest, old } = yield* findReplicaSets(rollout)
  return withNewest(old, newest).some((set) => {
    const before = annotatedNumber(set, DESIRED)
    return desiredReplicas(set) > 0 && before !== undefined && before !== desiredReplicas(rollout.deployment)
  })
}

export function* scale(rollout: Rollout): Sync {
  const { newest, old } = yield* findReplicaSets(rollout)
  yield* spread(rollout, newest, old)
  if (rollout.deployment.spec.paused) yield* rollout.forgetOld(old)
  yield* rollout.writeCounts(newest, old)
}

/** One ReplicaSet gets all; of several, where the newest has all that it should, the others go; else each gets its share. */
function* spread(rollout: Rollout, newest: ReplicaSet | null, old: readonly ReplicaSet[]): Sync {
  const { deployment } = rollout
  const desired = desiredReplicas(deployment)
  const active = withNewest(old, newest).filter((set) => desiredReplicas(set) > 0)
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? [...old].sort(byAge).at(-1)
    if (only && desiredReplicas(only) !== desired) yield* rollout.scale(only, desired)
    return
  }
  const saturated =
    newest &&
    desiredReplicas(newest) === desired &&
    annotatedNumber(newest, DESIRED) === desired &&
    newest.status.availableReplicas === desired
  if (saturated) {
    // The youngest first.
    for (const set of [...old].reverse()) if (desiredReplicas(set) > 0) yield* rollout.scale(set, 0)
  } else if (isRolling(deployment)) {
    for (const [set, size] of proportions(deployment, active)) yield* rollout.scale(set, size, true)
  }
}
