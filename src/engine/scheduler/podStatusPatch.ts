// What the scheduler writes into a Pod's status: one condition, and the node that it is promised. Only what differs is sent, if anything does.
// Upstream: kubernetes pkg/scheduler/util/utils.go (PatchPodStatus), pkg/api/v1/pod/util.go (UpdatePodCondition)

import type { Pod, PodCondition, PodStatus } from '../api/kinds/pod/types'
import { types } from '../api/kinds/types'
import { createStrategicPatch } from '../api/patch/strategicDiff'
import { strategicPatch } from '../client/requests'
import type { Answered, ClientRequest } from '../client/types'
import type { Handle } from './framework/handle'
import { requestWithRetries } from './transient'

export interface StatusChange {
  readonly condition?: Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>
  /** What status.nominatedNodeName becomes; empty removes it. */
  readonly nominate?: string
}

const schema = types.struct('Pod').field('status')

/** `done` hears of the last answer; null: there was nothing to write. */
export function patchPodStatus(pod: Pod, change: StatusChange, handle: Handle, done: (answer: Answered | null) => void = () => {}): void {
  const request = podStatusPatch(pod, change, handle.now())
  if (request) requestWithRetries(request, handle, done)
  else done(null)
}

/** Null when there is nothing to write; that a condition was seen of another generation of the spec is not worth it. `now` is RFC 3339. */
function podStatusPatch(pod: Pod, { condition, nominate }: StatusChange, now: string): ClientRequest | null {
  let { status } = pod
  const isPromised = nominate !== undefined && nominate !== (status.nominatedNodeName ?? '')
  if (!isPromised && !(condition && isNews(pod, condition))) return null
  if (condition) status = withPodCondition(pod, condition, now)
  if (isPromised) status = nominated(status, nominate)
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`
  return strategicPatch(path, { status: createStrategicPatch(pod.status, status, schema) })
}

type Written = NonNullable<StatusChange['condition']>

function isNews({ status }: Pod, written: Written): boolean {
  const known = status.conditions?.find((c) => c.type === written.type)
  return (['status', 'reason', 'message'] as const).some((field) => known?.[field] !== written[field])
}

function withPodCondition({ metadata, status }: Pod, written: Written, now: string): PodStatus {
  const conditions = status.conditions ?? []
  const known = conditions.find((c) => c.type === written.type)
  const observedGeneration = metadata.generation
  const lastTransitionTime = known?.status === written.status ? known.lastTransitionTime : now
  const condition: PodCondition = { lastProbeTime: null, lastTransitionTime, observedGeneration, ...written }
  return { ...status, conditions: known ? conditions.map((c) => (c === known ? condition : c)) : [...conditions, condition] }
}

function nominated(status: PodStatus, node: string): PodStatus {
  if (node !== '') return { ...status, nominatedNodeName: node }
  const { nominatedNodeName: _gone, ...rest } = status
  return rest
}
