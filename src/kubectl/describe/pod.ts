// kubectl describe pod.
// Upstream: kubectl pkg/describe/describe.go (describePod)

import type { JsonObject } from '../../engine/index'
import { containerLines, resourceLines, type ContainerStatus } from './containers'
import type { Describer } from './describer'
import { controlledBy, date, labelLines, marked, named, since, type Described, type Lines } from './parts'
import { spreadLines, tolerationLines, volumeLines } from './podTemplate'

interface PodStatus extends JsonObject {
  readonly conditions?: readonly (JsonObject & { readonly type: string; readonly status: string })[]
  readonly podIPs?: readonly (JsonObject & { readonly ip: string })[]
}

export const describePod: Describer = function* (pod, asking) {
  return [...podLines(pod, asking.now), ...(yield* asking.events(pod))]
}

function podLines(pod: Described, now: number): Lines {
  const spec = pod.spec ?? {}
  const status = (pod.status ?? {}) as PodStatus
  const told = (title: string, value: unknown) => (value === undefined || value === '' ? [] : [`${title}:\t${String(value)}`])
  return [
    ...named(pod),
    ...told('Priority', spec.priority),
    ...told('Priority Class Name', spec.priorityClassName),
    ...told('Runtime Class Name', spec.runtimeClassName),
    ...told('Service Account', spec.serviceAccountName),
    `Node:\t${spec.nodeName ? `${String(spec.nodeName)}/${String(status.hostIP ?? '')}` : '<none>'}`,
    ...(status.startTime ? [`Start Time:\t${date(status.startTime)}`] : []),
    ...marked(pod),
    ...phaseLines(pod, now),
    ...told('Reason', status.reason),
    ...told('Message', status.message),
    `IP:\t${String(status.podIP ?? '')}`,
    ...(status.podIPs?.length ? ['IPs:', ...status.podIPs.map((p) => `  IP:\t${p.ip}`)] : ['IPs:\t<none>']),
    ...controlledBy(pod),
    ...told('NominatedNodeName', status.nominatedNodeName),
    ...(spec.resources ? ['Resources:', ...resourceLines(spec.resources as Parameters<typeof resourceLines>[0], 2)] : []),
    ...(['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((field) =>
      spec[field] ? containerLines(TITLES[field], spec[field], statusesOf(status, field)) : [],
    ),
    ...gateLines(spec.readinessGates as readonly JsonObject[] | undefined, status),
    ...(status.conditions?.length ? ['Conditions:', '  Type\tStatus', ...status.conditions.map((c) => `  ${c.type}\t${c.status} `)] : []),
    ...volumeLines(spec.volumes),
    ...told('QoS Class', status.qosClass),
    ...labelLines('Node-Selectors', spec.nodeSelector as Record<string, string> | undefined),
    ...tolerationLines('Tolerations', spec.tolerations),
    ...spreadLines(spec.topologySpreadConstraints),
  ]
}

const TITLES = { initContainers: 'Init Containers', containers: 'Containers', ephemeralContainers: 'Ephemeral Containers' } as const

const statusesOf = (status: PodStatus, field: keyof typeof TITLES) =>
  status[`${field.slice(0, -1)}Statuses`] as readonly unknown[] as readonly ContainerStatus[] | undefined

function phaseLines({ metadata, status }: Described, now: number): Lines {
  const phase = String(status?.phase ?? '')
  if (!metadata.deletionTimestamp || phase === 'Failed' || phase === 'Succeeded') return [`Status:\t${phase}`]
  return [
    `Status:\tTerminating (lasts ${since(metadata.deletionTimestamp, now)})`,
    `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`,
  ]
}

function gateLines(gates: readonly JsonObject[] | undefined, { conditions }: PodStatus): Lines {
  if (!gates?.length) return []
  const statusOf = (type: unknown) => conditions?.find((c) => c.type === type)?.status ?? '<none>'
  return ['Readiness Gates:', '  Type\tStatus', ...gates.map((g) => `  ${String(g.conditionType)} \t${statusOf(g.conditionType)} `)]
}
