// Near some Pods, apart from others, by topology. Asks both ways: what the new Pod wants of those that are there, and what they want of it.
// Upstream: kubernetes pkg/scheduler/framework/plugins/interpodaffinity/{plugin,filtering,scoring}.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { matchesLabels } from '../../api/selectors/labelSelector'
import type { CountByNode } from '../cache/podCounts'
import type { NodeInfo } from '../cache/nodeInfo'
import { matchesAffinityTerm, podInfoOf, type AffinityTerm, type Labels, type PodInfo } from '../cache/podInfo'
import { stateKey, type StateData } from '../framework/cycleState'
import { Action, nodesOf, podsOf, type ClusterEvent } from '../framework/events'
import type { Handle } from '../framework/handle'
import { MAX_SCORE, unresolvable, unschedulable, type Plugin } from '../framework/interface'

const NOT_NEAR = unresolvable("node(s) didn't match pod affinity rules")
const NOT_APART = unschedulable("node(s) didn't match pod anti-affinity rules")
const UNWELCOME = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")
const NO_LABELS: Labels = {}

export function createInterPodAffinity(handle: Handle): Plugin {
  const labelsOf = (namespace: string): Labels => handle.lister('namespaces').get('', namespace)?.metadata.labels ?? NO_LABELS
  return {
    name: 'InterPodAffinity',
    weight: 2,
    preFilter(state, pod) {
      const { terms } = podInfoOf(pod)
      const { antiAffinity } = handle.cache
      if (antiAffinity.size === 0 && terms.requiredAffinity.length === 0 && terms.requiredAntiAffinity.length === 0) return 'skip'
      const filtering = new Filtering(
        terms.requiredAffinity.map((t) => resolved(t, handle)),
        terms.requiredAntiAffinity.map((t) => resolved(t, handle)),
        labelsOf(pod.metadata.namespace!),
      )
      filtering.count(pod, handle)
      if (filtering.isEmpty) return 'skip'
      state.write(FILTER, filtering)
      return null
    },
    addPod: (state, pod, added, node) => state.read(FILTER).change(pod, added, node, 1),
    removePod: (state, pod, removed, node) => state.read(FILTER).change(pod, removed, node, -1),
    filter(state, pod, node) {
      const filtering = state.read(FILTER)
      if (!filtering.isNear(pod, node)) return NOT_NEAR
      if (!filtering.isApart(node)) return NOT_APART
      return filtering.isWelcome(node) ? null : UNWELCOME
    },
    preScore(state, pod) {
      const points = pointsOf(pod, handle, labelsOf)
      if (points.isEmpty) return 'skip'
      state.write(SCORE, points)
      return null
    },
    score: (state, _pod, node) => state.read(SCORE).at(node),
    normalizeScore: (_state, _pod, scores) => normalize(scores),
    events: [
      { resource: 'Pod', actions: Action.Add | Action.PodLabel | Action.Delete, helps: podChangeHelps },
      { resource: 'Node', actions: Action.Add | Action.NodeLabel, helps: nodeChangeHelps },
    ],
  }
}

/** Numbers by topology key and value; those that become 0 are gone. */
class ByTopology {
  readonly keys = new Map<string, Map<string, number>>()

  get isEmpty(): boolean {
    return this.keys.size === 0
  }

  add(node: NodeInfo, key: string, by: number): void {
    const value = node.label(key)
    if (value === undefined) return
    let values = this.keys.get(key)
    if (!values) this.keys.set(key, (values = new Map()))
    const now = (values.get(value) ?? 0) + by
    if (now !== 0) values.set(value, now)
    else values.delete(value)
    if (values.size === 0) this.keys.delete(key)
  }

  addAll(counts: CountByNode, key: string, handle: Handle, each = 1): void {
    for (const [name, n] of counts) {
      const node = handle.cache.node(name)
      if (node) this.add(node, key, n * each)
    }
  }

