// One scheduling cycle up to the choice of a node: PreFilter, Filter (on as many nodes as are needed), PostFilter, Score. Nothing is sent here
// but what preemption sends.
// Leaves out: extenders, batches of like Pods.
// Upstream: kubernetes pkg/scheduler/schedule_one.go

import type { Pod } from '../api/kinds/pod/types'
import type { Rng } from '../base/rng'
import type { Cache } from './cache/cache'
import type { NodeInfo } from './cache/nodeInfo'
import { blameOf, NOBODY, schedulerError, type Failure } from './failure'
import { fitError } from './fitError'
import type { CycleState } from './framework/cycleState'
import type { Framework, PluginScores } from './framework/framework'
import type { PostFilterOutcome, PreemptionFacts, Rejection } from './framework/interface'

/** The name of a node, or why none will do. */
export type CycleResult =
  { readonly chosen: string; readonly facts: CycleFacts } | { readonly chosen: null; readonly failure: Failure; readonly facts: CycleFacts }

/** What the cycle looked at, for the trace. */
export interface CycleFacts {
  /** All nodes, in the order in which they are kept. */
  readonly all: readonly NodeInfo[]
  readonly rejections: ReadonlyMap<string, Rejection>
  /** A PreFilter refused all nodes at once. */
  readonly preFilter?: Rejection
  readonly feasible: readonly NodeInfo[]
  /** Empty when one node only was left. */
  readonly scores: readonly PluginScores[]
  readonly totals: readonly number[]
  readonly preemption?: PreemptionFacts
}

export interface Profile {
  readonly framework: Framework
  readonly cache: Cache
  readonly random: Rng
  /** Where the next cycle begins among the nodes, so that all are looked at in turn. */
  nextStart: number
}

const NOTHING: CycleFacts = { all: [], rejections: new Map(), feasible: [], scores: [], totals: [] }

export function schedulePod(pod: Pod, state: CycleState, profile: Profile): CycleResult {
  const { framework, cache, random } = profile
  const all = cache.list()
  if (all.length === 0) {
    const message = 'no nodes available to schedule pods'
    return { chosen: null, failure: { ...NOBODY, reason: 'Unschedulable', message, nominate: '' }, facts: NOTHING }
  }
  const before = framework.preFilter(state, pod)
  if (before.rejection) return preFilterRefused(pod, state, profile, before.rejection, before.blamed)
  const found = findNodes(pod, state, profile, before.nodes)
  if ('error' in found) return { chosen: null, failure: schedulerError(found.error), facts: { ...NOTHING, all } }
  const { feasible, rejections } = found
  if (feasible.length === 0) {
    const narrowed = before.nodes ? `node(s) didn't satisfy plugin(s) [${[...before.narrowedBy].sort().join(' ')}]` : null
    const after = framework.postFilter(state, pod, rejections)
    const absent = narrowed ? { code: 'unresolvable' as const, reasons: [narrowed] } : undefined
    return {
      chosen: null,
      failure: {
        reason: 'Unschedulable',
        message: fitError({ nodes: all.length, rejections, absent, postFilter: after.message }),
        unschedulablePlugins: new Set([...before.narrowedBy, ...pluginsOf(rejections, false)]),
        pendingPlugins: pluginsOf(rejections, true),
        nominate: after.nominate,
      },
      facts: { ...NOTHING, all, rejections, preemption: after.preemption },
    }
  }
  const scores = feasible.length > 1 ? framework.score(state, pod, feasible) : []
  const totals = feasible.map((_, i) => scores.reduce((sum, { normalized, weight }) => sum + normalized[i]! * weight, 0))
  const chosen = feasible[best(totals, random)]!.name
  return { chosen, facts: { all, rejections, feasible, scores, totals } }
}

/** The highest total; among equals chance decides. */
function best(totals: readonly number[], random: Rng): number {
  let max = -Infinity
  let ties: number[] = []
  totals.forEach((total, i) => {
    if (total > max) {
      max = total
      ties = [i]
    } else if (total === max) ties.push(i)
  })
  return ties[ties.length > 1 ? random.int(ties.length) : 0]!
}

function preFilterRefused(
  pod: Pod,
  state: CycleState,
  { framework, cache }: Profile,
  rejection: Rejection,
  blamed: readonly string[] = [],
): CycleResult {
  const nodes = cache.list()
  if (rejection.code === 'error') return { chosen: null, failure: schedulerError(rejection), facts: { ...NOTHING, all: nodes } }
  const onAll = new Map(nodes.map((node) => [node.name, rejection]))
  const after: PostFilterOutcome = framework.postFilter(state, pod, onAll)
  const message = fitError({
    nodes: nodes.length,
    rejections: NOTHING.rejections,
    preFilter: rejection.reasons.join(', '),
    postFilter: after.message,
  })
  const blame = blameOf(rejection)
  const unschedulablePlugins = new Set([...blame.unschedulablePlugins, ...blamed])
  return {
    chosen: null,
    failure: { ...blame, unschedulablePlugins, reason: 'Unschedulable', message, nominate: after.nominate },
    facts: { ...NOTHING, all: nodes, preFilter: rejection, preemption: after.preemption },
  }
}

type Found = { readonly feasible: readonly NodeInfo[]; readonly rejections: ReadonlyMap<string, Rejection> } | { readonly error: Rejection }

/** A promised node is looked at alone first. Otherwise the search begins where the last one ended, and ends when enough nodes fit. */
function findNodes(pod: Pod, state: CycleState, profile: Profile, only: ReadonlySet<string> | null): Found {
  const { cache } = profile
  const promised = pod.status.nominatedNodeName ? cache.node(pod.status.nominatedNodeName) : undefined
  const rejections = new Map<string, Rejection>()
  if (promised) {
    const found = filterNodes(pod, state, profile.framework, [promised], 0, rejections)
    if ('feasible' in found && found.feasible.length > 0) return found
  }
  const all = cache.list()
  const nodes = only ? [...only].flatMap((name) => cache.node(name) ?? []) : all
  const found = filterNodes(pod, state, profile.framework, nodes, profile.nextStart, rejections)
  if ('feasible' in found) profile.nextStart = (profile.nextStart + found.feasible.length + rejections.size) % all.length
  return found
}

function filterNodes(
  pod: Pod,
  state: CycleState,
  framework: Framework,
  nodes: readonly NodeInfo[],
  start: number,
  rejections: Map<string, Rejection>,
): Found {
  const wanted = numFeasibleNodesToFind(nodes.length)
  const feasible: NodeInfo[] = []
  for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
    const node = nodes[(start + i) % nodes.length]!
    const rejection = framework.filter(state, pod, node)
    if (rejection?.code === 'error') return { error: rejection }
    if (rejection) rejections.set(node.name, rejection)
    else feasible.push(node)
  }
  return { feasible, rejections }
}

const MIN_NODES = 100
const MIN_PERCENTAGE = 5

/** Of a hundred nodes or fewer all; of more, a part that shrinks from half to a twentieth (percentageOfNodesToScore: 0). */
export function numFeasibleNodesToFind(nodes: number): number {
  if (nodes < MIN_NODES) return nodes
  const percentage = Math.max(MIN_PERCENTAGE, 50 - Math.trunc(nodes / 125))
  return Math.max(MIN_NODES, Math.trunc((nodes * percentage) / 100))
}

function pluginsOf(rejections: ReadonlyMap<string, Rejection>, pending: boolean): ReadonlySet<string> {
  const plugins = new Set<string>()
  for (const { plugin, code } of rejections.values()) if ((code === 'pending') === pending) plugins.add(plugin)
  return plugins
}
