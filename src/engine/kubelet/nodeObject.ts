// The Node that a kubelet registers: its capacity, conditions and facts.
// Upstream: kubernetes pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go

import { nodeAddress } from './addresses'
import type { NodeCondition } from '../api/kinds/node'
import type { NodeSpec } from '../cluster/types'
import { isObject, type JsonObject } from '../base/json'
import { rfc3339 } from '../api/scalars/time'
import type { Pressure } from './eviction'

/** The page's nodes; a replay gives its own facts. */
const NODE_INFO: JsonObject = {
  machineID: '',
  systemUUID: '',
  bootID: '',
  kernelVersion: '6.12.41',
  osImage: 'Debian GNU/Linux 13 (trixie)',
  containerRuntimeVersion: 'containerd://2.1.4',
  kubeletVersion: 'v1.37.2',
  kubeProxyVersion: '',
  operatingSystem: 'linux',
  architecture: 'amd64',
}

/** What this version of a kubelet can do that others of its time could not, in the order of their names. */
const FEATURES: readonly string[] = [
  'ExtendWebSocketsToKubelet',
  'InPlacePodLevelResourcesVerticalScaling',
  'InPlacePodVerticalScalingInitContainers',
  'RestartAllContainersOnContainerExits',
]

const PRESSURES = [
  {
    type: 'MemoryPressure',
    fine: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    short: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
  },
  {
    type: 'DiskPressure',
    fine: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    short: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
  },
  {
    type: 'PIDPressure',
    fine: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    short: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
  },
] as const
/** A condition of pressure as told. */
export type PressureTold = NodeCondition & { readonly type: Pressure }
const READY = ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'] as const
/** Before the runtime has answered for the first time. */
const NOT_YET = 'container runtime status check may not have completed yet'

/**
 * What a kubelet says of its node, in the places where it was said before; others' conditions stay. Of a pressure that is told as it is the
 * words stay, whoever wrote them.
 */
export function conditionsOf(
  now: string,
  problem: string | null,
  old: readonly NodeCondition[] = [],
  pressures: readonly Pressure[] = [],
): readonly NodeCondition[] {
  const told = PRESSURES.map(({ type, fine, short }) => {
    const is = pressures.includes(type)
    return [type, is ? 'True' : 'False', ...(is ? short : fine)] as const
  })
  const own = [...told, problem === null ? READY : notReady(problem)].map(([type, status, reason, message]): NodeCondition => {
    const was = old.find((c) => c.type === type)
    if (was?.status === status && type !== 'Ready') return { ...was, lastHeartbeatTime: now }
    const since = was?.status === status ? was.lastTransitionTime : now
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: since, reason, message }
  })
  const kept = old.map((c) => own.find((o) => o.type === c.type) ?? c)
  return [...kept, ...own.filter((o) => !old.some((c) => c.type === o.type))]
}

const notReady = (problem: string) => ['Ready', 'False', 'KubeletNotReady', problem] as const

/** What a node's kubelet declares that it can do: all, unless its facts are those of another. */
export const declaredFeatures = ({ facts }: NodeSpec): readonly string[] =>
  (facts?.declaredFeatures as readonly string[] | undefined) ?? FEATURES

/** `bootID`: of a node of which no other facts are given. */
export function nodeObject(spec: NodeSpec, index: number, epochNow: number, bootID: string): JsonObject {
  const {
    address: _address,
    labels,
    annotations,
    spec: nodeSpec,
    ...facts
  } = { nodeInfo: { ...NODE_INFO, bootID }, ...spec.facts } as JsonObject
  const resources = { cpu: spec.cpu, memory: spec.memory, pods: spec.pods, 'ephemeral-storage': String(facts.ephemeralStorage ?? '0') }
  const { ephemeralStorage: _storage, ...status } = facts
  const now = rfc3339(epochNow)
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: spec.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': spec.name,
        'kubernetes.io/os': 'linux',
        ...(isObject(labels) ? labels : {}),
      },
      ...(isObject(annotations) ? { annotations } : {}),
    },
    spec: isObject(nodeSpec) ? nodeSpec : {},
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: conditionsOf(now, NOT_YET),
      addresses: [
        { type: 'InternalIP', address: nodeAddress(spec, index) },
        { type: 'Hostname', address: spec.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      declaredFeatures: declaredFeatures(spec),
      ...status,
    },
  }
}
