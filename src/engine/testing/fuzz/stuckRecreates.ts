// Deployments that recreate, and that were scaled while two of their ReplicaSets had replicas (their controller had not heard of one): those of
// the real cluster are stuck as well. They count as scaled for ever, and what is done of that for them is nothing: only one that rolls shares
// its replicas out. Tests only.
// Upstream: kubernetes pkg/controller/deployment/sync.go (isScalingEvent, scale)

import type { Deployment, ReplicaSet } from '../../controllers/workloads'
import { isRolling, annotatedNumber, DESIRED, desiredReplicas } from '../../controllers/deployment/replicaCounts'
import type { Cluster } from '../../cluster/types'
import { stored } from '../workloads'

/** By `namespace/name`. */
export function stuckRecreates(cluster: Cluster): ReadonlySet<string> {
  const sets = stored<ReplicaSet>(cluster, 'replicasets')
  const isStuck = (deployment: Deployment) => {
    const { metadata, spec } = deployment
    const active = sets.filter((set) => set.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) && desiredReplicas(set) > 0)
    const wasScaled = active.some((set) => annotatedNumber(set, DESIRED) !== desiredReplicas(deployment))
    return !isRolling(deployment) && !spec.paused && active.length > 1 && wasScaled
  }
  return new Set(
    stored<Deployment>(cluster, 'deployments')
      .filter(isStuck)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  )
}
