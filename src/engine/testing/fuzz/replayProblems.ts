// Whether a run can be lived through again: by a fork, from the start, and by a trace that let go of what it held. Looked at for some seeds
// each. Tests only.

import { createRng } from '../../base/rng'
import type { Cluster } from '../../cluster/types'
import { sameHops } from '../traceText'
import type { Plan } from './plan'

/** Every so many seeds. */
const FORK = 8
const AGAIN = 32
const RECALL = 32
const WINDOW = 400

export interface Lived {
  readonly cluster: Cluster
  readonly seed: number
  readonly plan: Plan
}

export function replayProblems(lived: Lived, again: (options: { readonly wholeHops?: number }) => Cluster): string[] {
  const { cluster, seed } = lived
  const problems: string[] = []
  if (seed % FORK === 0) problems.push(...forkProblems(lived))
  if (seed % AGAIN === 1) problems.push(...(same(cluster, again({})) ? [] : ['lives otherwise a second time']))
  if (seed % RECALL === 2) problems.push(...recallProblems(cluster, seed, again({ wholeHops: 300 })))
  return problems
}

/** The fork has lived through the same, and goes on as the run did until something came from outside. */
function forkProblems({ cluster, seed, plan }: Lived): string[] {
  const { trace, restHop } = cluster
  const n = restHop + createRng(seed).int(trace.length - restHop)
  const copy = cluster.fork(n)
  const end = trace.endOfEvent(Math.max(n, restHop)) + 1
  const from = Math.max(0, end - WINDOW)
  if (!sameHops(copy.trace, trace, from, end)) return [`a fork at hop ${n} of ${trace.length} lives through other hops`]
  const next = nextInput(cluster, end, plan)
  copy.run({ maxEvents: WINDOW, throughIdle: true })
  const until = Math.min(copy.trace.length, next)
  return sameHops(copy.trace, trace, end, until) ? [] : [`a fork at hop ${n} goes on otherwise before hop ${until}`]
}

/** That a manifest is written, no hop tells. */
function nextInput({ trace, restHop }: Cluster, from: number, { manifests = [] }: Plan): number {
  const began = trace.kept(restHop + 1).at
  const since = trace.kept(from - 1).at
  const manifest = Math.min(...manifests.map(({ at }) => began + at).filter((at) => at >= since))
  for (let index = from; index < trace.length; index++) {
    const hop = trace.kept(index)
    if (hop.at >= manifest) return index
    if (hop.kind === 'fault' || (hop.kind === 'program' && hop.event.type === 'started')) return index
  }
  return trace.length
}

/** `first` may have gone on since. */
const same = ({ trace: first }: Cluster, { trace: second }: Cluster) => first.length >= second.length && sameHops(second, first)

/** Some hops, in no order. */
function recallProblems({ trace }: Cluster, seed: number, { trace: lean }: Cluster): string[] {
  const rng = createRng(seed)
  for (let tries = 3; tries > 0; tries--) {
    const from = rng.int(lean.length)
    const to = Math.min(lean.length, from + WINDOW)
    if (!sameHops(lean, trace, from, to)) return [`what was let go of hops ${from} to ${to} is recalled otherwise`]
  }
  return []
}
