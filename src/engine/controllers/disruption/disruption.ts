// PodDisruptionBudgets: how many of the Pods that each selects are healthy, how many must be, and how many may therefore be evicted now.
// Leaves out: the rate limits of upstream's queues.
// Upstream: kubernetes pkg/controller/disruption/disruption.go, pkg/apis/policy/helper.go

import { labelSelectorText } from '../../api/go/labelSelectorText'
import type { Pod, PodCondition } from '../../api/kinds/pod/types'
import { scaledValue } from '../../api/scalars/scaledValue'
import type { ApiObject, JsonObject } from '../../api/object'
import { labelSelectorOf, matchesLabels } from '../../api/selectors/labelSelector'
import { parseTime, rfc3339 } from '../../api/scalars/time'
import type { IntOrPercent } from '../../api/validation/intOrPercent'
import { equalJson } from '../../base/equal'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf, splitKey } from '../../client/informer'
import { whenSynced } from '../../client/sharedInformer'
import { messageOf, reasonOf, succeeded } from '../../client/answers'
import { replace } from '../../client/requests'
import { ask, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { Answered } from '../../client/types'
import { setStatusCondition } from '../conditions'
import type { StartController } from '../controller'
import { isReady, isTerminal } from '../podFacts'
import { namespaceOf, podsByNamespace } from '../podsBy'
import type { Condition } from '../workloads'
import { ScaleFinder } from './expectedScale'

/** Milliseconds in which an evicted Pod is thought to go, and in which one that was to be disrupted is. */
const DELETION_TIMEOUT = 120_000
const STALE_TIMEOUT = 120_000
const ALLOWED = 'DisruptionAllowed'
const TARGET = 'DisruptionTarget'

interface Budget extends ApiObject {
  readonly spec: { readonly minAvailable?: IntOrPercent; readonly maxUnavailable?: IntOrPercent; readonly selector?: JsonObject }
  readonly status: BudgetStatus
}

interface BudgetStatus extends JsonObject {
  readonly currentHealthy?: number
  readonly desiredHealthy?: number
  readonly expectedPods?: number
  readonly disruptionsAllowed?: number
  readonly observedGeneration?: number | bigint
  readonly disruptedPods?: Readonly<Record<string, string>>
  readonly conditions?: readonly Condition[]
}

interface Count {
  readonly expectedPods: number
  readonly desiredHealthy: number
  readonly unmanaged: readonly string[]
}

export const disruptionController: StartController = ({ io, client, informers }) => {
  const pods = podsByNamespace(informers)
  const budgets = informers.of('/apis/policy/v1/poddisruptionbudgets').index('namespace', namespaceOf)
  const scales = new ScaleFinder(informers)
  const events = new EventRecorder(io, client, { component: 'controllermanager' })

  const selecting = (pod: ApiObject) =>
    ([...budgets.by('namespace', pod.metadata.namespace!)] as Budget[]).filter((budget) => selects(budget, pod))

  const queue = syncQueue(io, client, function* (key): Sync<Outcome> {
    const [namespace, name] = splitKey(key)
    const budget = budgets.get(namespace, name) as Budget | undefined
    if (!budget) return 'done'
    const say = (type: 'Normal' | 'Warning', reason: string, message: string) => events.event(budget, { type, reason, message })
    const members = ([...pods.by('namespace', namespace)] as Pod[]).filter((pod) => selects(budget, pod))
    if (members.length === 0) say('Normal', 'NoPods', 'No matching pods found')
    const counted = yield* count(budget, members)
    if ('error' in counted) {
      say('Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${counted.error}`)
      return yield* toldFailed(budget, counted.error)
    }
    if (counted.unmanaged.length > 0) say('Warning', 'UnmanagedPods', unmanagedText(budget))
    const { disrupted, recheck } = stillDisrupted(budget, members)
    const currentHealthy = members.filter(
      (p) => !p.metadata.deletionTimestamp && disrupted[p.metadata.name!] === undefined && isReady(p),
    ).length
    const { expectedPods, desiredHealthy } = counted
    const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy)
    const status: BudgetStatus = {
      observedGeneration: budget.metadata.generation,
      ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
      disruptionsAllowed,
      currentHealthy,
      desiredHealthy,
      expectedPods,
      conditions: withAllowed(budget, disruptionsAllowed, rfc3339(io.epochNow)),
    }
    if (!equalJson(status, budget.status)) {
      const answer = yield* write(budget, status)
      if (reasonOf(answer) === 'Conflict') return 'failed'
      if (!succeeded(answer)) return yield* toldFailed(budget, messageOf(answer))
    }
    return recheck === null ? 'done' : { after: recheck }
  })

  function write(budget: Budget, status: BudgetStatus): Sync<Answered> {
    const { namespace, name } = budget.metadata
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}/status`
    return ask(replace(path, { ...budget, status }))
  }

  /** Whatever went wrong, no disruption is allowed. */
  function* toldFailed(budget: Budget, why: string): Sync<Outcome> {
    return succeeded(yield* write(budget, failed(budget, why, rfc3339(io.epochNow)))) ? 'done' : 'failed'
  }

  function* count(budget: Budget, members: readonly Pod[]): Sync<Count | { readonly error: string }> {
    const { minAvailable, maxUnavailable } = budget.spec
    if (maxUnavailable === undefined && minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0, unmanaged: [] }
    if (maxUnavailable === undefined && typeof minAvailable === 'number')
      return { expectedPods: members.length, desiredHealthy: minAvailable, unmanaged: [] }
    const scale = yield* scales.expected(members)
    if ('error' in scale) return scale
    const { count: expectedPods, unmanaged } = scale
    const desiredHealthy =
      maxUnavailable === undefined
        ? scaledValue(minAvailable, expectedPods, true)
        : Math.max(0, expectedPods - scaledValue(maxUnavailable, expectedPods, true))
    return { expectedPods, desiredHealthy, unmanaged }
  }

  /** Pods that were evicted and are still there; one that stays for too long counts again. */
  function stillDisrupted(budget: Budget, members: readonly Pod[]) {
    const disrupted: Record<string, string> = {}
    let recheck: number | null = null
    for (const pod of members) {
      const since = budget.status.disruptedPods?.[pod.metadata.name!]
      if (since === undefined || pod.metadata.deletionTimestamp) continue
      const left = parseTime(since) + DELETION_TIMEOUT - io.epochNow
      if (left < 0) {
        const { namespace } = budget.metadata
        const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`
        events.event(pod, { type: 'Warning', reason: 'NotDeleted', message })
        continue
      }
      disrupted[pod.metadata.name!] = since
      recheck = Math.min(recheck ?? Infinity, left + 1)
    }
    return { disrupted, recheck }
  }

  /** A Pod that was to be disrupted and was not is no target any more. */
  const stale = syncQueue(io, client, function* (key): Sync<Outcome> {
    const [namespace, name] = splitKey(key)
    const pod = pods.get(namespace, name) as Pod | undefined
    const target = pod && targetOf(pod)
    if (!pod || !target) return 'done'
    const left = parseTime(target.lastTransitionTime ?? '') + STALE_TIMEOUT - io.epochNow
    if (left > 0) return { after: left }
    const condition: PodCondition = {
      type: TARGET,
      status: 'False',
      observedGeneration: pod.metadata.generation,
      lastProbeTime: null,
      lastTransitionTime: rfc3339(io.epochNow),
    }
    const conditions = pod.status.conditions!.map((c) => (c === target ? condition : c))
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`
    const { status } = yield* ask(replace(path, { ...pod, status: { ...pod.status, conditions } }))
    return status === 200 || status === 404 ? 'done' : 'failed'
  })

  whenSynced([pods, budgets, ...scales.watched], () => {
    const look = (object: ApiObject) => queue.add(keyOf(object))
    budgets.listen({ add: look, update: look, delete: look })
    const lookForPod = (pod: ApiObject) => {
      const [budget, other] = selecting(pod)
      if (!budget) return
      const { namespace, name } = pod.metadata
      const message = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${budget.metadata.name}" arbitrarily.`
      if (other) events.event(pod, { type: 'Warning', reason: 'MultiplePodDisruptionBudgets', message })
      look(budget)
    }
    const heard = (pod: ApiObject) => {
      lookForPod(pod)
      if (targetOf(pod as Pod)) stale.add(keyOf(pod))
    }
    pods.listen({ add: heard, update: heard, delete: lookForPod })
  })
}

