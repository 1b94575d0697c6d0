// A node with the Pods on it, bound or assumed, and the sums that plugins ask for.
// Upstream: kubernetes pkg/scheduler/framework/types.go (NodeInfo, HostPortInfo)

import type { Node } from '../../api/kinds/node'
import { ANY_ADDRESS, hostPortsOf, type HostPort } from '../../api/kinds/pod/hostPorts'
import type { Pod } from '../../api/kinds/pod/types'
import { podInfoOf, type PodInfo } from './podInfo'
import { amount, nonZeroRequestsOf, requestsOf, ResourceSum, resourcesOf, type Resources } from './resources'

export class NodeInfo {
  readonly pods = new Map<string, PodInfo>()
  readonly requested = new ResourceSum()
  /** With 100m CPU and 200 MiB for containers that ask for nothing: scoring only. */
  readonly nonZeroRequested = new ResourceSum()
  allocatable: Resources = new ResourceSum()
  allowedPods = 0
  /** Size in bytes by name. */
  images: ReadonlyMap<string, number> = new Map()
  private readonly ports = new Map<string, number>()

  constructor(public node: Node) {
    this.setNode(node)
  }

  get name(): string {
    return this.node.metadata.name!
  }

  label(key: string): string | undefined {
    const { labels } = this.node.metadata
    return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
  }

  setNode(node: Node): void {
    const old = this.node
    this.node = node
    if (this.allowedPods !== 0 && old.status === node.status) return
    this.allocatable = resourcesOf(node.status.allocatable)
    this.allowedPods = amount('pods', node.status.allocatable?.pods ?? '0')
    const images = (node.status.images ?? []) as readonly {
      readonly names?: readonly string[] | null
      readonly sizeBytes?: number | bigint
    }[]
    this.images = new Map(images.flatMap(({ names, sizeBytes = 0 }) => (names ?? []).map((name) => [name, Number(sizeBytes)] as const)))
  }

  add(pod: Pod): void {
    this.pods.set(pod.metadata.uid!, podInfoOf(pod))
    this.account(pod, 1)
  }

  remove(pod: Pod): void {
    if (this.pods.delete(pod.metadata.uid!)) this.account(pod, -1)
  }

  /** The same Pod, of which nothing changed that is summed up here. */
  refresh(pod: Pod): void {
    this.pods.set(pod.metadata.uid!, podInfoOf(pod))
  }

  /** A port of one address clashes with the same port of all addresses. */
  portTaken({ ip, protocol, port }: HostPort): boolean {
    if (this.ports.size === 0) return false
    if (ip !== ANY_ADDRESS)
      return this.ports.has(portKey({ ip, protocol, port })) || this.ports.has(portKey({ ip: ANY_ADDRESS, protocol, port }))
    const end = `/${protocol}/${port}`
    for (const key of this.ports.keys()) if (key.endsWith(end)) return true
    return false
  }

  /** For a dry run. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.node)
    for (const { pod } of this.pods.values()) copy.add(pod)
    return copy
  }

  private account(pod: Pod, sign: 1 | -1): void {
    this.requested.add(requestsOf(pod), sign)
    this.nonZeroRequested.add(nonZeroRequestsOf(pod), sign)
    for (const port of hostPortsOf(pod)) {
      const key = portKey(port)
      const count = (this.ports.get(key) ?? 0) + sign
      if (count > 0) this.ports.set(key, count)
      else this.ports.delete(key)
    }
  }
}

const portKey = ({ ip, protocol, port }: HostPort) => `${ip}/${protocol}/${port}`
