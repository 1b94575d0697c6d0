// POST to a subresource of a Pod that changes it: binding gives it a node, eviction deletes it politely.
// Upstream: kubernetes pkg/registry/core/pod/storage/{storage,eviction}.go

import { aggregated } from '../api/errors/aggregated'
import { goQuote } from '../api/go/goQuote'
import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import { conflict, goError } from '../api/errors/status'
import { nameErrors } from '../api/validation/names'
import { fieldsWhy, lacking, otherName, refusal, type Refusal } from './refusal'
import { passed, refused, type RequestContext, type StageResult } from './requestContext'
import { topologyOf } from './admission/podTopologyLabels'
import type { ServerState } from './serverState'
import { withFields, without } from '../base/without'

interface Binding extends ApiObject {
  readonly target: { readonly kind?: string; readonly name?: string }
}

/** What is wrong with the action's own body. */
export function checkAction(ctx: RequestContext): StageResult {
  const { object, info } = ctx
  const name = object?.metadata.name ?? ''
  if (info.resource === 'bindings' || info.subresource === 'binding') {
    if (info.name !== '' && name !== info.name)
      return refused(otherName(name, info.name, 'name in URL does not match name in Binding object'))
    const { target } = object as Binding
    if (target?.kind && target.kind !== 'Node')
      return refused({
        status: goError(`target.kind: Unsupported value: ${goQuote(target.kind)}: supported values: "Node", "<empty>"`),
        why: fieldsWhy([{ type: 'FieldValueNotSupported', field: 'target.kind', value: target.kind, detail: '', allowed: ['Node', ''] }]),
      })
    if (!target?.name) return refused(lacking(goError('target.name: Required value'), 'target.name'))
    const odd = nameErrors('dnsSubdomain', target.name).map((why) => `target.name: Invalid value: ${goQuote(target.name ?? '')}: ${why}`)
    if (odd.length > 0) return refused(refusal(goError(aggregated(odd)), 'parameter', { field: 'target.name', sent: target.name }))
    return passed
  }
  if (name !== info.name) return refused(otherName(name, info.name, 'name in URL does not match name in Eviction object'))
  return passed
}

/** The Pod as the action leaves it, or why it cannot be. */
export function bound(ctx: RequestContext, server: ServerState): ApiObject | { readonly refusal: Refusal } {
  const pod = ctx.old as Pod
  const { target, metadata } = ctx.object as Binding
  const name = pod.metadata.name ?? ''
  const refuse = (error: string, field: string, stored: string) => ({
    refusal: refusal(conflict({ group: '', resource: 'pods/binding' }, name, error), 'podState', {
      key: ctx.key,
      field,
      stored,
      storedVersion: pod.metadata.resourceVersion ?? '',
      wouldDo: `spec.nodeName: ${target.name ?? ''}`,
    }),
  })
  const other = (['uid', 'resourceVersion'] as const).find((field) => metadata[field] && metadata[field] !== pod.metadata[field])
  if (other) return { refusal: unlike(ctx, pod, other, metadata[other] ?? '') }
  if (pod.metadata.deletionTimestamp)
    return refuse(
      `pod ${name} is being deleted, cannot be assigned to a host`,
      'metadata.deletionTimestamp',
      pod.metadata.deletionTimestamp,
    )
  if (pod.spec.nodeName) return refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`, 'spec.nodeName', pod.spec.nodeName)
  const gates = pod.spec.schedulingGates ?? []
  if (gates.length > 0)
    return refuse(`pod ${name} has non-empty .spec.schedulingGates`, 'spec.schedulingGates', gates.map((g) => g.name).join(', '))
  const labels = { ...pod.metadata.labels, ...metadata.labels, ...topologyOf(target.name ?? '', server) }
  const annotations = { ...pod.metadata.annotations, ...metadata.annotations }
  return {
    ...pod,
    metadata: withFields(pod.metadata, {
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    }),
    spec: withFields(pod.spec, { nodeName: target.name }),
    status: withConditionLast(without(pod.status, 'nominatedNodeName') as Pod['status'], {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: server.nowText,
    }),
  }
}

/** A binding that names another Pod, or a version of it that is past. Upstream: apiserver pkg/storage/interfaces.go (Preconditions.Check) */
function unlike({ key }: RequestContext, { metadata }: Pod, field: 'uid' | 'resourceVersion', sent: string): Refusal {
  const [name, stored] = [field === 'uid' ? 'UID' : 'ResourceVersion', metadata[field] ?? '']
  const problem = `Precondition failed: ${name} in precondition: ${sent}, ${name} in object meta: ${stored}`
  const error = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${problem}`
  return refusal(conflict({ group: '', resource: 'pods' }, metadata.name ?? '', error), 'precondition', {
    key,
    field: `metadata.${field}`,
    sent,
    stored,
    storedVersion: metadata.resourceVersion ?? '',
  })
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
  return { ...pod, status: withConditionLast(pod.status, condition) }
}

function withConditionLast(status: Pod['status'], condition: JsonObject): Pod['status'] {
  const conditions = (status.conditions ?? []) as readonly JsonObject[]
  return withFields(status, {
    conditions: conditions.filter((c) => c.type !== condition.type).concat(condition),
  }) as unknown as Pod['status']
}
