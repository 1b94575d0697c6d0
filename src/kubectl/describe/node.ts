// kubectl describe node, with the Pods on it and what they ask for.
// Leaves out: resource slices of devices.
// Upstream: kubectl pkg/describe/describe.go (describeNode, describeNodeResource)

import { parseQuantity, quantityMilliValue, type JsonObject } from '../../engine/index'
import type { Describer } from './describer'
import { annotationLines, conditionLines, date, eventLines, keyed, labelLines, none, since, type Described, type Lines } from './parts'
import { podLimits, podRequests, sum, type Amounts } from './podResources'

const ROLE = 'node-role.kubernetes.io/'

export const describeNode: Describer = function* (node, asking) {
  const { metadata, spec = {}, status = {} } = node
  const { name } = metadata
  const pods = yield* asking.list('/api/v1/pods', { fieldSelector: `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed` })
  // The controllers' events name the node's uid, the kubelet's its name.
  const events = asking.showsEvents
    ? [...(yield* asking.eventsAbout(metadata, 'Node')), ...(yield* asking.eventsAbout({ name, uid: name }, 'Node'))]
    : []
  yield* asking.list('/apis/resource.k8s.io/v1/resourceslices', { fieldSelector: `spec.nodeName=${name}` }, false)
  const lease = yield* asking.get(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`)
  const { addresses = [] } = status as { addresses?: readonly { type: string; address: string }[] }
  const roles = Object.keys(metadata.labels ?? {}).flatMap((key) => (key.startsWith(ROLE) ? [key.slice(ROLE.length)] : []))
  return [
    `Name:\t${name}`,
    `Roles:\t${none(roles.join(','))}`,
    ...labelLines('Labels', metadata.labels),
    ...annotationLines('Annotations', metadata.annotations),
    `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
    ...taintLines(spec.taints as readonly unknown[] as readonly Taint[] | undefined),
    `Unschedulable:\t${String(spec.unschedulable ?? false)}`,
    ...leaseLines(lease, name),
    ...conditionLines(
      status.conditions as readonly JsonObject[] | undefined,
      ['Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message'],
      (c) => [
        ...[c.type, c.status, date(c.lastHeartbeatTime), date(c.lastTransitionTime), c.reason].map((cell) => `${String(cell ?? '')} `),
        String(c.message ?? ''),
      ],
    ),
    'Addresses:',
    ...addresses.map((a) => `  ${a.type}:\t${a.address}`),
    ...(status.capacity ? ['Capacity:', ...keyed(status.capacity as Amounts, 2)] : []),
    ...(status.allocatable ? ['Allocatable:', ...keyed(status.allocatable as Amounts, 2)] : []),
    ...systemLines((status.nodeInfo ?? {}) as JsonObject),
    ...(spec.podCIDR ? [`PodCIDR:\t${String(spec.podCIDR)}`, `PodCIDRs:\t${(spec.podCIDRs as readonly string[]).join(',')}`] : []),
    ...(spec.providerID ? [`ProviderID:\t${String(spec.providerID)}`] : []),
    ...podLines(pods, (status.allocatable ?? status.capacity ?? {}) as Amounts, asking.now),
    ...(asking.showsEvents ? eventLines(events, asking.now) : []),
  ]
}

interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

function taintLines(taints: readonly Taint[] = []): Lines {
  if (taints.length === 0) return ['Taints:\t<none>']
  const sorted = [...taints].sort((a, b) => (`${a.effect},${a.key}` < `${b.effect},${b.key}` ? -1 : 1))
  return sorted.map((t, i) => `${i === 0 ? 'Taints:' : ''}\t${t.key}${t.value ? `=${t.value}` : ''}:${t.effect}`)
}

function leaseLines(lease: Described | null, name: string): Lines {
  if (!lease) return [`Lease:\tFailed to get lease: leases.coordination.k8s.io "${name}" not found`]
  const { holderIdentity, acquireTime, renewTime } = lease.spec ?? {}
  const time = (value: unknown) => (value ? date(value) : '<unset>')
  return [
    'Lease:',
    `  HolderIdentity:\t${String(holderIdentity ?? '<unset>')}`,
    `  AcquireTime:\t${time(acquireTime)}`,
    `  RenewTime:\t${time(renewTime)}`,
  ]
}

const SYSTEM = {
  'Machine ID': 'machineID',
  'System UUID': 'systemUUID',
  'Boot ID': 'bootID',
  'Kernel Version': 'kernelVersion',
  'OS Image': 'osImage',
  'Operating System': 'operatingSystem',
  Architecture: 'architecture',
  'Container Runtime Version': 'containerRuntimeVersion',
  'Kubelet Version': 'kubeletVersion',
}

const systemLines = (info: JsonObject): Lines => [
  'System Info:',
  ...Object.entries(SYSTEM).map(([title, field]) => `  ${title}:\t${String(info[field] ?? '')}`),
]

/** The Pods with what they ask for, as a part of what the node has; then all of them together. */
function podLines(pods: readonly Described[], allocatable: Amounts, now: number): Lines {
  const share = (amount: string, resource: string) => `${amount} (${percent(amount, allocatable[resource])}%)`
  const asked = pods.map((pod) => ({ pod, requests: podRequests(pod), limits: podLimits(pod) }))
  const both = (amounts: { requests: Amounts; limits: Amounts }, resource: string) => [
    share(amounts.requests[resource] ?? '0', resource),
    share(amounts.limits[resource] ?? '0', resource),
  ]
  const total = { requests: sum(asked.map((a) => a.requests)), limits: sum(asked.map((a) => a.limits)) }
  return [
    `Non-terminated Pods:\t(${pods.length} in total)`,
    '  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge',
    '  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---',
    ...asked.map(({ pod, ...amounts }) =>
      [
        `  ${pod.metadata.namespace}`,
        pod.metadata.name,
        '',
        ...both(amounts, 'cpu'),
        ...both(amounts, 'memory'),
        since(pod.metadata.creationTimestamp ?? '', now),
      ].join('\t'),
    ),
    'Allocated resources:',
    '  (Total limits may be over 100 percent, i.e., overcommitted.)',
    '  Resource\tRequests\tLimits',
    '  --------\t--------\t------',
    ...['cpu', 'memory', 'ephemeral-storage'].map((resource) => `  ${[resource, ...both(total, resource)].join('\t')}`),
  ]
}

function percent(amount: string, of: string | undefined): number {
  const [part, whole] = [parseQuantity(amount), parseQuantity(of ?? '0')]
  if (!part || !whole || quantityMilliValue(whole) === 0) return 0
  return Math.trunc((quantityMilliValue(part) / quantityMilliValue(whole)) * 100)
}
