// What the scheduler knows of nodes and the Pods on them: kept up to date by events and by its own assumptions, never listed anew.
// Upstream: kubernetes pkg/scheduler/backend/cache, framework/types.go (NodeInfo)

import type { Node } from '../api/kinds/node'
import type { Container, Pod } from '../api/kinds/pod/types'
import { parseQuantity, quantityMilliValue, quantityValue } from '../api/quantity'

/** cpu in thousandths, memory and storage in bytes, others in whole units. */
export type Resources = ReadonlyMap<string, number>

const DEFAULT_CPU = 100
const DEFAULT_MEMORY = 200 * 1024 * 1024

export class NodeInfo {
  readonly pods = new Map<string, Pod>()
  readonly requested = new Map<string, number>()
  /** With 100m CPU and 200 MiB for containers that ask for nothing: scoring only. */
  readonly nonZero = { cpu: 0, memory: 0 }
  allocatable: Resources = new Map()

  constructor(public node: Node) {
    this.setNode(node)
  }

  get name(): string {
    return this.node.metadata.name!
  }

  setNode(node: Node): void {
    this.node = node
    this.allocatable = new Map(Object.entries(node.status.allocatable ?? {}).map(([name, q]) => [name, amount(name, q)]))
  }

  add(pod: Pod): void {
    if (this.pods.has(pod.metadata.uid!)) this.remove(this.pods.get(pod.metadata.uid!)!)
    this.pods.set(pod.metadata.uid!, pod)
    this.account(pod, 1)
  }

  remove(pod: Pod): void {
    const known = this.pods.get(pod.metadata.uid!)
    if (!known) return
    this.pods.delete(pod.metadata.uid!)
    this.account(known, -1)
  }

  private account(pod: Pod, sign: 1 | -1): void {
    for (const [name, value] of requestsOf(pod)) this.requested.set(name, (this.requested.get(name) ?? 0) + sign * value)
    const { cpu, memory } = nonZeroRequestsOf(pod)
    this.nonZero.cpu += sign * cpu
    this.nonZero.memory += sign * memory
  }
}

/** The nodes in a fixed order: that of their names in the cache's order of arrival. */
export class Snapshot {
  private readonly nodes = new Map<string, NodeInfo>()
  /** Pods that are bound to a node that is not known (yet). */
  private readonly homeless = new Map<string, Pod>()

  list(): readonly NodeInfo[] {
    return [...this.nodes.values()]
  }

  get size(): number {
    return this.nodes.size
  }

  get(name: string): NodeInfo | undefined {
    return this.nodes.get(name)
  }

  setNode(node: Node): void {
    const known = this.nodes.get(node.metadata.name!)
    if (known) return known.setNode(node)
    const info = new NodeInfo(node)
    this.nodes.set(node.metadata.name!, info)
    for (const [uid, pod] of this.homeless) {
      if (pod.spec.nodeName !== info.name) continue
      info.add(pod)
      this.homeless.delete(uid)
    }
  }

  deleteNode(name: string): void {
    this.nodes.delete(name)
  }

  addPod(pod: Pod): void {
    const info = this.nodes.get(pod.spec.nodeName!)
    if (info) info.add(pod)
    else this.homeless.set(pod.metadata.uid!, pod)
  }

  removePod(pod: Pod): void {
    this.homeless.delete(pod.metadata.uid!)
    this.nodes.get(pod.spec.nodeName!)?.remove(pod)
  }
}

const requests = new WeakMap<object, Resources>()

/** The larger of the sum of containers and each init container, with sidecars, plus overhead. */
export function requestsOf({ spec }: Pod): Resources {
  let known = requests.get(spec)
  if (!known) requests.set(spec, (known = computeRequests(spec)))
  return known
}

function computeRequests(spec: Pod['spec']): Resources {
  const total = new Map<string, number>()
  for (const c of spec.containers) addTo(total, ofContainer(c))
  const sidecars = new Map<string, number>()
  const peak = new Map<string, number>()
  for (const c of spec.initContainers ?? []) {
    const own = ofContainer(c)
    if (c.restartPolicy === 'Always') {
      addTo(total, own)
      addTo(sidecars, own)
      maxInto(peak, sidecars)
    } else {
      const now = new Map(sidecars)
      addTo(now, own)
      maxInto(peak, now)
    }
  }
  maxInto(total, peak)
  if (spec.overhead) addTo(total, new Map(Object.entries(spec.overhead).map(([n, q]) => [n, amount(n, q)])))
  return total
}

export function nonZeroRequestsOf({ spec }: Pod): { cpu: number; memory: number } {
  let cpu = 0
  let memory = 0
  for (const c of spec.containers) {
    const own = ofContainer(c)
    cpu += own.get('cpu') ?? DEFAULT_CPU
    memory += own.get('memory') ?? DEFAULT_MEMORY
  }
  const all = requestsOf({ spec } as Pod)
  return { cpu: Math.max(cpu, all.get('cpu') ?? 0), memory: Math.max(memory, all.get('memory') ?? 0) }
}

function ofContainer({ resources }: Container): Map<string, number> {
  return new Map(Object.entries(resources?.requests ?? {}).map(([name, q]) => [name, amount(name, q)]))
}

export function amount(name: string, text: string): number {
  const quantity = parseQuantity(text)
  if (!quantity) return 0
  return name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity)
}

function addTo(into: Map<string, number>, from: Resources): void {
  for (const [name, value] of from) into.set(name, (into.get(name) ?? 0) + value)
}

function maxInto(into: Map<string, number>, from: Resources): void {
  for (const [name, value] of from) into.set(name, Math.max(into.get(name) ?? 0, value))
}
