// The Node that a kubelet registers: its capacity, conditions and facts.
// Upstream: kubernetes pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go

import type { NodeSpec } from '../cluster/types'
import { isObject, type JsonObject } from '../base/json'
import { rfc3339 } from '../api/time'

/** The page's nodes; a replay gives its own facts. */
const FACTS: JsonObject = {
  nodeInfo: {
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
  },
}

const CONDITIONS = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const

/** `192.168.0.11` for the first worker, unless its facts name another. */
export function nodeAddress(spec: NodeSpec, index: number): string {
  return typeof spec.facts?.address === 'string' ? spec.facts.address : `192.168.0.${11 + index}`
}

export function nodeObject(spec: NodeSpec, index: number, epochNow: number): JsonObject {
  const { address: _address, labels, annotations, spec: nodeSpec, ...facts } = { ...FACTS, ...spec.facts } as JsonObject
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
      conditions: CONDITIONS.map(([type, condition, reason, message]) => ({
        type,
        status: condition,
        lastHeartbeatTime: now,
        lastTransitionTime: now,
        reason,
        message,
      })),
      addresses: [
        { type: 'InternalIP', address: nodeAddress(spec, index) },
        { type: 'Hostname', address: spec.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      ...status,
    },
  }
}
