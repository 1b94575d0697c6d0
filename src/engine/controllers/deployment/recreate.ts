// Recreate: first no old Pod runs, then new ones come.
// Upstream: kubernetes pkg/controller/deployment/recreate.go

import type { Sync } from '../../client/sync'
import { isTerminal } from '../podFacts'
import type { ReplicaSet } from '../workloads'
import { isComplete } from './deploymentStatus'
import { syncReplicaSets, syncOrMakeReplicaSets } from './newReplicaSet'
import { actualIn, desiredReplicas } from './replicaCounts'
import type { Rollout } from './rollout'

export function* recreate(rollout: Rollout): Sync {
  const found = yield* syncReplicaSets(rollout)
  let shrunk = false
  for (const set of found.old) if (desiredReplicas(set) > 0) shrunk = (yield* rollout.scale(set, 0)).scaled || shrunk
  if (shrunk || actualIn(found.old) > 0 || oldPodsRun(rollout, found.newSet)) return yield* rollout.writeRollout(found.newSet, found.old)
  const { newSet, old } = found.newSet ? { newSet: found.newSet, old: found.old } : yield* syncOrMakeReplicaSets(rollout)
  yield* rollout.scale(newSet, desiredReplicas(rollout.deployment))
  if (isComplete(rollout.deployment, rollout.deployment.status)) yield* rollout.forgetOld(old)
  yield* rollout.writeRollout(newSet, old)
}

function oldPodsRun({ sets, around }: Rollout, newSet: ReplicaSet | null): boolean {
  return sets.some((set) => set.metadata.uid !== newSet?.metadata.uid && around.podsOf(set).some((pod) => !isTerminal(pod)))
}
