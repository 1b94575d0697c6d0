// Whether a node takes a Pod that was bound to it: what the scheduler checked is checked again, for who bound it may not have been the scheduler.
// Leaves out: devices, plugins (CPU and topology managers).
// Upstream: kubernetes pkg/kubelet/lifecycle/{predicate,handlers}.go, pkg/scheduler (AdmissionCheck)

import type { Node } from '../api/kinds/node'
import { hostPortsOf, portsClash } from '../api/kinds/pod/hostPorts'
import { featuresToRun, missingFeatures } from '../api/kinds/pod/nodeFeatures'
import { podTotals, type Totals } from '../api/kinds/pod/totals'
import type { Pod } from '../api/kinds/pod/types'
import { matchesNode } from '../api/kinds/pod/nodeAffinity'
import { parseQuantity, quantityMilliValue, quantityValue, type Quantity } from '../api/scalars/quantity'
import { tolerates } from '../api/kinds/pod/tolerations'
import { Recent } from '../base/recent'

export interface Refusal {
  readonly reason: string
  readonly message: string
}

const SYSTEM = 'linux'

/** `others` are the Pods that the node runs already. Null: it is admitted. */
export function refusalOf(pod: Pod, others: readonly Pod[], node: Node): Refusal | null {
  const [shortage] = shortagesOf(pod, others, node)
  return wrongSystem(pod) ?? (shortage ? outOf(shortage) : null) ?? wrongPlace(pod, others, node)
}

/** A kubelet goes by what it can do, whatever its Node says. */
export function lackOfFeatures({ spec }: Pod, declared: readonly string[]): Refusal | null {
  const missing = missingFeatures(featuresToRun(spec), declared)
  return missing.length === 0
    ? null
    : { reason: 'PodFeatureUnsupported', message: `Pod requires node features that are not available: ${missing.join(', ')}` }
}

/** What it would be refused for though the node had all the room that there is. */
export function refusalBesidesRoom(pod: Pod, others: readonly Pod[], node: Node): Refusal | null {
  return wrongSystem(pod) ?? wrongPlace(pod, others, node)
}

/** A kubelet goes by what it runs on, whatever its Node says. */
function wrongSystem({ spec, metadata }: Pod): Refusal | null {
  if ((metadata.labels?.['kubernetes.io/os'] ?? SYSTEM) !== SYSTEM)
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    }
  const { os } = spec as { os?: { name?: string } }
  return os?.name && os.name !== SYSTEM
    ? { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
    : null
}

/** A resource of which the node has too little left: thousandths of a CPU, bytes, or whole units. */
export interface Shortage {
  readonly name: string
  readonly requested: number
  readonly used: number
  readonly capacity: number
}

export function shortagesOf(pod: Pod, others: readonly Pod[], { status }: Node): readonly Shortage[] {
  const { allocatable = {} } = status
  // What the node does not know of is somebody else's to count.
  const names = Object.keys(requestsOf(pod)).filter((name) => !name.includes('/') || allocatable[name] !== undefined)
  return [...new Set([...LOOKED_AT_FIRST, ...names])].flatMap((name) => {
    const requested = amountOf(pod, name)
    const used = name === 'pods' ? others.length : others.reduce((sum, other) => sum + amountOf(other, name), 0)
    const capacity = valueOf(name, parseQuantity(allocatable[name] ?? '0'))
    return requested > 0 && requested > capacity - used ? [{ name, requested, used, capacity }] : []
  })
}

/** In this order; the first that is short is what the Pod is refused for. */
const LOOKED_AT_FIRST = ['pods', 'cpu', 'memory', 'ephemeral-storage']

/** What a Pod asks for of a resource; of places for Pods it takes one. */
export const amountOf = (pod: Pod, name: string): number => (name === 'pods' ? 1 : valueOf(name, requestsOf(pod)[name] ?? null))

const requests = new Recent<Pod['spec'], Totals>(256)

const requestsOf = ({ spec }: Pod): Totals => requests.get(spec) ?? requests.add(spec, podTotals(spec, 'requests'))

const outOf = ({ name, requested, used, capacity }: Shortage): Refusal => ({
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