function selects({ spec }: Budget, { metadata }: ApiObject): boolean {
  const selector = labelSelectorOf(spec.selector)
  return selector !== null && matchesLabels(selector, metadata.labels)
}

function targetOf({ metadata, status }: Pod): PodCondition | undefined {
  const target = status.conditions?.find((c) => c.type === TARGET)
  if (!target || metadata.deletionTimestamp || target.status !== 'True' || target.reason === 'TerminationByKubelet') return undefined
  return isTerminal({ metadata, status } as Pod) ? undefined : target
}

function withAllowed(budget: Budget, allowed: number, now: string): readonly Condition[] {
  const [status, reason] = allowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods']
  const condition = { type: ALLOWED, status, reason, message: '', observedGeneration: budget.metadata.generation }
  return setStatusCondition(budget.status.conditions, condition, now)
}

function failed(budget: Budget, message: string, now: string): BudgetStatus {
  const { observedGeneration } = budget.status
  const condition = { type: ALLOWED, status: 'False', reason: 'SyncFailed', message, observedGeneration }
  return { ...budget.status, disruptionsAllowed: 0, conditions: setStatusCondition(budget.status.conditions, condition, now) }
}

const unmanagedText = ({ spec: { selector } }: Budget): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${labelSelectorText(selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`
