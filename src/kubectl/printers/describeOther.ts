// kubectl describe of kinds other than Pod.
// Leaves out: a node's leases, its Pods' limits, resource quotas of a namespace's details.
// Upstream: kubectl pkg/describe/describe.go

import type { JsonObject } from '../../engine/index'
import { date, labelLines, none, type Lines } from './describeParts'

type Object = JsonObject & {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
    readonly creationTimestamp?: string
  }
}

type Describer = (object: Object) => Lines

const named = ({ metadata }: Object): Lines => [
  `Name:\t${metadata.name}`,
  ...(metadata.namespace ? [`Namespace:\t${metadata.namespace}`] : []),
]
const marked = ({ metadata }: Object): Lines => [
  ...labelLines('Labels', metadata.labels),
  ...labelLines('Annotations', metadata.annotations, ':'),
]

/** By kind; a kind that is not here is not modelled. */
export const describers: Readonly<Record<string, Describer>> = {
  Namespace: (o) => [
    `Name:\t${o.metadata.name}`,
    ...marked(o),
    `Status:\t${String((o.status as JsonObject).phase)}`,
    '',
    'No resource quota.',
    '',
    'No LimitRange resource.',
  ],
  ConfigMap: (o) => [
    ...named(o),
    ...marked(o),
    '',
    'Data',
    '====',
    ...data(o.data as Record<string, string> | undefined),
    'BinaryData',
    '====',
    '',
  ],
  Secret: (o) => [
    ...named(o),
    ...marked(o),
    '',
    `Type:\t${String(o.type)}`,
    '',
    'Data',
    '====',
    ...sizes(o.data as Record<string, string> | undefined),
  ],
  ServiceAccount: (o) => [...named(o), ...marked(o), 'Image pull secrets:\t<none>', 'Mountable secrets:\t<none>', 'Tokens:\t<none>'],
  Role: (o) => [`Name:\t${o.metadata.name}`, ...marked(o), ...rules(o)],
  ClusterRole: (o) => [`Name:\t${o.metadata.name}`, ...marked(o), ...rules(o)],
  RoleBinding: (o) => [`Name:\t${o.metadata.name}`, ...marked(o), ...binding(o)],
  ClusterRoleBinding: (o) => [`Name:\t${o.metadata.name}`, ...marked(o), ...binding(o)],
  Node: (o) => node(o),
}

const data = (values: Readonly<Record<string, string>> = {}): Lines =>
  Object.keys(values)
    .sort()
    .flatMap((key) => [`${key}:`, '----', values[key]!, ''])
const sizes = (values: Readonly<Record<string, string>> = {}): Lines =>
  Object.keys(values)
    .sort()
    .map((key) => `${key}:\t${atob(values[key]!).length} bytes`)

function rules({ rules }: Object): Lines {
  const list = (rules ?? []) as readonly {
    resources?: string[]
    apiGroups?: string[]
    nonResourceURLs?: string[]
    resourceNames?: string[]
    verbs: string[]
  }[]
  const shown = list.flatMap((r) => [
    ...(r.resources ?? []).flatMap((resource) =>
      (r.apiGroups ?? ['']).map((group) => [
        group ? `${resource}.${group}` : resource,
        '[]',
        `[${(r.resourceNames ?? []).join(' ')}]`,
        `[${r.verbs.join(' ')}]`,
      ]),
    ),
    ...(r.nonResourceURLs ?? []).map((url) => ['', `[${url}]`, '[]', `[${r.verbs.join(' ')}]`]),
  ])
  return [
    'PolicyRule:',
    '  Resources\tNon-Resource URLs\tResource Names\tVerbs',
    '  ---------\t-----------------\t--------------\t-----',
    ...shown.map((cells) => `  ${cells.join('\t')}`),
  ]
}

function binding({ roleRef, subjects }: Object): Lines {
  const role = roleRef as { kind: string; name: string }
  const list = (subjects ?? []) as readonly { kind: string; name: string; namespace?: string }[]
  return [
    'Role:',
    `  Kind:\t${role.kind}`,
    `  Name:\t${role.name}`,
    'Subjects:',
    '  Kind\tName\tNamespace',
    '  ----\t----\t---------',
    ...list.map((s) => `  ${s.kind}\t${s.name}\t${s.namespace ?? ''}`),
  ]
}

function node(o: Object): Lines {
  const spec = o.spec as {
    taints?: { key: string; value?: string; effect: string }[]
    unschedulable?: boolean
    podCIDR?: string
    podCIDRs?: string[]
    providerID?: string
  }
  const status = o.status as {
    conditions?: Record<string, string>[]
    addresses?: { type: string; address: string }[]
    capacity?: Record<string, string>
    allocatable?: Record<string, string>
    nodeInfo?: Record<string, string>
  }
  const roles = Object.keys(o.metadata.labels ?? {})
    .filter((k) => k.startsWith('node-role.kubernetes.io/'))
    .map((k) => k.slice(24))
  const taints = (spec.taints ?? []).map((t) => `${t.key}${t.value ? `=${t.value}` : ''}:${t.effect}`)
  const amounts = (values: Record<string, string> = {}) =>
    Object.keys(values)
      .sort()
      .map((k) => `  ${k}:\t${values[k]}`)
  const info = status.nodeInfo ?? {}
  return [
    `Name:\t${o.metadata.name}`,
    `Roles:\t${none(roles.join(','))}`,
    ...marked(o),
    `CreationTimestamp:\t${date(o.metadata.creationTimestamp)}`,
    ...(taints.length === 0 ? ['Taints:\t<none>'] : taints.map((t, i) => `${i === 0 ? 'Taints:' : ''}\t${t}`)),
    `Unschedulable:\t${String(spec.unschedulable ?? false)}`,
    'Conditions:',
    '  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage',
    '  ----\t------\t-----------------\t------------------\t------\t-------',
    ...(status.conditions ?? []).map(
      (c) => `  ${c.type} \t${c.status} \t${date(c.lastHeartbeatTime)} \t${date(c.lastTransitionTime)} \t${c.reason} \t${c.message}`,
    ),
    'Addresses:',
    ...(status.addresses ?? []).map((a) => `  ${a.type}:\t${a.address}`),
    'Capacity:',
    ...amounts(status.capacity),
    'Allocatable:',
    ...amounts(status.allocatable),
    'System Info:',
    ...(
      [
        ['Machine ID', 'machineID'],
        ['System UUID', 'systemUUID'],
        ['Boot ID', 'bootID'],
        ['Kernel Version', 'kernelVersion'],
        ['OS Image', 'osImage'],
        ['Operating System', 'operatingSystem'],
        ['Architecture', 'architecture'],
        ['Container Runtime Version', 'containerRuntimeVersion'],
        ['Kubelet Version', 'kubeletVersion'],
        ['Kube-Proxy Version', 'kubeProxyVersion'],
      ] as const
    ).map(([title, field]) => `  ${title}:\t${info[field] ?? ''}`),
    ...(spec.podCIDR ? [`PodCIDR:\t${spec.podCIDR}`, `PodCIDRs:\t${(spec.podCIDRs ?? []).join(',')}`] : []),
    ...(spec.providerID ? [`ProviderID:\t${spec.providerID}`] : []),
  ]
}
