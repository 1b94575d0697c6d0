// Whether a node takes a Pod that was bound to it: what the scheduler checked is checked again, for who bound it may not have been the scheduler.
// Leaves out: devices, critical Pods that push others out, plugins (CPU and topology managers).
// Upstream: kubernetes pkg/kubelet/lifecycle/predicate.go, pkg/scheduler (AdmissionCheck)

import type { Node } from '../api/kinds/node'
import { hostPortsOf, portsClash } from '../api/kinds/pod/hostPorts'
import { podTotals, type Totals } from '../api/kinds/pod/totals'
import type { Pod } from '../api/kinds/pod/types'
import { matchesNode } from '../api/nodeAffinity'
import { parseQuantity, quantityMilliValue, quantityValue, type Quantity } from '../api/quantity'
import { tolerates } from '../api/tolerations'
import { Recent } from '../base/recent'

export interface Refusal {
  readonly reason: string
  readonly message: string
}

/** `others` are the Pods that the node runs already. Null: it is admitted. */
export function refusalOf(pod: Pod, others: readonly Pod[], node: Node): Refusal | null {
  return wrongSystem(pod, node) ?? tooMuch(pod, others, node) ?? wrongPlace(pod, others, node)
}

function wrongSystem({ spec, metadata }: Pod, { metadata: { labels } }: Node): Refusal | null {
  const system = labels?.['kubernetes.io/os'] ?? 'linux'
  if ((metadata.labels?.['kubernetes.io/os'] ?? system) !== system)
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    }
  const { os } = spec as { os?: { name?: string } }
  return os?.name && os.name !== system
    ? { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
    : null
}

function tooMuch(pod: Pod, others: readonly Pod[], { status }: Node): Refusal | null {
  const { allocatable = {} } = status
  const room = valueOf('pods', parseQuantity(allocatable.pods ?? '0'))
  if (others.length + 1 > room) return outOf('pods', 1, others.length, room)
  for (const [name, asked] of Object.entries(requestsOf(pod))) {
    const requested = valueOf(name, asked)
    // What the node does not know of is somebody else's to count.
    if (requested === 0 || (name.includes('/') && allocatable[name] === undefined)) continue
    const used = others.reduce((sum, other) => sum + valueOf(name, requestsOf(other)[name] ?? null), 0)
    const capacity = valueOf(name, parseQuantity(allocatable[name] ?? '0'))
    if (requested > capacity - used) return outOf(name, requested, used, capacity)
  }
  return null
}

const requests = new Recent<Pod['spec'], Totals>(256)

const requestsOf = ({ spec }: Pod): Totals => requests.get(spec) ?? requests.add(spec, podTotals(spec, 'requests'))

const outOf = (name: string, requested: number, used: number, capacity: number): Refusal => ({
  reason: `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
})

const valueOf = (name: string, quantity: Quantity | null) =>
  quantity === null ? 0 : name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity)

function wrongPlace(pod: Pod, others: readonly Pod[], node: Node): Refusal | null {
  if (!matchesNode(pod, node)) return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")
  const wanted = hostPortsOf(pod)
  if (wanted.length > 0 && others.some((other) => hostPortsOf(other).some((a) => wanted.some((b) => portsClash(a, b)))))
    return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports")
  const taints = (node.spec.taints ?? []).filter((t) => t.effect === 'NoExecute')
  return taints.every((taint) => tolerates(pod.spec.tolerations, taint))
    ? null
    : failed('TaintToleration', "node(s) had taints that the pod didn't tolerate")
}

const failed = (predicate: string, why: string): Refusal => ({ reason: predicate, message: `Predicate ${predicate} failed: ${why}` })
