// POST to a door of a Pod that changes it: binding gives it a node, eviction deletes it politely.
// Leaves out: PodDisruptionBudgets.
// Upstream: kubernetes pkg/registry/core/pod/storage/{storage,eviction}.go

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import { badRequest, conflict, goError, type Status } from '../api/status'
import { passed, refused, type RequestContext, type StageResult } from './requestContext'
import { topologyOf } from './admission/podTopologyLabels'
import type { ServerState } from './serverState'
import { withFields } from '../api/without'

interface Binding extends ApiObject {
  readonly target: { readonly kind?: string; readonly name?: string }
}

/** What is wrong with the action's own body. */
export function checkAction(ctx: RequestContext): StageResult {
  const { object, info } = ctx
  const name = object?.metadata.name ?? ''
  if (info.resource === 'bindings' || info.subresource === 'binding') {
    if (info.name !== '' && name !== '' && name !== info.name)
      return refused(badRequest('name in URL does not match name in Binding object'))
    const { target } = object as Binding
    if (target?.kind && target.kind !== 'Node')
      return refused(goError(`target.kind: Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", "<empty>"`))
    if (!target?.name) return refused(goError('target.name: Required value'))
    return passed
  }
  if (name !== '' && name !== info.name) return refused(badRequest('name in URL does not match name in Eviction object'))
  return passed
}

/** The Pod as the action leaves it, or why it cannot be. */
export function bound(ctx: RequestContext, server: ServerState): ApiObject | { readonly refusal: Status } {
  const pod = ctx.old as Pod
  const { target, metadata } = ctx.object as Binding
  const name = pod.metadata.name ?? ''
  const refuse = (error: string) => ({ refusal: conflict({ group: '', resource: 'pods/binding' }, name, error) })
  if (pod.metadata.deletionTimestamp) return refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
  if (pod.spec.nodeName) return refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`)
  if ((pod.spec.schedulingGates?.length ?? 0) > 0) return refuse(`pod ${name} has non-empty .spec.schedulingGates`)
  const labels = { ...pod.metadata.labels, ...topologyOf(target.name ?? '', server) }
  const annotations = { ...pod.metadata.annotations, ...metadata.annotations }
  return {
    ...pod,
    metadata: withFields(pod.metadata, {
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    }),
    spec: withFields(pod.spec, { nodeName: target.name }),
    status: withCondition(pod.status, { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: server.nowText }),
  }
}

/** The Pod marked as disrupted; it is then deleted. */
export function disrupted(pod: Pod, server: ServerState): ApiObject {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: server.nowText,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  }
  return { ...pod, status: withCondition(pod.status, condition) }
}

function withCondition(status: Pod['status'], condition: JsonObject): Pod['status'] {
  const conditions = (status.conditions ?? []) as readonly JsonObject[]
  return withFields(status, {
    conditions: conditions.filter((c) => c.type !== condition.type).concat(condition),
  }) as unknown as Pod['status']
}
