// What the scheduler writes into a Pod's status: one condition, and the node that it is promised. Only what differs is sent, if anything does.
// Upstream: kubernetes pkg/scheduler/util/utils.go (PatchPodStatus), pkg/api/v1/pod/util.go (UpdatePodCondition)

import type { Pod, PodCondition, PodStatus } from '../api/kinds/pod/types'
import { types } from '../api/kinds/types'
import { createStrategicPatch } from '../api/patch/strategicDiff'
import { strategicPatch } from '../client/requests'
import type { ClientRequest } from '../client/types'

export interface StatusChange {
  readonly condition?: Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>
  /** What status.nominatedNodeName becomes; empty removes it. */
  readonly nominate?: string
}

const schema = types.struct('Pod').field('status')

/** Null when there is nothing to write. `now` is RFC 3339. */
export function podStatusPatch(pod: Pod, { condition, nominate }: StatusChange, now: string): ClientRequest | null {
  let { status } = pod
  if (condition) status = withPodCondition(pod, condition, now)
  if (nominate !== undefined && nominate !== (status.nominatedNodeName ?? '')) status = nominated(status, nominate)
  if (status === pod.status) return null
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`
  return strategicPatch(path, { status: createStrategicPatch(pod.status, status, schema) })
}

function withPodCondition({ metadata, status }: Pod, written: NonNullable<StatusChange['condition']>, now: string): PodStatus {
  const conditions = status.conditions ?? []
  const known = conditions.find((c) => c.type === written.type)
  const observedGeneration = metadata.generation
  const same = (['status', 'reason', 'message'] as const).every((field) => known?.[field] === written[field])
  if (known && same && known.observedGeneration === observedGeneration) return status
  const lastTransitionTime = known?.status === written.status ? known.lastTransitionTime : now
  const condition: PodCondition = { lastProbeTime: null, lastTransitionTime, observedGeneration, ...written }
  return { ...status, conditions: known ? conditions.map((c) => (c === known ? condition : c)) : [...conditions, condition] }
}

function nominated(status: PodStatus, node: string): PodStatus {
  if (node !== '') return { ...status, nominatedNodeName: node }
  const { nominatedNodeName: _gone, ...rest } = status
  return rest
}
