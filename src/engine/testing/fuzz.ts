// One seed lived through: the plan's users and faults on a small cluster, then all is repaired and left to settle. What must hold whatever
// happened is checked over the whole trace, and the end against that of a run without faults. Tests only.

import { createRng } from '../base/rng'
import type { Cluster } from '../cluster/types'
import { start } from './ask'
import { admin, aWholeCluster } from './builders'
import { endState } from './endState'
import { planOf, quietPlanOf, userProgram, type Plan } from './fuzzPlan'
import { historyProblems } from './historyProblems'
import { traceText } from './traceText'

/** Virtual time that a cluster has to settle after the last repair: longer than any back-off here. */
const SETTLE = 60_000
const ROUNDS = 30
/** Every so many seeds, a fork of the run is compared with it. */
const FORKS = 4

const quiet = new Map<number, string>()

/** What is wrong with the run of a seed; nothing if all is well. */
export function fuzz(seed: number): readonly string[] {
  let cluster: Cluster | null = null
  try {
    cluster = live(planOf(seed))
    const wanted = withoutFaults(seed)
    let given = endState(cluster)
    for (let round = 0; given !== wanted && round < ROUNDS; round++) {
      cluster.run({ for: SETTLE, throughIdle: true })
      given = endState(cluster)
    }
    return [
      ...(given === wanted ? [] : [`does not converge:\n${difference(wanted, given)}`]),
      ...historyProblems(cluster),
      ...(seed % FORKS === 0 ? forkProblems(cluster, seed) : []),
    ]
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}

/** The cluster at the end of a plan, all faults repaired, all users done. */
export function live({ nodes, etcdMembers, users, faults }: Plan): Cluster {
  const cluster = aWholeCluster(nodes, { etcdMembers })
  const begin = cluster.now
  const programs = users.map((steps, i) => start(cluster, admin, `user ${i}`, () => userProgram(steps)))
  const times = faults.flatMap(({ at, until, fault }) => [
    { at, act: () => cluster.inject(fault) },
    { at: until, act: () => cluster.repair(fault) },
  ])
  for (const { at, act } of times.sort((a, b) => a.at - b.at)) {
    cluster.run({ for: Math.max(0, begin + at - cluster.now), throughIdle: true })
    act()
  }
  for (const fault of cluster.faults) cluster.repair(fault)
  const running = () => programs.some((program) => cluster.isRunning(program))
  for (let round = 0; running() && round < ROUNDS; round++) cluster.run({ for: SETTLE, throughIdle: true })
  cluster.run({ for: SETTLE, throughIdle: true })
  return cluster
}

/** `-` only a run without faults has, `+` only this one. */
function difference(wanted: string, given: string): string {
  const less = (these: string, those: string) => {
    const left = those.split('\n')
    return these.split('\n').filter((line) => !left.includes(line) || left.splice(left.indexOf(line), 1).length === 0)
  }
  return [...less(wanted, given).map((line) => `- ${line}`), ...less(given, wanted).map((line) => `+ ${line}`)].join('\n')
}

function withoutFaults(seed: number): string {
  const { key, ...plan } = quietPlanOf(seed)
  let known = quiet.get(key)
  if (known === undefined) quiet.set(key, (known = endState(live(plan))))
  return known
}

function forkProblems(cluster: Cluster, seed: number): string[] {
  const { trace, restHop } = cluster
  const n = restHop + createRng(seed).int(trace.length - restHop)
  const copy = cluster.fork(n)
  const end = trace.endOfEvent(n) + 1
  const from = Math.max(restHop, end - 500)
  return traceText(copy.trace, from, end) === traceText(trace, from, end)
    ? []
    : [`a fork at hop ${n} of ${trace.length} lives through other hops`]
}
