// What the trace keeps of a cycle: counts of everything, and tables of the nodes that matter. In a cluster of a thousand nodes that is
// the best of those that fit and some of those that do not; all others are in the counts.

import type { Pod } from '../api/kinds/pod/types'
import type { NodeVerdict, PodRef, ScheduleDecision } from '../base/hop'
import type { PluginScores } from './framework/framework'
import type { PreemptionFacts, Rejection } from './framework/interface'
import type { CycleFacts, CycleResult } from './schedulePod'

/** Nodes with their scores, nodes with the reason why not, and candidates of preemption that a decision keeps. */
const KEPT = 12

export function decisionOf({ metadata }: Pod, result: CycleResult): ScheduleDecision {
  const { chosen, facts } = result
  const { namespace = '', name = '', uid = '' } = metadata
  const { all, rejections, preFilter, feasible, preemption } = facts
  const refused = [...rejections]
    .slice(0, KEPT)
    .map(([node, { plugin, reasons }]) => ({ node, filteredBy: { plugin, reasons }, ...NO_SCORES }))
  return {
    kind: 'schedule',
    pod: { namespace, name, uid },
    counts: { nodes: all.length, evaluated: rejections.size + feasible.length, feasible: feasible.length },
    plugins: pluginsOf(facts.scores),
    nodes: inOrder([...scored(facts, chosen), ...refused], all),
    refusals: preFilter ? [{ plugin: preFilter.plugin, reasons: preFilter.reasons, nodes: all.length }] : counted(rejections),
    chosen,
    message: 'failure' in result ? result.failure.message : '',
    ...(preemption && { preemption: preemptionOf(preemption) }),
  }
}

const NO_SCORES = { raw: [], normalized: [], total: 0 } as const

/** In a small cluster as its nodes are ordered; in a large one the best first. */
function inOrder(verdicts: readonly NodeVerdict[], all: CycleFacts['all']): readonly NodeVerdict[] {
  if (all.length > 2 * KEPT) return verdicts
  const byNode = new Map(verdicts.map((v) => [v.node, v]))
  return all.flatMap(({ name }) => byNode.get(name) ?? [])
}

/** The chosen node first, then by total. */
function scored({ feasible, scores, totals }: CycleFacts, chosen: string | null): readonly NodeVerdict[] {
  const order = feasible.map((_, i) => i)
  order.sort((a, b) => Number(feasible[b]!.name === chosen) - Number(feasible[a]!.name === chosen) || totals[b]! - totals[a]! || a - b)
  return order.slice(0, KEPT).map((i) => ({
    node: feasible[i]!.name,
    raw: scores.map((s) => s.raw[i]!),
    normalized: scores.map((s) => s.normalized[i]!),
    total: totals[i]!,
  }))
}

const known = new Map<string, ScheduleDecision['plugins']>()

/** The same list for all decisions that asked the same plugins. */
function pluginsOf(scores: readonly PluginScores[]): ScheduleDecision['plugins'] {
  const key = scores.map((s) => s.plugin).join()
  let plugins = known.get(key)
  if (!plugins) known.set(key, (plugins = scores.map(({ plugin, weight }) => ({ plugin, weight }))))
  return plugins
}

function counted(rejections: ReadonlyMap<string, Rejection>): ScheduleDecision['refusals'] {
  const counts = new Map<string, { readonly plugin: string; readonly reasons: readonly string[]; nodes: number }>()
  for (const { plugin, reasons } of rejections.values()) {
    const key = `${plugin} ${reasons.join()}`
    const count = counts.get(key)
    if (count) count.nodes++
    else counts.set(key, { plugin, reasons, nodes: 1 })
  }
  return [...counts.values()].sort((a, b) => b.nodes - a.nodes)
}

function preemptionOf({ candidates, chosen }: PreemptionFacts): NonNullable<ScheduleDecision['preemption']> {
  const order = [...candidates].sort((a, b) => Number(b.node === chosen) - Number(a.node === chosen))
  return {
    candidates: order.slice(0, KEPT).map(({ node, victims, violations }) => ({ node, victims: victims.map(refOf), violations })),
    more: Math.max(0, candidates.length - KEPT),
    chosen,
  }
}

const refOf = ({ metadata: { namespace = '', name = '', uid = '' } }: Pod): PodRef => ({ namespace, name, uid })
