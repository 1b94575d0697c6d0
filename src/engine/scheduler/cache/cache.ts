// What the scheduler knows of nodes and the Pods on them: kept up to date by events and by its own assumptions, never listed anew.
// A cycle runs without a break, so the cache itself is the cycle's snapshot; only the list of nodes is built again, when nodes come or go.
// Leaves out: the expiry of assumed Pods (off by default).
// Upstream: kubernetes pkg/scheduler/backend/cache/{cache,node_tree,snapshot}.go

import type { Node } from '../../api/kinds/node'
import { countedSpec } from '../../api/kinds/pod/countedSpec'
import type { Pod } from '../../api/kinds/pod/types'
import { NodeInfo } from './nodeInfo'
import { NodeTree } from './nodeTree'
import { PodCounts } from './podCounts'
import { NO_TERMS, podInfoOf, type AffinityTerm, type WeightedTerm } from './podInfo'
import { TermIndex } from './termIndex'

export class Cache {
  /** Required anti-affinity of the Pods on nodes: each may keep a new Pod away. */
  readonly antiAffinity = new TermIndex<AffinityTerm>()
  /** Terms of the Pods on nodes that give points; anti-affinity has a negative weight, required affinity 1. */
  readonly preferences = new TermIndex<WeightedTerm>((term) => `${term.weight} ${term.key}`)
  readonly counts = new PodCounts(() => this.allPods())
  private readonly nodes = new Map<string, NodeInfo>()
  private readonly tree = new NodeTree()
  /** Pods on a node, by uid: bound, or assumed to be. */
  private readonly pods = new Map<string, Pod>()
  private readonly assumed = new Set<string>()
  /** Pods whose node is not known (yet). */
  private readonly homeless = new Map<string, Set<Pod>>()
  /** Pods that use a claim, by namespace/name of the claim. */
  private readonly claimUsers = new Map<string, number>()
  private readonly imageNodes = new Map<string, number>()
  private listed: readonly NodeInfo[] | null = null

  get isEmpty(): boolean {
    return this.nodes.size === 0
  }

  /** Nodes in the order in which they are tried. It is made anew when nodes come or go, not when one is labelled as of another zone. */
  list(): readonly NodeInfo[] {
    return (this.listed ??= this.tree.list().map((name) => this.nodes.get(name)!))
  }

  node(name: string): NodeInfo | undefined {
    return this.nodes.get(name)
  }

  /** On how many nodes an image is. */
  nodesWithImage(name: string): number {
    return this.imageNodes.get(name) ?? 0
  }

  claimIsUsed(claim: string): boolean {
    return this.claimUsers.has(claim)
  }

  setNode(node: Node): void {
    const name = node.metadata.name!
    const known = this.nodes.get(name)
    if (known) {
      this.tree.update(known.node, node)
      const hasOthers = known.node.status.images !== node.status.images
      if (hasOthers) this.countImages(known, -1)
      known.setNode(node)
      if (hasOthers) this.countImages(known, 1)
      return
    }
    const info = new NodeInfo(node)
    this.nodes.set(name, info)
    this.tree.add(node)
    this.listed = null
    this.countImages(info, 1)
    for (const pod of this.homeless.get(name) ?? []) this.place(pod, info)
    this.homeless.delete(name)
  }

  removeNode(name: string): void {
    const info = this.nodes.get(name)
    if (!info) return
    this.countImages(info, -1)
    this.nodes.delete(name)
    this.tree.remove(info.node)
    this.listed = null
    for (const { pod } of info.pods.values()) {
      this.unplace(pod, info)
      this.shelter(pod)
    }
  }

  /** A Pod that the scheduler has given a node; the API server has yet to hear of it. */
  assume(pod: Pod): void {
    this.assumed.add(pod.metadata.uid!)
    this.put(pod)
  }

  isAssumed(pod: Pod): boolean {
    return this.assumed.has(pod.metadata.uid!)
  }

  /** The Pod as it is on its node, bound or assumed to be. */
  pod({ metadata }: Pod): Pod | undefined {
    return this.pods.get(metadata.uid!)
  }

