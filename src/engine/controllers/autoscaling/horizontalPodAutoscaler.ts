// HorizontalPodAutoscalers: looks at each at once when it is new or has a new spec, and every 15 s. It keeps its target's scale between the
// bounds; for what its metrics would ask it has none, and says so in conditions and events.
// Leaves out: scaling by metrics (nothing serves them), and with it stabilization and behaviour.
// Upstream: kubernetes pkg/controller/podautoscaler/horizontal.go

import { equalJson } from '../../base/equal'
import { parseGroupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { matchesLabels } from '../../api/selectors/labelSelector'
import { parseLabelSelector } from '../../api/selectors/parseLabelSelector'
import { rfc3339 } from '../../api/scalars/time'
import { discover, resourcePath } from '../../client/discovery'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf, splitKey } from '../../client/informer'
import { whenSynced } from '../../client/sharedInformer'
import { bodyOf, messageOf } from '../../client/answers'
import { read, replace } from '../../client/requests'
import { ask, syncQueue, type Outcome, type Sync } from '../../client/sync'
import { setStatusCondition } from '../conditions'
import type { StartController } from '../controller'
import { OwnWrites } from '../ownWrites'
import { podsByNamespace } from '../podsBy'
import { RESOURCES } from '../resources'
import type { Condition } from '../workloads'
import { problemOf, type MetricSpec } from './metrics'

/** Milliseconds: `--horizontal-pod-autoscaler-sync-period`. */
const PERIOD = 15_000
const TRIES = 5
const SCALED_TO_ZERO = 'ScaledToZero'

interface Autoscaler extends ApiObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string; readonly apiVersion?: string }
    readonly minReplicas?: number
    readonly maxReplicas: number
    readonly metrics?: readonly MetricSpec[]
  }
  readonly status: AutoscalerStatus
}

interface AutoscalerStatus extends JsonObject {
  readonly observedGeneration?: number | bigint
  readonly currentReplicas?: number
  readonly desiredReplicas?: number
  readonly lastScaleTime?: string
  readonly currentMetrics?: readonly JsonObject[]
  readonly conditions?: readonly Condition[]
}

type Scale = ApiObject & { readonly spec: { readonly replicas?: number }; readonly status?: { readonly selector?: string } }

