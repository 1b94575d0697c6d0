// Like Pods spread over zones, hosts, …: hard constraints filter, soft ones (and the system's own for workloads) score.
// Upstream: kubernetes pkg/scheduler/framework/plugins/podtopologyspread/{plugin,filtering,scoring}.go

import { equalJson } from '../../base/equal'
import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { matchesLabels } from '../../api/selectors/labelSelector'
import type { JsonObject } from '../../base/json'
import { NodeInfo } from '../cache/nodeInfo'
import { stateKey, type StateData } from '../framework/cycleState'
import { Action, nodesOf, podsOf, type ClusterEvent } from '../framework/events'
import type { Handle } from '../framework/handle'
import { MAX_SCORE, unresolvable, unschedulable, type Plugin } from '../framework/interface'
import { takesPart, hasAllKeys, HOSTNAME, matchingPods, spreadConstraints, type SpreadConstraint } from './spreadConstraints'

const SKEWED = unschedulable("node(s) didn't match pod topology spread constraints")
const NO_LABEL = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)")

export function createPodTopologySpread(handle: Handle): Plugin {
  const hard = (pod: Pod) => spreadConstraints(pod, 'DoNotSchedule', handle)
  return {
    name: 'PodTopologySpread',
    weight: 2,
    preFilter(state, pod) {
      const constraints = hard(pod)
      if (constraints.length === 0) return 'skip'
      state.write(FILTER, new Domains(constraints, pod, handle))
      return null
    },
    addPod: (state, pod, { pod: added }, node) => state.read(FILTER).change(pod, added, node, 1),
    removePod: (state, pod, { pod: removed }, node) => state.read(FILTER).change(pod, removed, node, -1),
    filter(state, pod, node) {
      const domains = state.read(FILTER)
      for (const [i, { topologyKey, maxSkew, selector }] of domains.constraints.entries()) {
        const value = node.label(topologyKey)
        if (value === undefined) return NO_LABEL
        const self = selector && matchesLabels(selector, pod.metadata.labels) ? 1 : 0
        if (domains.count(i, value) + self - domains.min(i) > maxSkew) return SKEWED
      }
      return null
    },
    preScore(state, pod, nodes) {
      const constraints = spreadConstraints(pod, 'ScheduleAnyway', handle)
      if (constraints.length === 0) return 'skip'
      state.write(SCORE, scoring(constraints, pod, nodes, handle))
      return null
    },
    score: (state, _pod, node) => scoreOf(state.read(SCORE), node),
    normalizeScore: (state, _pod, scores, nodes) => normalize(state.read(SCORE), scores, nodes),
    events: [
      {
        resource: 'Pod',
        actions: Action.Add | Action.PodLabel | Action.PodToleration | Action.Delete,
        helps: (pod, event) => podChangeHelps(pod, event, hard(pod)),
      },
      {
        resource: 'Node',
        actions: Action.Add | Action.Delete | Action.NodeLabel | Action.NodeTaint,
        helps: (pod, event) => nodeChangeHelps(event, hard(pod)),
      },
    ],
  }
}

// ---- hard constraints ------------------------------------------------------------------------------------------------

/** For each constraint, how many matching Pods each topology value has. */
class Domains implements StateData {
  private readonly matches: Map<string, number>[] = []
  private readonly mins: (number | null)[] = []

  constructor(
    readonly constraints: readonly SpreadConstraint[],
    pod?: Pod,
    handle?: Handle,
  ) {
    if (!pod || !handle) return
    const found = constraints.map((c) => matchingPods(c, pod.metadata.namespace!, handle))
    this.matches = constraints.map(() => new Map())
    for (const node of handle.cache.list()) {
      if (!hasAllKeys(node, constraints)) continue
      for (const [i, c] of constraints.entries())
        if (takesPart(c, pod, node.node)) this.add(i, node.label(c.topologyKey)!, found[i]!.get(node.name) ?? 0)
    }
  }

  clone(): Domains {
    const copy = new Domains(this.constraints)
    for (const values of this.matches) copy.matches.push(new Map(values))
    return copy
  }

  count(i: number, value: string): number {
    return this.matches[i]!.get(value) ?? 0
  }

  /** Of the emptiest domain; 0 while there are fewer domains than there should be. */
  min(i: number): number {
    const values = this.matches[i]!
    if (values.size < this.constraints[i]!.minDomains) return 0
    let min = this.mins[i] ?? null
    if (min === null) {
      min = Infinity
      for (const n of values.values()) if (n < min) min = n
      this.mins[i] = min
    }
    return min
  }

  change(pod: Pod, other: Pod, node: NodeInfo, by: 1 | -1): void {
    if (other.metadata.namespace !== pod.metadata.namespace || !hasAllKeys(node, this.constraints)) return
    for (const [i, c] of this.constraints.entries())
      if (c.selector && matchesLabels(c.selector, other.metadata.labels) && takesPart(c, pod, node.node))
        this.add(i, node.label(c.topologyKey)!, by)
  }

