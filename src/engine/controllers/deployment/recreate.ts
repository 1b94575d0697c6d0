// Recreate: first no old Pod runs, then new ones come.
// Upstream: kubernetes pkg/controller/deployment/recreate.go

import type { Sync } from '../../client/sync'
import { isTerminal } from '../podFacts'
import type { ReplicaSet } from '../workloads'
import { isComplete } from './deploymentStatus'
import { findReplicaSets, findOrMakeReplicaSets } from './newReplicaSet'
import { actualIn, desiredReplicas } from './replicaCounts'
import type { Rollout } from './rollout'

export function* recreate(rollout: Rollout): Sync {
  const found = yield* findReplicaSets(rollout)
  let shrunk = false
  for (const set of found.old) if (desiredReplicas(set) > 0) shrunk = (yield* rollout.scale(set, 0)).scaled || shrunk
  if (shrunk || actualIn(found.old) > 0 || oldPodsRun(rollout, found.newest)) return yield* rollout.writeRollout(found.newest, found.old)
  const { newest, old } = found.newest ? { newest: found.newest, old: found.old } : yield* findOrMakeReplicaSets(rollout)
  yield* rollout.scale(newest, desiredReplicas(rollout.deployment))
  if (isComplete(rollout.deployment, rollout.deployment.status)) yield* rollout.forgetOld(old)
  yield* rollout.writeRollout(newest, old)
}

function oldPodsRun({ sets, around }: Rollout, newest: ReplicaSet | null): boolean {
  return sets.some((set) => set.metadata.uid !== newest?.metadata.uid && around.podsOf(set).some((pod) => !isTerminal(pod)))
}
