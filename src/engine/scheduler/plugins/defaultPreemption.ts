// When no node fits: who of lower priority would have to go, and where, so that it does.
// Leaves out: extenders, and rules of others about who may be preempted (IsEligiblePod, which says yes by default).
// Upstream: kubernetes pkg/scheduler/framework/plugins/defaultpreemption, framework/preemption/preemption.go

import type { Pod } from '../../api/kinds/pod/types'
import { fitError } from '../fitError'
import type { CycleState } from '../framework/cycleState'
import { Action } from '../framework/events'
import type { Handle } from '../framework/handle'
import {
  failed,
  unresolvable,
  unschedulable,
  type Plugin,
  type PostFilterOutcome,
  type Rejection,
  type Status,
} from '../framework/interface'
import type { Budget } from '../preemption/budgets'
import { pickCandidate, tryWithout, type Candidate } from '../preemption/candidates'
import { PreemptionExecutor } from '../preemption/executor'
import { priorityOf } from '../queue/nominator'

const BUSY = unresolvable('waiting for the preemption for this pod to be finished')
const NOT_HELPFUL = unresolvable('Preemption is not helpful for scheduling')
/** minCandidateNodesPercentage, minCandidateNodesAbsolute. */
const MIN_PERCENTAGE = 10
const MIN_CANDIDATES = 100

export function createDefaultPreemption(handle: Handle): Plugin {
  const executor = new PreemptionExecutor(handle)
  return {
    name: 'DefaultPreemption',
    preEnqueue: (pod) => (executor.isPreempting(pod) ? BUSY : null),
    postFilter(state, pod, rejections) {
      // The latest version of the Pod decides.
      const latest = handle.pod(pod.metadata.namespace!, pod.metadata.name!) ?? pod
      const why = notEligible(latest, rejections, handle)
      if (why) return outcome(unschedulable(why), why)
      const { candidates, statuses } = findCandidates(latest, state, rejections, handle)
      const best = pickCandidate(candidates)
      const errors = new Set([...statuses.values()].filter(({ code }) => code === 'error').map(({ reasons }) => reasons.join(', ')))
      if (!best && errors.size > 0) {
        const text = errors.size === 1 ? [...errors][0]! : `[${[...errors].join(', ')}]`
        return outcome(failed(text), text)
      }
      if (!best) {
        const text = fitError({ nodes: handle.cache.list().length, rejections: statuses, absent: NOT_HELPFUL })
        return { ...outcome(unschedulable(text), text), nominate: '', preemption: { candidates, chosen: null } }
      }
      executor.start(best, latest)
      const text = `found a potential placement for pod on node ${best.node}, preempting ${best.victims.length} victims`
      return { ...outcome(null, text), nominate: best.node, preemption: { candidates, chosen: best.node } }
    },
    // The end of a victim is heard by the plugin that refused; this one only has to let the Pod through.
    events: [{ resource: 'Pod', actions: Action.Delete, helps: () => false }],
  }
}

const outcome = (status: Status | null, text: string): PostFilterOutcome => ({ status, message: `preemption: ${text}` })

function notEligible(pod: Pod, rejections: ReadonlyMap<string, Rejection>, handle: Handle): string | null {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const promised = pod.status.nominatedNodeName
  // A node that nobody looked at is as good as refused for good.
  if (!promised || (rejections.get(promised)?.code ?? 'unresolvable') === 'unresolvable') return null
  for (const { pod: other } of handle.cache.node(promised)?.pods.values() ?? [])
    if (priorityOf(other) < priorityOf(pod) && isPreempted(other)) return 'not eligible due to a terminating pod on the nominated node.'
  return null
}

function isPreempted({ metadata, status }: Pod): boolean {
  if (!metadata.deletionTimestamp) return false
  const target = status.conditions?.find((c) => c.type === 'DisruptionTarget')
  return target?.status === 'True' && target.reason === 'PreemptionByScheduler'
}

/** Begins anywhere, and ends when there is enough to choose from and one of them breaks no budget. */
function findCandidates(
  pod: Pod,
  state: CycleState,
  rejections: ReadonlyMap<string, Rejection>,
  handle: Handle,
): { readonly candidates: readonly Candidate[]; readonly statuses: ReadonlyMap<string, Status> } {
  const nodes = [...rejections].filter(([, { code }]) => code === 'unschedulable').flatMap(([name]) => handle.cache.node(name) ?? [])
  const budgets = [...handle.lister('poddisruptionbudgets').values()] as Budget[]
  const wanted = Math.min(nodes.length, Math.max(MIN_CANDIDATES, Math.trunc((nodes.length * MIN_PERCENTAGE) / 100)))
  const offset = nodes.length > 1 ? handle.random.int(nodes.length) : 0
  const candidates: Candidate[] = []
  const statuses = new Map<string, Status>()
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(offset + i) % nodes.length]!
    const tried = tryWithout(pod, state, node, handle.framework, budgets)
    if ('status' in tried) statuses.set(node.name, tried.status)
    else candidates.push(tried.candidate)
    if (candidates.length >= wanted && candidates.some((c) => c.violations === 0)) break
  }
  return { candidates, statuses }
}