  private add(i: number, value: string, by: number): void {
    this.matches[i]!.set(value, this.count(i, value) + by)
    this.mins[i] = null
  }
}

const FILTER = stateKey<Domains>('PreFilterPodTopologySpread')

// ---- soft constraints ------------------------------------------------------------------------------------------------

interface Scoring extends StateData {
  readonly constraints: readonly SpreadConstraint[]
  /** Nodes that lack a label: no points. */
  readonly ignored: ReadonlySet<string>
  /** By constraint: Pods by topology value; for host names, by node. */
  readonly counts: readonly ReadonlyMap<string, number>[]
  /** More domains give a count more weight. */
  readonly weights: readonly number[]
}

const SCORE = stateKey<Scoring>('PreScorePodTopologySpread')

function scoring(constraints: readonly SpreadConstraint[], pod: Pod, nodes: readonly NodeInfo[], handle: Handle): Scoring {
  const requireAll = (pod.spec.topologySpreadConstraints?.length ?? 0) > 0
  const ignored = new Set<string>()
  const values = constraints.map(() => new Map<string, number>())
  for (const node of nodes) {
    if (requireAll && !hasAllKeys(node, constraints)) ignored.add(node.name)
    else for (const [i, c] of constraints.entries()) if (c.topologyKey !== HOSTNAME) values[i]!.set(node.label(c.topologyKey) ?? '', 0)
  }
  const perConstraint = constraints.map((c, i) => {
    const found = matchingPods(c, pod.metadata.namespace!, handle)
    if (c.topologyKey === HOSTNAME) return found
    const byValue = values[i]!
    for (const [name, n] of found) {
      const node = handle.cache.node(name)
      if (!node || (requireAll && !hasAllKeys(node, constraints)) || !takesPart(c, pod, node.node)) continue
      const value = node.label(c.topologyKey) ?? ''
      const known = byValue.get(value)
      if (known !== undefined) byValue.set(value, known + n)
    }
    return byValue
  })
  const weights = constraints.map((c, i) => Math.log((c.topologyKey === HOSTNAME ? nodes.length - ignored.size : values[i]!.size) + 2))
  return { constraints, ignored, counts: perConstraint, weights }
}

function scoreOf({ constraints, ignored, counts: found, weights }: Scoring, node: NodeInfo): number {
  if (ignored.has(node.name)) return 0
  let score = 0
  for (const [i, { topologyKey, maxSkew }] of constraints.entries()) {
    const value = node.label(topologyKey)
    if (value === undefined) continue
    const n = found[i]!.get(topologyKey === HOSTNAME ? node.name : value) ?? 0
    score += n * weights[i]! + (maxSkew - 1)
  }
  return Math.round(score)
}

/** Fewer Pods, more points. */
function normalize({ ignored }: Scoring, scores: number[], nodes: readonly NodeInfo[]): void {
  let min = Infinity
  let max = 0
  nodes.forEach((node, i) => {
    if (ignored.has(node.name)) return
    min = Math.min(min, scores[i]!)
    max = Math.max(max, scores[i]!)
  })
  nodes.forEach((node, i) => {
    if (ignored.has(node.name)) scores[i] = 0
    else scores[i] = max === 0 ? MAX_SCORE : Math.trunc((MAX_SCORE * (max + min - scores[i]!)) / max)
  })
}

// ---- what could help -------------------------------------------------------------------------------------------------

function podChangeHelps(pod: Pod, event: ClusterEvent, constraints: readonly SpreadConstraint[]): boolean {
  const { old, new: changed } = podsOf(event)
  const involved = (other: Pod | undefined) =>
    !other ||
    other.metadata.uid === pod.metadata.uid ||
    ((other.spec.nodeName || other.status.nominatedNodeName) && other.metadata.namespace === pod.metadata.namespace)
  if (!involved(old) || !involved(changed)) return false
  const matches = (other: Pod) => constraints.some((c) => c.selector && matchesLabels(c.selector, other.metadata.labels))
  if (!old || !changed) return matches((changed ?? old)!)
  const ownTolerations = changed.metadata.uid === pod.metadata.uid && !same(changed.spec.tolerations, old.spec.tolerations)
  if (ownTolerations && constraints.some((c) => c.honorsTaints)) return true
  return constraints.some(
    ({ selector }) => selector && matchesLabels(selector, old.metadata.labels) !== matchesLabels(selector, changed.metadata.labels),
  )
}

function nodeChangeHelps(event: ClusterEvent, constraints: readonly SpreadConstraint[]): boolean {
  const { old, new: changed } = nodesOf(event)
  const has = (node: Node | undefined) => node !== undefined && hasAllKeys(new NodeInfo(node), constraints)
  if (!old || !changed) return has(changed ?? old)
  if (has(old) !== has(changed)) return true
  const moved = constraints.some(({ topologyKey }) => old.metadata.labels?.[topologyKey] !== changed.metadata.labels?.[topologyKey])
  return has(changed) && (moved || !same(old.spec.taints, changed.spec.taints))
}

const same = (a: unknown, b: unknown) => equalJson(a as JsonObject | undefined, b as JsonObject | undefined)
