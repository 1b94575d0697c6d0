// One seed lived through: the plan's users and faults on a small cluster, then all is repaired and left to settle. What must hold whatever
// happened is checked over the whole trace, and the end against that of a run without faults. Tests only.

import type { Cluster } from '../../cluster/types'
import { start } from '../ask'
import { admin, aWholeCluster } from '../builders'
import { endState } from './endState'
import { escapedPods } from './escapedPods'
import { evictedPods } from './evictedPods'
import { historyProblems } from './historyProblems'
import { lateCreates } from './lateCreates'
import { overrunQuotas } from './overrunQuotas'
import { planOf, quietPlanOf, type Plan, type Users } from './plan'
import { replayProblems } from './replayProblems'
import { userProgram } from './steps'
import { stuckRecreates } from './stuckRecreates'
import { unaskedPods } from './unaskedPods'
import { unheardUsers } from './unheardUsers'

/** Virtual time that a cluster has to settle after the last repair: longer than any back-off here. */
const SETTLE = 60_000
const ROUNDS = 30
/** The informers' next resync comes at most so long after the start of the controllers' process. */
const RESYNC = 24 * 3600_000

const quiet = new Map<string, string>()

/** What is wrong with the run of a seed; nothing if all is well. */
export function fuzz(seed: number, users?: Users): readonly string[] {
  return problemsOf(planOf(seed, users), () => withoutFaults(seed, users), seed)
}

function withoutFaults(seed: number, users?: Users): string {
  const { key, ...plan } = quietPlanOf(seed, users)
  let known = quiet.get(key)
  if (known === undefined) quiet.set(key, (known = endOf(plan)))
  return known
}

/** What a plan comes to without its faults. */
export const quietEnd = (plan: Plan): string => endOf({ ...plan, options: { webhook: plan.options.webhook }, faults: [] })

/** Also without faults a controller may be refused, and try again only after a while. */
function endOf(plan: Plan): string {
  const cluster = live(plan)
  cluster.run({ for: SETTLE * ROUNDS, throughIdle: true })
  return endState(cluster)
}

/** What is wrong with the run of a plan that should come to an end state; `seed` says which of its replays are looked at. */
export function problemsOf(plan: Plan, quietly: () => string, seed: number): readonly string[] {
  try {
    const wanted = quietly()
    const cluster = live(plan)
    let given = comesTo(cluster, wanted)
    for (let round = 0; given !== wanted && round < ROUNDS; round++) {
      cluster.run({ for: SETTLE, throughIdle: true })
      given = comesTo(cluster, wanted)
    }
    if (given !== wanted && unheardUsers(cluster).length > 0) {
      cluster.run({ for: RESYNC, throughIdle: true })
      given = comesTo(cluster, wanted)
    }
    return [
      ...(given === wanted ? unrest(cluster, wanted) : [`does not converge:\n${difference(wanted, given)}`]),
      ...historyProblems(cluster),
      ...replayProblems({ cluster, seed, plan }, (options) => live(plan, options)),
    ]
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}

/** The cluster at the end of a plan, all faults repaired, all users done. */
export function live({ nodes, options, users, faults, manifests = [] }: Plan, more: { readonly wholeHops?: number } = {}): Cluster {
  const cluster = aWholeCluster(nodes, { ...options, ...more })
  const begin = cluster.now
  const programs = users.map((steps, i) => start(cluster, admin, `user ${i}`, () => userProgram(steps)))
  const times = [
    ...faults.flatMap(({ at, until, fault }) => [
      { at, act: () => cluster.inject(fault) },
      { at: until, act: () => cluster.repair(fault) },
    ]),
    ...manifests.map(({ at, node, file, manifest }) => ({ at, act: () => cluster.writeManifest(node, file, manifest) })),
  ]
  for (const { at, act } of times.sort((a, b) => a.at - b.at)) {
    cluster.run({ for: Math.max(0, begin + at - cluster.now), throughIdle: true })
    act()
  }
  for (const fault of cluster.faults) cluster.repair(fault)
  const running = () => programs.some((program) => cluster.isRunning(program))
  for (let round = 0; running() && round < ROUNDS; round++) cluster.run({ for: SETTLE, throughIdle: true, until: () => !running() })
  if (running()) throw new Error(`users are not done: ${programs.filter((p) => cluster.isRunning(p)).join()}`)
  cluster.run({ for: SETTLE, throughIdle: true })
  return cluster
}

function comesTo(cluster: Cluster, wanted: string): string {
  const state = endState(cluster)
  if (state === wanted) return state
  const given = endState(cluster, {
    gone: evictedPods(cluster),
    beyond: unaskedPods(cluster),
    strays: [...escapedPods(cluster), ...lateCreates(cluster)],
  })
  const apart = { namespaces: overrunQuotas(cluster), deployments: stuckRecreates(cluster) }
  return without(apart, given) === without(apart, wanted) ? wanted : given
}

interface Apart {
  readonly namespaces: ReadonlySet<string>
  /** By `namespace/name`; what belongs to one, or is named as it is, goes with it. */
  readonly deployments: ReadonlySet<string>
}

/** An end state without these. */
function without({ namespaces, deployments }: Apart, state: string): string {
  const isApart = (line: string) => {
    const [, namespace = '', name = ''] = /^\S+ ([^/]*)\/(?:of )?(\S*)/.exec(line) ?? []
    const isOf = (deployment: string) => `${namespace}/${name}` === deployment || `${namespace}/${name}`.startsWith(`${deployment}-`)
    return namespaces.has(namespace) || [...deployments].some(isOf)
  }
  return state
    .split('\n')
    .filter((line) => !isApart(line))
    .join('\n')
}

/** What has converged stays so, and nobody writes any more; Events, heartbeats and the rounds of compaction apart. */
function unrest(cluster: Cluster, wanted: string): string[] {
  const { trace } = cluster
  const from = trace.length
  cluster.run({ for: SETTLE, throughIdle: true })
  const given = comesTo(cluster, wanted)
  if (given !== wanted) return [`does not stay converged:\n${difference(wanted, given)}`]
  for (let index = from; index < trace.length; index++) {
    const hop = trace.kept(index)
    if (hop.kind !== 'commit') continue
    const key = hop.events.map(({ kv }) => kv.key).find((k) => !/^(\/registry\/(events|leases|minions)\/|compact_rev_key$)/.test(k))
    if (key) return [`has converged, and ${key} is written at hop ${index}`]
  }
  return []
}

/** `-` only a run without faults has, `+` only this one. */
function difference(wanted: string, given: string): string {
  const less = (these: string, those: string) => {
    const left = those.split('\n')
    return these.split('\n').filter((line) => !left.includes(line) || left.splice(left.indexOf(line), 1).length === 0)
  }
  return [...less(wanted, given).map((line) => `- ${line}`), ...less(given, wanted).map((line) => `+ ${line}`)].join('\n')
}