  of(key: string, value: string): number {
    return this.keys.get(key)?.get(value) ?? 0
  }

  /** The sum over the node's values. */
  at(node: NodeInfo): number {
    let sum = 0
    for (const [key, values] of this.keys) {
      const value = node.label(key)
      if (value !== undefined) sum += values.get(value) ?? 0
    }
    return sum
  }

  clone(): ByTopology {
    const copy = new ByTopology()
    for (const [key, values] of this.keys) copy.keys.set(key, new Map(values))
    return copy
  }
}

// ---- required --------------------------------------------------------------------------------------------------------

class Filtering implements StateData {
  /** Pods that match all terms of the affinity. */
  private near = new ByTopology()
  /** Pods that match a term of the anti-affinity. */
  private apart = new ByTopology()
  /** Pods whose anti-affinity means the new Pod. */
  private unwelcoming = new ByTopology()

  constructor(
    private readonly affinity: readonly AffinityTerm[],
    private readonly antiAffinity: readonly AffinityTerm[],
    private readonly namespaceLabels: Labels,
  ) {}

  get isEmpty(): boolean {
    return this.unwelcoming.isEmpty && this.affinity.length === 0 && this.antiAffinity.length === 0
  }

  count(pod: Pod, handle: Handle): void {
    for (const { term, byNode } of handle.cache.antiAffinity.values())
      if (matchesAffinityTerm(term, pod, this.namespaceLabels)) this.unwelcoming.addAll(byNode, term.topologyKey, handle)
    if (this.affinity.length > 0) {
      const found = podsMatching(this.affinity, handle)
      for (const { topologyKey } of this.affinity) this.near.addAll(found, topologyKey, handle)
    }
    for (const term of this.antiAffinity) this.apart.addAll(podsMatching([term], handle), term.topologyKey, handle)
  }

  clone(): Filtering {
    const copy = new Filtering(this.affinity, this.antiAffinity, this.namespaceLabels)
    copy.near = this.near.clone()
    copy.apart = this.apart.clone()
    copy.unwelcoming = this.unwelcoming.clone()
    return copy
  }

  change(pod: Pod, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const term of other.terms.requiredAntiAffinity)
      if (matchesAffinityTerm(term, pod, this.namespaceLabels)) this.unwelcoming.add(node, term.topologyKey, by)
    if (matchesAll(this.affinity, other.pod)) for (const { topologyKey } of this.affinity) this.near.add(node, topologyKey, by)
    for (const term of this.antiAffinity) if (matchesAffinityTerm(term, other.pod, NO_LABELS)) this.apart.add(node, term.topologyKey, by)
  }

  /** The first Pod of a group that wants to be together may start it: it matches its own terms, and nobody else does yet. */
  isNear(pod: Pod, node: NodeInfo): boolean {
    let found = true
    for (const { topologyKey } of this.affinity) {
      const value = node.label(topologyKey)
      if (value === undefined) return false
      if (this.near.of(topologyKey, value) <= 0) found = false
    }
    return found || (this.near.isEmpty && matchesAll(this.affinity, pod))
  }

  isApart(node: NodeInfo): boolean {
    return this.antiAffinity.every(({ topologyKey }) => {
      const value = node.label(topologyKey)
      return value === undefined || this.apart.of(topologyKey, value) <= 0
    })
  }

  isWelcome(node: NodeInfo): boolean {
    for (const [key, values] of this.unwelcoming.keys) {
      const value = node.label(key)
      if (value !== undefined && (values.get(value) ?? 0) > 0) return false
    }
    return true
  }
}

const FILTER = stateKey<Filtering>('PreFilterInterPodAffinity')

const matchesAll = (terms: readonly AffinityTerm[], pod: Pod) =>
  terms.length > 0 && terms.every((t) => matchesAffinityTerm(t, pod, NO_LABELS))
const matchesAny = (terms: readonly AffinityTerm[], pod: Pod) => terms.some((t) => matchesAffinityTerm(t, pod, NO_LABELS))

