// On which nodes a Pod would fit if Pods of lower priority went, and which of them would have to: tried on copies.
// Upstream: kubernetes pkg/scheduler/framework/preemption/preemption.go, plugins/defaultpreemption (SelectVictimsOnNode)

import type { Pod } from '../../api/kinds/pod/types'
import { parseTime } from '../../api/scalars/time'
import type { NodeInfo } from '../cache/nodeInfo'
import type { PodInfo } from '../cache/podInfo'
import type { CycleState } from '../framework/cycleState'
import type { Framework } from '../framework/framework'
import { failed, unresolvable, type Status } from '../framework/interface'
import { priorityOf } from '../queue/nominator'
import { splitByBudget, type Budget } from './budgets'

export interface Candidate {
  readonly node: string
  /** The most important first. */
  readonly victims: readonly Pod[]
  /** Victims whose eviction breaks a PodDisruptionBudget. */
  readonly violations: number
}

export const NO_VICTIMS = unresolvable('No preemption victims found for incoming pod')

export function tryWithout(
  pod: Pod,
  state: CycleState,
  original: NodeInfo,
  framework: Framework,
  budgets: readonly Budget[],
): { readonly candidate: Candidate } | { readonly status: Status } {
  const node = original.clone()
  const dry = state.clone()
  const remove = (info: PodInfo) => {
    node.remove(info.pod)
    framework.removePod(dry, pod, info, node)
  }
  const lower = [...node.pods.values()].filter((info) => priorityOf(info.pod) < priorityOf(pod))
  if (lower.length === 0) return { status: NO_VICTIMS }
  lower.forEach(remove)
  const still = framework.filter(dry, pod, node)
  if (still) return { status: still }

  const victims: Pod[] = []
  // One after the other is spared if the Pod fits all the same; those under a budget have the first chance.
  const spare = (info: PodInfo): boolean => {
    node.add(info.pod)
    framework.addPod(dry, pod, info, node)
    if (!framework.filter(dry, pod, node)) return true
    remove(info)
    victims.push(info.pod)
    return false
  }
  const { violating, others } = splitByBudget(
    lower.sort((a, b) => compareImportance(a.pod, b.pod)),
    budgets,
  )
  const violations = violating.filter((info) => !spare(info)).length
  others.forEach(spare)
  if (violating.length > 0 && others.length > 0) victims.sort(compareImportance)
  if (victims.length === 0) return { status: failed(`expected at least one victim pod on node "${node.name}"`) }
  return { candidate: { node: node.name, victims, violations } }
}

/** The node where preemption hurts least: each rule decides among those that the rules before left over. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const rules: readonly ((c: Candidate) => number)[] = [
    (c) => -c.violations,
    (c) => -priorityOf(c.victims[0]!),
    (c) => -c.victims.reduce((sum, victim) => sum + priorityOf(victim) + MAX_INT32 + 1, 0),
    (c) => -c.victims.length,
    (c) => earliestStart(c.victims),
  ]
  let left = candidates
  for (const rule of rules) {
    const best = Math.max(...left.map(rule))
    left = left.filter((c) => rule(c) === best)
    if (left.length === 1) break
  }
  return left[0]
}

const MAX_INT32 = 2 ** 31 - 1

/** Of the victims of the highest priority. */
function earliestStart(victims: readonly Pod[]): number {
  const highest = Math.max(...victims.map(priorityOf))
  return Math.min(...victims.filter((v) => priorityOf(v) === highest).map(startOf))
}

/** Higher priority, then whoever started earlier. */
function compareImportance(a: Pod, b: Pod): number {
  const [first, second] = [startOf(a), startOf(b)]
  return priorityOf(b) - priorityOf(a) || (first === second ? 0 : first < second ? -1 : 1)
}

/** A Pod that has not started counts as starting now. */
const startOf = ({ status }: Pod) => (status.startTime ? parseTime(status.startTime) : Number.MAX_SAFE_INTEGER)
