// RollingUpdate: the new ReplicaSet grows as far as surge allows, the old ones shrink as far as availability does.
// Upstream: kubernetes pkg/controller/deployment/rolling.go

import { GiveUp, type Sync } from '../../client/sync'
import { byAge } from '../byAge'
import type { ReplicaSet } from '../workloads'
import { isComplete } from './deploymentStatus'
import { syncOrMakeReplicaSets } from './newReplicaSet'
import { availableIn, maxUnavailable, newReplicas, desiredIn, desiredReplicas } from './replicaCounts'
import type { Rollout } from './rollout'

/** One step: what it brings about leads to the next look. */
export function* rollingUpdate(rollout: Rollout): Sync {
  const { newSet, old } = yield* syncOrMakeReplicaSets(rollout)
  if (yield* growNewSet(rollout, newSet, old)) return yield* rollout.writeRollout(newSet, old)
  if (yield* tryToShrinkOld(rollout, newSet, old)) return yield* rollout.writeRollout(newSet, old)
  if (isComplete(rollout.deployment, rollout.deployment.status)) yield* rollout.forgetOld(old)
  yield* rollout.writeRollout(newSet, old)
}

/** True where it was scaled. */
function* growNewSet(rollout: Rollout, newSet: ReplicaSet, old: readonly ReplicaSet[]): Sync<boolean> {
  const { deployment } = rollout
  const desired = desiredReplicas(deployment)
  if (desiredReplicas(newSet) === desired) return false
  const size = desiredReplicas(newSet) > desired ? desired : newReplicas(deployment, [...old, newSet], desiredReplicas(newSet))
  return (yield* rollout.scale(newSet, size)).scaled
}

/** An old one that could not be written is let be: its next change brings another look. */
function* tryToShrinkOld(rollout: Rollout, newSet: ReplicaSet, old: readonly ReplicaSet[]): Sync<boolean> {
  try {
    return yield* shrinkOld(rollout, newSet, old)
  } catch (error) {
    if (error instanceof GiveUp) return false
    throw error
  }
}

/** Pods that are not available go first: they serve nobody. Then as many as the minimum of available ones allows. */
function* shrinkOld(rollout: Rollout, newSet: ReplicaSet, old: readonly ReplicaSet[]): Sync<boolean> {
  const { deployment } = rollout
  const active = old.filter((set) => desiredReplicas(set) > 0).sort(byAge)
  const minimum = desiredReplicas(deployment) - maxUnavailable(deployment)
  const unavailable = desiredReplicas(newSet) - (newSet.status.availableReplicas ?? 0)
  const most = desiredIn([...old, newSet]) - minimum - unavailable
  if (desiredIn(active) === 0 || most <= 0) return false
  const { left, taken } = yield* takeUnavailable(rollout, active, most)
  return taken + (yield* takeAvailable(rollout, left, availableIn([...left, newSet]) - minimum)) > 0
}

/** Takes up to `most` Pods that are not available from the ReplicaSets; gives these as they are then. */
function* takeUnavailable(rollout: Rollout, sets: readonly ReplicaSet[], most: number) {
  let taken = 0
  const left: ReplicaSet[] = []
  for (const set of sets) {
    const size = desiredReplicas(set)
    const unavailable = size - (set.status.availableReplicas ?? 0)
    const less = Math.min(most - taken, unavailable)
    if (taken >= most || unavailable === 0) {
      left.push(set)
      continue
    }
    // Its status is of a time when it was larger: nothing is taken before that is written anew.
    if (less < 0) throw new GiveUp(`invalid request to scale down ${set.metadata.name ?? ''} ${size} -> ${size - less}`)
    left.push((yield* rollout.scale(set, desiredReplicas(set) - less)).set)
    taken += less
  }
  return { left, taken }
}

/** Takes up to `spare` Pods from the ReplicaSets; gives how many it took. */
function* takeAvailable(rollout: Rollout, sets: readonly ReplicaSet[], spare: number): Sync<number> {
  let taken = 0
  for (const set of sets) {
    const less = Math.min(desiredReplicas(set), spare - taken)
    if (less <= 0) continue
    yield* rollout.scale(set, desiredReplicas(set) - less)
    taken += less
  }
  return taken
}
