// A Node as its kubelet would have it: what is its own is put back, what others added stays, among it resources that nobody's plugin counts
// and that become allocatable by this.
// Leaves out: reservations, device plugins, swap, volumes in use, the annotation of controllers that attach.
// Upstream: kubernetes pkg/kubelet/kubelet_node_status.go (updateNode, updateDefaultLabels, reconcileHugePageResource, nodeStatusHasChanged),
// nodestatus/setters.go (MachineInfo), component-helpers node/util/status.go

import type { Node, NodeCondition } from '../api/kinds/node'
import { createStrategicPatch } from '../api/patch/strategicDiff'
import { PATCH } from '../api/patch/directives'
import { types } from '../api/kinds/types'
import { canonicalQuantity, formatQuantity, parseQuantity } from '../api/scalars/quantity'
import { isExtendedResource, isHugePage } from '../api/validation/resourceNames'
import { equalJson, equalSemantic } from '../base/equal'
import type { JsonObject } from '../base/json'
import { without } from '../base/without'

type Resources = Readonly<Record<string, string>>

/** Looked at in every round. */
const ALWAYS = ['kubernetes.io/os', 'kubernetes.io/arch']
/** Looked at when a kubelet that starts finds its Node there. */
const AT_START = [
  ...ALWAYS,
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]

/** As a round leaves it; `own` is the Node that this kubelet would register, `conditions` what it says now. */
export function updatedNode(node: Node, own: Node, conditions: readonly NodeCondition[]): Node {
  const { capacity: ownCapacity = {}, conditions: _first, ...facts } = own.status
  const capacity = { ...node.status.capacity, ...canonical(ownCapacity) }
  const others = without(node.status as JsonObject, 'images', 'runtimeHandlers')
  const status = {
    ...others,
    ...facts,
    nodeInfo: { ...node.status.nodeInfo, ...own.status.nodeInfo },
    capacity,
    allocatable: allocatableOf(capacity, node.status.allocatable ?? {}),
    conditions,
  }
  return { ...withLabels(node, own, ALWAYS), status } as Node
}

/** As it is taken over by a kubelet that starts. */
export function takenOver(node: Node, own: Node): Node {
  const { capacity, allocatable } = node.status
  const status = {
    ...node.status,
    capacity: withoutHugePages(capacity ?? own.status.capacity ?? {}),
    allocatable: withoutHugePages(allocatable ?? own.status.allocatable ?? {}),
  }
  return { ...withLabels(node, own, AT_START), status }
}

/** Whether it differs in more than the time of the heartbeat. */
export function isChanged(before: Node, after: Node): boolean {
  const bare = (node: Node) => without(node.status as JsonObject, 'conditions')
  return (
    !equalJson(before.metadata.labels ?? {}, after.metadata.labels ?? {}) ||
    !equalJson(timeless(before), timeless(after)) ||
    !equalSemantic(bare(before), bare(after))
  )
}

/** What the status subresource is sent. Addresses are sent whole: their type is no key, though the schema has it so. */
export function nodePatch(before: Node, after: Node): JsonObject {
  const { addresses = [] } = after.status
  const moved = (before.status.addresses ?? []).length > 0 && !equalJson(before.status.addresses, addresses)
  const then = (moved ? { ...after, status: { ...after.status, addresses: before.status.addresses } } : after) as JsonObject
  const patch = createStrategicPatch(before as unknown as JsonObject, then, types.struct('Node'))
  return moved ? { ...patch, status: { ...(patch.status as JsonObject), addresses: [...addresses, { [PATCH]: 'replace' }] } } : patch
}

function withLabels(node: Node, own: Node, names: readonly string[]): Node {
  const kept = names.flatMap((name) => (own.metadata.labels?.[name] ? [[name, own.metadata.labels[name]]] : []))
  return { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...(Object.fromEntries(kept) as Resources) } } }
}

/** All that there is; what is set aside as huge pages is no other memory. */
function allocatableOf(capacity: Resources, before: Resources): Resources {
  const kept = Object.entries(before).filter(([name]) => name in capacity || !isExtendedResource(name))
  const out = { ...Object.fromEntries(kept), ...capacity }
  const memory = parseQuantity(out.memory ?? '0')
  const huge = Object.keys(capacity).filter(isHugePage)
  if (!memory || huge.length === 0) return out
  const left = huge.reduce((nano, name) => nano - (parseQuantity(capacity[name]!)?.nano ?? 0n), memory.nano)
  return { ...out, memory: formatQuantity({ ...memory, nano: left < 0n ? 0n : left }) }
}

const canonical = (resources: Resources): Resources =>
  Object.fromEntries(Object.entries(resources).map(([name, text]) => [name, canonicalQuantity(text)]))

const withoutHugePages = (resources: Resources): Resources =>
  Object.fromEntries(Object.entries(resources).filter(([name]) => !isHugePage(name)))

const timeless = ({ status }: Node): JsonObject[] =>
  (status.conditions ?? []).map((c) => without(c, 'lastHeartbeatTime')).sort((a, b) => (a.type < b.type ? -1 : 1))
