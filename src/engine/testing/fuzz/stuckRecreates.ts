// Deployments that recreate, and that were scaled while two of their ReplicaSets had replicas (their controller had not heard of one): those of
// the real cluster are stuck as well. They count as scaled for ever, and what is done of that for them is nothing: only one that rolls shares
// its replicas out. Tests only.
// Upstream: kubernetes pkg/controller/deployment/sync.go (isScalingEvent, scale)

import type { Deployment, ReplicaSet } from '../../controllers/workloads'
import { isRolling, annotatedNumber, DESIRED, desiredReplicas } from '../../controllers/deployment/replicaCounts'
import type { Cluster } from '../../cluster/types'

/** By `namespace/name`. */
export function stuckRecreates({ history }: Cluster): ReadonlySet<string> {
  const all = <T>(resource: string) => history.list(`/registry/${resource}/`, history.revision).map(({ value }) => value as unknown as T)
  const sets = all<ReplicaSet>('replicasets')
  const isStuck = (deployment: Deployment) => {
    const { metadata, spec } = deployment
    const active = sets.filter((set) => set.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) && desiredReplicas(set) > 0)
    const wasScaled = active.some((set) => annotatedNumber(set, DESIRED) !== desiredReplicas(deployment))
    return !isRolling(deployment) && !spec.paused && active.length > 1 && wasScaled
  }
  return new Set(
    all<Deployment>('deployments')
      .filter(isStuck)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  )
}
