// One scheduling cycle, as a pure function: filter, score, choose. What it found is kept for the picture.
// Upstream: kubernetes pkg/scheduler/schedule_one.go, framework/types.go (FitError)

import type { Pod } from '../api/kinds/pod/types'
import type { NodeVerdict } from '../base/hop'
import type { Rng } from '../base/rng'
import type { Plugin, Refusal } from './framework'
import type { NodeInfo, Snapshot } from './snapshot'

export interface CycleResult {
  readonly verdicts: readonly NodeVerdict[]
  /** Null when no node will do; `message` says why. */
  readonly chosen: string | null
  readonly message: string
  readonly refusedBy: ReadonlySet<string>
}

const EVERYTHING = 'Preemption is not helpful for scheduling'
const NO_VICTIMS = 'No preemption victims found for incoming pod'

export function schedulePod(pod: Pod, snapshot: Snapshot, plugins: readonly Plugin[], random: Rng): CycleResult {
  const nodes = snapshot.list()
  if (nodes.length === 0)
    return { verdicts: [], chosen: null, message: 'no nodes available to schedule pods', refusedBy: new Set(plugins.map((p) => p.name)) }
  const states = new Map(plugins.map((p) => [p.name, p.preFilter?.(pod, snapshot)]))
  const fits: NodeInfo[] = []
  const refusals = new Map<string, { readonly plugin: string; readonly refusal: Refusal }>()
  for (const node of nodes) {
    const found = filter(pod, node, snapshot, plugins, states)
    if (found) refusals.set(node.name, found)
    else fits.push(node)
  }
  const refusedBy = new Set([...refusals.values()].map((r) => r.plugin))
  if (fits.length === 0)
    return {
      verdicts: nodes.map((n) => refusedVerdict(n, refusals)),
      chosen: null,
      message: fitError(
        nodes.length,
        [...refusals.values()].map((r) => r.refusal),
        pod,
      ),
      refusedBy,
    }
  const scores = fits.length > 1 ? scoreAll(pod, fits, snapshot, plugins, states) : new Map<string, NodeVerdict['scores']>()
  const totals = new Map(fits.map((n) => [n.name, (scores.get(n.name) ?? []).reduce((sum, s) => sum + s.weighted, 0)]))
  const best = Math.max(...totals.values())
  const ties = fits.filter((n) => totals.get(n.name) === best)
  const chosen = ties[ties.length > 1 ? random.int(ties.length) : 0]!.name
  const verdicts = nodes.map((n) =>
    refusals.has(n.name) ? refusedVerdict(n, refusals) : { node: n.name, scores: scores.get(n.name) ?? [], total: totals.get(n.name) ?? 0 },
  )
  return { verdicts, chosen, message: '', refusedBy }
}

function filter(pod: Pod, node: NodeInfo, snapshot: Snapshot, plugins: readonly Plugin[], states: ReadonlyMap<string, unknown>) {
  for (const plugin of plugins) {
    const refusal = plugin.filter?.(pod, node, states.get(plugin.name), snapshot)
    if (refusal) return { plugin: plugin.name, refusal }
  }
  return null
}

function scoreAll(
  pod: Pod,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
  plugins: readonly Plugin[],
  states: ReadonlyMap<string, unknown>,
): Map<string, NodeVerdict['scores']> {
  const out = new Map<string, NodeVerdict['scores'][number][]>(nodes.map((n) => [n.name, []]))
  for (const plugin of plugins) {
    if (!plugin.score || plugin.scores?.(pod, nodes, snapshot) === false) continue
    const raw = nodes.map((n) => plugin.score!(pod, n, states.get(plugin.name), snapshot))
    const normal = plugin.normalize ? plugin.normalize(raw) : raw
    nodes.forEach((n, i) =>
      out.get(n.name)!.push({ plugin: plugin.name, score: normal[i]!, weight: plugin.weight, weighted: normal[i]! * plugin.weight }),
    )
  }
  return out
}

function refusedVerdict(
  node: NodeInfo,
  refusals: ReadonlyMap<string, { readonly plugin: string; readonly refusal: Refusal }>,
): NodeVerdict {
  const { plugin, refusal } = refusals.get(node.name)!
  return { node: node.name, filteredBy: { plugin, reasons: refusal.reasons }, scores: [], total: 0 }
}

/** `0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: …`: reasons sorted as text. */
export function fitError(nodes: number, refusals: readonly Refusal[], pod: Pod): string {
  const head = `0/${nodes} nodes are available: `
  const preemption =
    pod.spec.preemptionPolicy === 'Never'
      ? 'preemption: not eligible due to preemptionPolicy=Never.'
      : `preemption: ${head}${counted(refusals.map((r) => (r.unresolvable ? EVERYTHING : NO_VICTIMS)))}.`
  return `${head}${counted(refusals.flatMap((r) => r.reasons))}. ${preemption}`
}

function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, n]) => `${n} ${reason}`)
    .sort()
    .join(', ')
}