export const horizontalPodAutoscalerController: StartController = ({ io, client, informers }) => {
  const autoscalers = informers.of(RESOURCES.horizontalPodAutoscalers)
  const pods = podsByNamespace(informers)
  const events = new EventRecorder(io, client, { component: 'horizontal-pod-autoscaler' })
  /** What each autoscaler's target selects, as it was last seen. */
  const selectors = new Map<string, string>()
  const own = new OwnWrites()

  const queue = syncQueue(
    io,
    client,
    function* (key): Sync<Outcome> {
      const [namespace, name] = splitKey(key)
      const autoscaler = autoscalers.get(namespace, name) as Autoscaler | undefined
      if (own.unseen(key) !== null) return { after: PERIOD }
      if (!autoscaler) {
        own.forget(key)
        return 'done'
      }
      const status = yield* reconciled(autoscaler, key)
      if (!equalJson(status, autoscaler.status)) {
        const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${name}/status`
        const answer = yield* ask(replace(path, { ...autoscaler, status }))
        own.note(key, autoscalers, answer)
        if (answer.status !== 200) warn(autoscaler, 'FailedUpdateStatus', messageOf(answer))
      }
      return { after: PERIOD }
    },
    { workers: 5 },
  )

  const warn = (about: ApiObject, reason: string, message: string) => events.event(about, { type: 'Warning', reason, message })

  /** Scales if it must; returns the status as it is then. */
  function* reconciled(autoscaler: Autoscaler, key: string): Sync<AutoscalerStatus> {
    const { spec } = autoscaler
    const namespace = autoscaler.metadata.namespace!
    const found = yield* scaleOf(autoscaler)
    if ('error' in found) {
      warn(autoscaler, 'FailedGetScale', found.error)
      return withHpaCondition(
        autoscaler.status,
        'AbleToScale',
        'False',
        'FailedGetScale',
        `the HPA controller was unable to get the target's current scale: ${found.error}`,
      )
    }
    const { path, scale } = found
    const current = scale.spec.replicas ?? 0
    const least = spec.minReplicas ?? 1
    let status = withHpaCondition(
      autoscaler.status,
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    )
    const told = (desiredReplicas: number, rescaled: boolean): AutoscalerStatus => ({
      currentReplicas: current,
      desiredReplicas,
      ...(rescaled ? { lastScaleTime: now() } : status.lastScaleTime ? { lastScaleTime: status.lastScaleTime } : {}),
      conditions: status.conditions,
      observedGeneration: autoscaler.metadata.generation,
    })
    if (current === 0 && !scalesFromZero(autoscaler, least)) {
      status = withHpaCondition(
        status,
        'ScalingActive',
        'False',
        'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero',
      )
      return told(0, false)
    }
    const bound = current === 0 ? null : current > spec.maxReplicas ? spec.maxReplicas : current < least ? least : null
    if (bound === null) {
      const computed = yield* withoutMetrics(autoscaler, scale, status, key, namespace)
      return { ...told(status.desiredReplicas ?? 0, false), ...computed }
    }
    const reason = `Current number of replicas ${current > spec.maxReplicas ? 'above Spec.MaxReplicas' : 'below Spec.MinReplicas'}`
    const error = yield* rescaled(path, scale, bound)
    if (error !== null) {
      warn(autoscaler, 'FailedRescale', `New size: ${bound}; reason: ${reason}; error: ${error}`)
      status = withHpaCondition(
        status,
        'AbleToScale',
        'False',
        'FailedUpdateScale',
        `the HPA controller was unable to update the target scale: ${error}`,
      )
      return told(status.desiredReplicas ?? 0, false)
    }
    status = withHpaCondition(
      status,
      'AbleToScale',
      'True',
      'SucceededRescale',
      `the HPA controller was able to update the target scale to ${bound}`,
    )
    events.event(autoscaler, { type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${bound}; reason: ${reason}` })
    // Without metrics nothing is ever scaled to zero here.
    const notToZero = 'the HPA controller did not scale the workload to zero'
    status = withHpaCondition(status, SCALED_TO_ZERO, 'False', 'NotScaledToZero', notToZero)
    return told(bound, true)
  }

  /** Conditions and metrics after none of the metrics could be had. */
  function* withoutMetrics(autoscaler: Autoscaler, scale: Scale, status: AutoscalerStatus, key: string, namespace: string) {
    const give = (reason: string, message: string, summary: string, currentMetrics?: readonly JsonObject[]) => {
      warn(autoscaler, 'FailedComputeMetricsReplicas', summary)
      const { conditions } = withHpaCondition(status, 'ScalingActive', 'False', reason, message)
      return currentMetrics ? { conditions, currentMetrics } : { conditions }
    }
    const selector = scale.status?.selector ?? ''
    if (selector === '') {
      warn(autoscaler, 'SelectorRequired', 'selector is required')
      return give('InvalidSelector', "the HPA target's scale is missing a selector", 'selector is required')
    }
    const rivals = rivalsOf(selector, key, namespace)
    if (rivals.length > 1) {
      const message = `pods by selector ${selector} are controlled by more than one HPA (e.g. [${rivals.slice(0, 2).join(' ')}])`
      warn(autoscaler, 'AmbiguousSelector', message)
      return give('AmbiguousSelector', message, message)
    }
    const metrics = autoscaler.spec.metrics ?? []
    const problems = []
    for (const metric of metrics) {
      const problem = yield* problemOf(metric, namespace, selector)
      warn(autoscaler, problem.reason, problem.message)
      problems.push(problem)
    }
    const [first] = problems
    const summary = `invalid metrics (${problems.length} invalid out of ${metrics.length}), first error is: ${first?.summary}`
    const why = `the HPA was unable to compute the replica count: ${first?.message}`
    return give(
      first?.reason ?? '',
      why,
      summary,
      metrics.map(() => ({ type: '' })),
    )
  }

  /** The autoscalers whose targets have some of these Pods. */
  function rivalsOf(selector: string, key: string, namespace: string): readonly string[] {
    selectors.set(key, selector)
    const ours = [...pods.by('namespace', namespace)].filter(matching(selector))
    return [...selectors]
      .filter(([other, text]) => other.startsWith(`${namespace}/`) && ours.some(matching(text)))
      .map(([other]) => other)
      .sort()
  }

  function* scaleOf({
    spec: { scaleTargetRef: target },
    metadata,
  }: Autoscaler): Sync<{ readonly path: string; readonly scale: Scale } | { readonly error: string }> {
    const { group, version } = parseGroupVersion(target.apiVersion ?? '')
    const kind = (yield* discover())?.find((k) => k.group === group && k.kind === target.kind)
    if (!kind) return { error: `no matches for kind "${target.kind}" in group "${version === '' ? '' : group}"` }
    const path = `${resourcePath(kind, metadata.namespace, target.name)}/scale`
    const answer = yield* ask(read(path))
    const scale = bodyOf<Scale>(answer)
    return scale ? { path, scale } : { error: messageOf(answer) || 'the server could not find the requested resource' }
  }

  /** What went wrong in the end, or null. */
  function* rescaled(path: string, scale: Scale, replicas: number): Sync<string | null> {
    let current = scale
    for (let tries = 1; ; tries++) {
      const answer = yield* ask(replace(path, { ...current, spec: { ...current.spec, replicas } }))
      if (answer.status === 200) return null
      current = bodyOf<Scale>(yield* ask(read(path))) ?? current
      if (answer.status !== 409 || tries === TRIES) return messageOf(answer)
    }
  }

  const now = () => rfc3339(io.epochNow)
  const withHpaCondition = (status: AutoscalerStatus, type: string, value: string, reason: string, message: string): AutoscalerStatus => ({
    ...status,
    conditions: setStatusCondition(status.conditions, { type, status: value, reason, message }, now()),
  })

  whenSynced([autoscalers, pods], () => {
    autoscalers.listen({
      add: (object) => queue.add(keyOf(object)),
      update: (object, old) => {
        if (object.metadata.generation === old.metadata.generation) queue.addAfter(keyOf(object), PERIOD, true)
        else queue.add(keyOf(object))
      },
      delete: (object) => {
        selectors.delete(keyOf(object))
        own.forget(keyOf(object))
      },
    })
  })
}

/** A target without replicas is left alone, unless it was an autoscaler that took them and it may give them back. */
function scalesFromZero({ spec: { metrics = [] }, status }: Autoscaler, least: number): boolean {
  const wasScaled = status.conditions?.some((c) => c.type === SCALED_TO_ZERO && c.status === 'True') ?? false
  return wasScaled && (least !== 0 || metrics.some(({ type }) => type === 'Object' || type === 'External'))
}

function matching(selector: string): (object: ApiObject) => boolean {
  const parsed = parseLabelSelector(selector)
  return ({ metadata }) => 'selector' in parsed && matchesLabels(parsed.selector, metadata.labels)
}