  /** The binding did not come to be. False: it did, as a watch has shown by now, and the Pod stays. */
  forget(pod: Pod): boolean {
    if (this.assumed.delete(pod.metadata.uid!)) this.take(pod)
    return !this.pods.has(pod.metadata.uid!)
  }

  /** A bound Pod, as a watch shows it. */
  setPod(pod: Pod): void {
    this.assumed.delete(pod.metadata.uid!)
    const old = this.pods.get(pod.metadata.uid!)
    const info = this.nodes.get(pod.spec.nodeName!)
    if (old && info?.pods.has(pod.metadata.uid!) && sumsUpAlike(old, pod)) {
      this.pods.set(pod.metadata.uid!, pod)
      info.refresh(pod)
    } else this.put(pod)
  }

  removePod(pod: Pod): void {
    this.assumed.delete(pod.metadata.uid!)
    this.take(pod)
  }

  private put(pod: Pod): void {
    this.take(pod)
    this.pods.set(pod.metadata.uid!, pod)
    const info = this.nodes.get(pod.spec.nodeName!)
    if (info) this.place(pod, info)
    else this.shelter(pod)
  }

  private take({ metadata }: Pod): void {
    const known = this.pods.get(metadata.uid!)
    if (!known) return
    this.pods.delete(metadata.uid!)
    const info = this.nodes.get(known.spec.nodeName!)
    if (info?.pods.has(metadata.uid!)) this.unplace(known, info)
    this.homeless.get(known.spec.nodeName!)?.delete(known)
  }

  private place(pod: Pod, info: NodeInfo): void {
    info.add(pod)
    this.index(pod, info.name, 'add')
    this.counts.add(info.name, pod)
    this.countClaims(pod, 1)
  }

  private unplace(pod: Pod, info: NodeInfo): void {
    info.remove(pod)
    this.index(pod, info.name, 'remove')
    this.counts.remove(info.name, pod)
    this.countClaims(pod, -1)
  }

  private shelter(pod: Pod): void {
    const node = pod.spec.nodeName!
    const others = this.homeless.get(node)
    if (others) others.add(pod)
    else this.homeless.set(node, new Set([pod]))
  }

  private index(pod: Pod, node: string, how: 'add' | 'remove'): void {
    const { terms } = podInfoOf(pod)
    if (terms === NO_TERMS) return
    this.antiAffinity[how](node, terms.requiredAntiAffinity)
    this.preferences[how](
      node,
      terms.requiredAffinity.map((term) => ({ ...term, weight: HARD_AFFINITY_WEIGHT })),
    )
    this.preferences[how](node, terms.preferredAffinity)
    this.preferences[how](
      node,
      terms.preferredAntiAffinity.map((term) => ({ ...term, weight: -term.weight })),
    )
  }

  private countClaims({ metadata, spec }: Pod, by: 1 | -1): void {
    for (const volume of spec.volumes ?? []) {
      const claim = (volume.persistentVolumeClaim as { claimName: string } | undefined)?.claimName
      if (claim) addTo(this.claimUsers, `${metadata.namespace}/${claim}`, by)
    }
  }

  private countImages({ images }: NodeInfo, by: 1 | -1): void {
    for (const name of images.keys()) addTo(this.imageNodes, name, by)
  }

  private *allPods(): Iterable<readonly [string, Pod]> {
    for (const info of this.nodes.values()) for (const { pod } of info.pods.values()) yield [info.name, pod]
  }
}

/** InterPodAffinityArgs.hardPodAffinityWeight. */
const HARD_AFFINITY_WEIGHT = 1

/** A new status alone (a kubelet's report) moves no sum and no count, unless it is about a resize. */
function sumsUpAlike(old: Pod, now: Pod): boolean {
  return (
    countedSpec(old) === old.spec &&
    countedSpec(now) === now.spec &&
    (old.spec === now.spec || (old.spec.nodeName === now.spec.nodeName && old.metadata.generation === now.metadata.generation)) &&
    old.metadata.labels === now.metadata.labels &&
    old.metadata.deletionTimestamp === now.metadata.deletionTimestamp
  )
}

function addTo(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + by
  if (now > 0) counts.set(key, now)
  else counts.delete(key)
}