/** Namespaces that a selector means now stand beside those that are named; an empty selector goes on meaning all. */
function resolved<T extends AffinityTerm>(term: T, handle: Handle): T {
  const { namespaceSelector } = term
  if (!namespaceSelector?.length) return term
  const found = [...handle.lister('namespaces').values()].filter((n) => matchesLabels(namespaceSelector, n.metadata.labels))
  const namespaces = [...new Set([...term.namespaces, ...found.map((n) => n.metadata.name!)])]
  return { ...term, key: `${term.key} ${namespaces.join()}`, namespaces, namespaceSelector: null }
}

const podsMatching = (terms: readonly AffinityTerm[], handle: Handle) =>
  handle.cache.counts.of(`terms ${terms.map((t) => t.key).join()}`, (pod) => matchesAll(terms, pod))

// ---- preferred -------------------------------------------------------------------------------------------------------

const SCORE = stateKey<ByTopology>('PreScoreInterPodAffinity')

function pointsOf(pod: Pod, handle: Handle, labelsOf: (namespace: string) => Labels): ByTopology {
  const { terms } = podInfoOf(pod)
  const points = new ByTopology()
  const own = [...terms.preferredAffinity, ...terms.preferredAntiAffinity.map((t) => ({ ...t, weight: -t.weight }))]
  for (const term of own.map((t) => resolved(t, handle))) points.addAll(podsMatching([term], handle), term.topologyKey, handle, term.weight)
  const { preferences } = handle.cache
  if (preferences.size > 0) {
    const labels = labelsOf(pod.metadata.namespace!)
    for (const { term, byNode } of preferences.values())
      if (matchesAffinityTerm(term, pod, labels)) points.addAll(byNode, term.topologyKey, handle, term.weight)
  }
  return points
}

/** The lowest becomes 0, the highest 100; all alike: 0. */
function normalize(scores: number[]): void {
  let min = Infinity
  let max = -Infinity
  for (const score of scores) {
    if (score < min) min = score
    if (score > max) max = score
  }
  for (let i = 0; i < scores.length; i++) scores[i] = max > min ? Math.trunc(MAX_SCORE * ((scores[i]! - min) / (max - min))) : 0
}

// ---- what could help -------------------------------------------------------------------------------------------------

function podChangeHelps(pod: Pod, event: ClusterEvent): boolean {
  const { old, new: changed } = podsOf(event)
  if (old && changed && changed.metadata.uid === pod.metadata.uid) return true
  const isNowhere = (other: Pod | undefined) => other && !other.spec.nodeName && !other.status.nominatedNodeName
  if (isNowhere(changed) || isNowhere(old)) return false
  const { requiredAffinity: near, requiredAntiAffinity: apart } = podInfoOf(pod).terms
  if (old && changed)
    return (!matchesAll(near, old) && matchesAll(near, changed)) || (matchesAny(apart, old) && !matchesAny(apart, changed))
  if (changed) return matchesAll(near, changed)
  return !!old && (matchesAny(apart, old) || matchesAny(podInfoOf(old).terms.requiredAntiAffinity, pod))
}

function nodeChangeHelps(pod: Pod, event: ClusterEvent): boolean {
  const { old, new: changed } = nodesOf(event)
  const valueOf = (node: Node, key: string) => node.metadata.labels?.[key]
  if (!changed) return false
  const { requiredAffinity, requiredAntiAffinity } = podInfoOf(pod).terms
  return (
    requiredAffinity.some(({ topologyKey }) => {
      const now = valueOf(changed, topologyKey)
      return now !== undefined && (!old || valueOf(old, topologyKey) !== now)
    }) ||
    requiredAntiAffinity.some(({ topologyKey }) => {
      if (!old) return true
      const before = valueOf(old, topologyKey)
      return before !== undefined && before !== valueOf(changed, topologyKey)
    })
  )
}
