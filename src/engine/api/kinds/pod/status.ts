// `…/status` of a Pod: what of a status is kept from before, and what a status may not say.
// Leaves out: statuses of resource claims, of users, of volumes and of resources given to containers.
// Upstream: kubernetes pkg/registry/core/pod/strategy.go (podStatusStrategy), pkg/apis/core/validation (ValidatePodStatusUpdate)

import { parseIp } from '../../net/ipAddress'
import type { ApiObject } from '../../object'
import { validateIp } from '../../validation/addresses'
import { labelKeyErrors } from '../../validation/labels'
import { dnsSubdomainErrors } from '../../validation/names'
import { each, named, NONE, notAllowed, Path, wrong, type Errors } from '../../validation/rules'
import { withFields } from '../../../base/without'
import { validateAnnotationUpdate } from './annotations'
import { couldRestartAll, willRestart } from './restarts'
import type { ContainerStatus, Pod, PodCondition, PodStatus } from './types'

const AT = Path.root('status')
const OWN_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized'])

/** Owners, quality of service and what was observed stay when a status says nothing of them. */
export function withOldStatus(object: ApiObject, before: ApiObject): ApiObject {
  const [pod, old] = [object as Pod, before as Pod]
  return {
    ...object,
    metadata: withFields(object.metadata, {
      deletionTimestamp: old.metadata.deletionTimestamp,
      ownerReferences: old.metadata.ownerReferences,
    }),
    spec: old.spec,
    status: kept(pod.status ?? {}, old.status ?? {}),
  }
}

function kept(status: PodStatus, old: PodStatus): PodStatus {
  const more: { qosClass?: string; observedGeneration?: number | bigint; conditions?: readonly PodCondition[] } = {}
  if (!status.qosClass && old.qosClass) more.qosClass = old.qosClass
  if (!status.observedGeneration && old.observedGeneration) more.observedGeneration = old.observedGeneration as number
  const conditions = observed(status.conditions, old.conditions)
  if (conditions !== status.conditions) more.conditions = conditions
  return Object.keys(more).length > 0 ? withFields(status, more) : status
}

function observed(
  conditions: readonly PodCondition[] | undefined,
  old: readonly PodCondition[] | undefined,
): readonly PodCondition[] | undefined {
  if (!conditions || !old?.some((c) => c.observedGeneration)) return conditions
  const left = [...old]
  const filled = conditions.map((condition) => {
    const i = left.findIndex((c) => c.type === condition.type)
    const [same] = i < 0 ? [] : left.splice(i, 1)
    return !condition.observedGeneration && same?.observedGeneration
      ? withFields(condition, { observedGeneration: same.observedGeneration })
      : condition
  })
  return filled.some((condition, i) => condition !== conditions[i]) ? filled : conditions
}

export function validatePodStatus(object: ApiObject, before: ApiObject): Errors {
  const [pod, old] = [object as Pod, before as Pod]
  const [status, was] = [pod.status ?? {}, old.status ?? {}]
  const [now, former] = [pod.metadata.annotations, old.metadata.annotations]
  const annotated = now === former ? NONE : validateAnnotationUpdate(now, former, pod.spec, Path.root('metadata').child('annotations'))
  if (status === was) return annotated
  const nominated = status.nominatedNodeName ?? ''
  const nominatedAt = AT.child('nominatedNodeName')
  const isNew = nominated !== '' && nominated !== (was.nominatedNodeName ?? '')
  return [
    ...annotated,
    ...each(status.conditions, AT.child('conditions'), condition),
    ...(isNew ? named(nominated, nominatedAt, dnsSubdomainErrors) : NONE),
    ...(isNew && old.spec.nodeName ? notAllowed(nominatedAt, 'may not be set on pods that are already bound to a node') : NONE),
    ...generation(status.observedGeneration as number | undefined, AT),
    ...((status.qosClass ?? '') === (was.qosClass ?? '') ? NONE : wrong(AT.child('qosClass'), status.qosClass ?? '', 'field is immutable')),
    ...backToLife(pod, was, 'containerStatuses', 'containers'),
    ...backToLife(pod, was, 'initContainerStatuses', 'initContainers'),
    ...addresses(status, was, 'podIP', 'podIPs'),
    ...addresses(status, was, 'hostIP', 'hostIPs'),
  ]
}

const generation = (given: number | bigint | undefined, at: Path): Errors =>
  given !== undefined && given < 0 ? wrong(at.child('observedGeneration'), given, 'must be a non-negative integer') : NONE

const condition = ({ type, observedGeneration }: PodCondition, at: Path): Errors => [
  ...generation(observedGeneration, at),
  ...(OWN_CONDITIONS.has(type) ? NONE : named(type ?? '', at.child('Type'), labelKeyErrors)),
]

/** A container that has ended and is not restarted stays so. */
function backToLife(
  { spec, status }: Pod,
  was: PodStatus,
  list: 'containerStatuses' | 'initContainerStatuses',
  of: 'containers' | 'initContainers',
): Errors {
  if (couldRestartAll(spec)) return NONE
  const isOver = (s: ContainerStatus) => s.state?.terminated !== undefined
  return (was[list] ?? []).flatMap((before, i) => {
    if (!isOver(before)) return NONE
    const now = status?.[list]?.find((s) => s.name === before.name && !isOver(s))
    if (!now) return NONE
    const container = spec[of]?.find((c) => c.name === before.name)
    return container && willRestart(container, spec, before.state!.terminated!.exitCode)
      ? NONE
      : notAllowed(AT.child(list).index(i).child('state'), 'may not be transitioned to non-terminated state')
  })
}

/** One address of each family, and the single field is the first of them. */
function addresses(status: PodStatus, was: PodStatus, single: 'podIP' | 'hostIP', list: 'podIPs' | 'hostIPs'): Errors {
  const at = AT.child(list)
  const ipsOf = (s: PodStatus) => ((s[list] ?? []) as NonNullable<PodStatus['podIPs']>).map((a) => a.ip)
  const [ips, known] = [ipsOf(status), new Set(ipsOf(was))]
  const one = (status[single] as string | undefined) ?? ''
  const shown = ips.map((IP) => ({ IP }))
  const families = new Set(ips.map((ip) => parseIp(ip)?.bytes.length))
  // Always so of podIPs: one was made the other when the status was read.
  const isFirst = ips.length === 0 || one === ips[0] ? NONE : wrong(at.index(0).child('ip'), ips[0], `must be equal to \`${single}\``)
  const rest: Errors = [
    ...each(ips, at, (ip, place) => (known.has(ip) ? NONE : validateIp(ip, place))),
    ...(ips.length > 1 && (ips.length > 2 || families.size < ips.length)
      ? wrong(at, shown, 'may specify no more than one IP for each IP family')
      : NONE),
  ]
  return [...isFirst, ...rest]
}
