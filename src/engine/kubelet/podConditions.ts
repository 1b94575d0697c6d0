// The conditions in the status that a kubelet reports: its own, and that the Pod is placed; those of others stay as they are.
// Upstream: kubernetes pkg/kubelet/status/generate.go, kubelet_pods.go (generateAPIPodStatus)

import { equalJson } from '../base/equal'
import { couldRestartAll } from '../api/kinds/pod/restarts'
import type { Pod, PodCondition, PodStatus } from '../api/kinds/pod/types'
import { withFields } from '../base/without'
import type { Json } from '../base/json'
import { isMain, isSidecar, type ContainerRecord, type PodRecord } from './podRecord'

const OWN = new Set([
  'PodResizePending',
  'PodResizeInProgress',
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'AllContainersRestarting',
])
/** The kubelet has the Pod, so it is placed: of one that was posted with its node nobody else says so, and a scheduler may have been wrong. */
const PLACED: PodCondition = { type: 'PodScheduled', status: 'True' }

/** Whether a kubelet tells it, whoever wrote it before. */
const isOwn = ({ type }: PodCondition) => OWN.has(type) || type === PLACED.type

/** `disruption`: why the node itself ends the Pod. `now` is RFC 3339. */
export function conditionsOf(
  pod: Pod,
  record: PodRecord,
  phase: string,
  disruption: PodCondition | undefined,
  now: string,
): readonly PodCondition[] {
  const old = new Map((pod.status.conditions ?? []).map((c) => [c.type, c]))
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : null
  const containersReady = containersReadyCondition(record, over)
  const date = (c: PodCondition) => dated(c, old.get(c.type), record.generation, now)
  const others = [...old.values()].filter((c) => !isOwn(c))
  return [
    ...[...others, ...(disruption && !old.has(disruption.type) ? [disruption] : [])].map(date),
    ...[record.resizePending, record.resizeInProgress].flatMap((c) => c ?? []),
    ...[
      readyToStartCondition(record),
      initializedCondition(pod, record, over),
      readyCondition(pod, containersReady, over),
      containersReady,
      placed(old.get(PLACED.type)),
    ].map(date),
    // It does not say which generation it is about.
    ...(couldRestartAll(pod.spec) ? [dated(restartingCondition(record, over), old.get(RESTARTING), 0, now)] : []),
  ]
}

const RESTARTING = 'AllContainersRestarting'

function restartingCondition({ restartingAll }: PodRecord, over: string | null): PodCondition {
  if (over) return { type: RESTARTING, status: 'False', reason: over }
  if (!restartingAll) return { type: RESTARTING, status: 'False' }
  return {
    type: RESTARTING,
    status: 'True',
    reason: 'RestartAllContainersStarted',
    message: 'container exited with restart policy rule',
  }
}

const readyToStartCondition = ({ sandboxReady, sandboxEverReady }: PodRecord): PodCondition =>
  sandboxReady
    ? { type: 'PodReadyToStartContainers', status: 'True' }
    : {
        type: 'PodReadyToStartContainers',
        status: 'False',
        reason: 'PodSandboxNotReady',
        message: sandboxEverReady ? 'pod sandbox is not ready' : 'no pod sandbox exists',
      }

function initializedCondition({ status }: Pod, { containers }: PodRecord, over: string | null): PodCondition {
  if (over === 'PodCompleted') return { type: 'Initialized', status: 'True', reason: over }
  const isIncomplete = (c: ContainerRecord) => (isSidecar(c) ? !c.started : c.state.terminated?.exitCode !== 0)
  const missing = containers.filter((c) => c.init && isIncomplete(c)).map((c) => c.container.name)
  const wasInitialized =
    containers.some((c) => isMain(c) && (c.state.running ?? c.state.terminated)) ||
    status.conditions?.some((c) => c.type === 'Initialized' && c.status === 'True')
  if (missing.length === 0 || wasInitialized) return { type: 'Initialized', status: 'True' }
  const message = `containers with incomplete status: [${missing.join(' ')}]`
  return { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message }
}

function containersReadyCondition({ containers }: PodRecord, over: string | null): PodCondition {
  const type = 'ContainersReady'
  if (over) return { type, status: 'False', reason: over }
  const unready = containers.filter((c) => (isMain(c) || isSidecar(c)) && !c.ready).map((c) => c.container.name)
  if (unready.length === 0) return { type, status: 'True' }
  return { type, status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
}

/** As its containers are, unless a gate of its readiness is shut. */
function readyCondition(pod: Pod, containersReady: PodCondition, over: string | null): PodCondition {
  const shut = over || containersReady.status !== 'True' ? [] : shutGates(pod)
  return shut.length === 0
    ? { ...containersReady, type: 'Ready' }
    : { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: shut.join(', ') }
}

const shutGates = ({ spec, status }: Pod): readonly string[] =>
  (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = status.conditions?.find((c) => c.type === conditionType)
    if (condition?.status === 'True') return []
    return condition
      ? `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`
      : `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
  })

/** Fields of the status that are not the kubelet's. */
const OTHERS = ['resourceClaimStatuses', 'extendedResourceClaimStatus', 'nodeAllocatableResourceClaimStatuses'] as const
/** Conditions are compared one by one. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['conditions', ...OTHERS])

/** What of a status is not the kubelet's. */
export function othersOf(status: PodStatus): PodStatus {
  const conditions = (status.conditions ?? []).filter((c) => !isOwn(c))
  return {
    ...Object.fromEntries(OTHERS.flatMap((field) => (status[field] === undefined ? [] : [[field, status[field]]]))),
    ...(conditions.length > 0 ? { conditions } : {}),
  }
}

/** Whether what is stored is what the kubelet told; conditions of others are theirs. */
export function agrees({ status }: Pod, told: PodStatus): boolean {
  const isOurs = (c: PodCondition) => isOwn(c) || c.type === 'DisruptionTarget'
  const stored = (status.conditions ?? []).filter(isOurs)
  const ours = (told.conditions ?? []).filter(isOurs)
  const isStored = ({ type, status, reason, message }: PodCondition) =>
    stored.some((s) => s.type === type && s.status === status && s.reason === reason && s.message === message)
  return (
    stored.length === ours.length &&
    ours.every(isStored) &&
    Object.keys(status).every((field) => field in told || NOT_COMPARED.has(field)) &&
    Object.entries(told).every(([field, value]) => NOT_COMPARED.has(field) || equalJson(value as Json, status[field] as Json))
  )
}

const placed = (old: PodCondition | undefined): PodCondition => (old?.status === PLACED.status ? old : PLACED)

/** The time of transition moves only with the status. */
function dated(condition: PodCondition, old: PodCondition | undefined, generation: number, now: string): PodCondition {
  if (old && !OWN.has(condition.type) && old.status === condition.status)
    return condition.type === 'PodScheduled' ? withFields(condition, observed(generation)) : condition
  const moved = !old || old.status !== condition.status
  return withFields(condition, {
    ...observed(generation),
    lastProbeTime: null,
    lastTransitionTime: moved ? now : (old.lastTransitionTime ?? now),
  })
}

/** Static Pods have no generation. */
export const observed = (generation: number) => (generation > 0 ? { observedGeneration: generation } : {})
