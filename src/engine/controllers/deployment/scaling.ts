// A Deployment that is scaled, or paused: its ReplicaSets share the new number of replicas, and the rollout does not go on.
// Upstream: kubernetes pkg/controller/deployment/sync.go (isScalingEvent, sync, scale)

import type { Sync } from '../../client/sync'
import { byAge } from '../byAge'
import type { ReplicaSet } from '../workloads'
import { findGenerations } from './newReplicaSet'
import { annotatedNumber, DESIRED, isRolling, proportions, wishOf } from './replicaCounts'
import { withNewest, type Rollout } from './rollout'

/** Whether the number of replicas has changed since a ReplicaSet was scaled last. */
export function* wasScaled(rollout: Rollout): Sync<boolean> {
  const { newest, old } = yield* findGenerations(rollout)
  return withNewest(old, newest).some((set) => {
    const desired = annotatedNumber(set, DESIRED)
    return wishOf(set) > 0 && desired !== undefined && desired !== wishOf(rollout.deployment)
  })
}

export function* scale(rollout: Rollout): Sync {
  const { newest, old } = yield* findGenerations(rollout)
  yield* spread(rollout, newest, old)
  if (rollout.deployment.spec.paused) yield* rollout.forgetOld(old)
  yield* rollout.writeCounts(newest, old)
}

/** One ReplicaSet gets all; of several, where the newest has all that it should, the others go; else each gets its share. */
function* spread(rollout: Rollout, newest: ReplicaSet | null, old: readonly ReplicaSet[]): Sync {
  const { deployment } = rollout
  const wish = wishOf(deployment)
  const active = withNewest(old, newest).filter((set) => wishOf(set) > 0)
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? [...old].sort(byAge).at(-1)
    if (only && wishOf(only) !== wish) yield* rollout.scale(only, wish)
    return
  }
  const saturated =
    newest && wishOf(newest) === wish && annotatedNumber(newest, DESIRED) === wish && newest.status.availableReplicas === wish
  if (saturated) {
    for (const set of old) if (wishOf(set) > 0) yield* rollout.scale(set, 0)
  } else if (isRolling(deployment)) {
    const sizes = proportions(deployment, active)
    for (const set of active) yield* rollout.scale(set, sizes.get(set.metadata.name!)!, true)
  }
}
