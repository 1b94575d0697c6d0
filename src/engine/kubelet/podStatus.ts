// The status that a kubelet reports for a Pod, made from what it knows of sandbox and containers.
// Upstream: kubernetes pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase), pkg/kubelet/status/generate.go

import { withFields } from '../api/without'
import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import { restartRule } from '../api/kinds/pod/restarts'
import type { Container, ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { rfc3339 } from '../api/time'

/** What the kubelet knows of one container. */
export interface ContainerRecord {
  container: Container
  readonly init: boolean
  /** Added to look into a running Pod: no part of its readiness or its end. */
  readonly ephemeral: boolean
  /** Where the container stands in the Pod, for its events. */
  readonly fieldPath: string
  /** As the runtime has it; `waiting` until it has been started once. */
  state: ContainerState
  lastState: ContainerState
  /** Why it is not started (again): shown as its state from the next sync on. */
  held: { readonly message: string; readonly reason: string } | null
  ready: boolean
  started: boolean
  restarts: number
  id: string
  image: string
  imageID: string
}

export interface PodRecord {
  containers: readonly ContainerRecord[]
  /** Network and sandbox are up. */
  sandboxReady: boolean
  sandboxEverReady: boolean
  podIP: string
  readonly hostIP: string
  readonly startTime: string
  /** The generation that the kubelet acts on. */
  generation: number
  /** Held back for one sync after the last container ended. */
  phaseHeld: boolean
  /** Some of its containers are said to have failed at the very end, as they never ran: the conditions stay as they were. */
  neverRan: boolean
  /** The node ended the Pod, or did not admit it. */
  verdict: { readonly reason: string; readonly message: string; readonly condition?: PodCondition } | null
}

/** Whether a container that ended so is started again. */
export function restarts(pod: Pod, { init, ephemeral, container }: ContainerRecord, exitCode: number): boolean {
  if (ephemeral) return false
  const rule = restartRule(container, exitCode)
  if (rule) return rule.action === 'Restart'
  const policy = container.restartPolicy ?? pod.spec.restartPolicy
  if (init && container.restartPolicy !== 'Always') return exitCode !== 0 && policy !== 'Never'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** Whether a container that the kubelet itself stopped, as its probes failed, is started again: no exit code counts. */
export const restartsWhenStopped = ({ spec }: Pod, { container }: ContainerRecord): boolean =>
  (container.restartPolicy ?? spec.restartPolicy) !== 'Never'

/** A container that is to be started again and is not shows why; a Pod that is to end starts none. */
export function shown(pod: Pod, record: ContainerRecord, ending: boolean): ContainerRecord {
  const { held, state } = record
  if (!held || ending || state.running || (state.terminated && !restarts(pod, record, state.terminated.exitCode))) return record
  return { ...record, state: { waiting: held }, lastState: state.terminated ? state : record.lastState }
}

export function statusOf(pod: Pod, record: PodRecord, epochNow: number): PodStatus {
  const now = rfc3339(epochNow)
  const phase = phaseOf(pod, record)
  // A Pod that ends by itself is seen to be over in its conditions first, one that is deleted only when all is down.
  const seen = pod.metadata.deletionTimestamp
    ? { ...record, phaseHeld: record.phaseHeld || record.neverRan }
    : { ...record, phaseHeld: false }
  const old = new Map((pod.status.conditions ?? []).map((c) => [c.type, c]))
  const ended = phase === 'Failed' ? record.verdict : null
  const disrupted = ended?.condition && !old.has(ended.condition.type) ? [ended.condition] : []
  const conditions = [...kubeletConditions(pod, record, phaseOf(pod, seen)), ...kept(old), ...disrupted].map((c) =>
    dated(c, old.get(c.type), record.generation, now),
  )
  const statuses = (which: (c: ContainerRecord) => boolean) => record.containers.filter(which).map((c) => containerStatus(c))
  const init = statuses((c) => c.init)
  const ephemeral = statuses((c) => c.ephemeral)
  return withFields(pod.status, {
    ...observed(record.generation),
    phase,
    ...(ended ? { reason: ended.reason, message: ended.message } : {}),
    conditions,
    hostIP: record.hostIP,
    hostIPs: [{ ip: record.hostIP }],
    ...(record.podIP && reportsIP(record) ? { podIP: record.podIP, podIPs: [{ ip: record.podIP }] } : {}),
    startTime: record.startTime,
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: statuses(isMain),
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    resources: {},
  })
}

/** The address is known with the sandbox, and told with the next status that follows the containers. */
const reportsIP = ({ containers, podIP, hostIP }: PodRecord) =>
  podIP === hostIP ||
  containers.some(
    (c) =>
      c.state.running ||
      c.state.terminated ||
      (c.state.waiting && !/^(ContainerCreating|PodInitializing)$/.test(c.state.waiting.reason ?? '')),
  )

function phaseOf(pod: Pod, record: PodRecord): string {
  const current = pod.status.phase ?? 'Pending'
  if (isPodPhaseTerminal(current)) return current
  const { containers, phaseHeld } = record
  const deleting = pod.metadata.deletionTimestamp !== undefined
  const phase = phaseOfContainers(pod, record, deleting)
  // While something of it may still run, it is not said to be over.
  if (phaseHeld) return isPodPhaseTerminal(phase) ? current : phase
  return deleting && phase !== 'Succeeded' && containers.every((c) => !c.state.running) ? 'Failed' : phase
}

/** Whether its containers alone say that the Pod is over: a sidecar that runs says that it is not. */
export const isSeenOver = (pod: Pod, record: PodRecord): boolean => isPodPhaseTerminal(phaseOfContainers(pod, record, false))

/** `stays`: nothing that ended is started again. */
function phaseOfContainers(pod: Pod, { containers, verdict }: PodRecord, stays: boolean): string {
  // At its deadline a Pod is seen to have failed before its containers are down, at an eviction only then.
  if (verdict && (!verdict.condition || containers.every((c) => !c.state.running))) return 'Failed'
  const init = containers.filter((c) => c.init && !isSidecar(c))
  const main = containers.filter(isMain)
  const served = containers.filter((c) => isMain(c) || isSidecar(c))
  if (init.some((c) => failedForGood(pod, c))) return 'Failed'
  if (init.some((c) => !(c.state.terminated?.exitCode === 0))) return 'Pending'
  if (!main.some(hasRun) && containers.some((c) => isSidecar(c) && !c.started && !c.state.terminated)) return 'Pending'
  if (served.some((c) => c.state.waiting && !c.lastState.terminated)) return 'Pending'
  if (served.some((c) => c.state.running)) return 'Running'
  const exits = main.map((c) => ({ c, code: (c.state.terminated ?? c.lastState.terminated)!.exitCode }))
  if (!stays && exits.some(({ c, code }) => restarts(pod, c, code))) return 'Running'
  return exits.every(({ code }) => code === 0) ? 'Succeeded' : 'Failed'
}

const hasRun = ({ state, lastState }: ContainerRecord) => Boolean(state.running ?? state.terminated ?? lastState.terminated)

/** An init container that ended badly and is not tried again. */
export const failedForGood = (pod: Pod, c: ContainerRecord): boolean =>
  c.state.terminated !== undefined && c.state.terminated.exitCode !== 0 && !restarts(pod, c, c.state.terminated.exitCode)

/** One of those that the Pod is there for. */
export const isMain = (c: ContainerRecord): boolean => !c.init && !c.ephemeral

/** An init container that stays up beside the others. */
export const isSidecar = (c: ContainerRecord): boolean => c.init && c.container.restartPolicy === 'Always'

function kubeletConditions(pod: Pod, record: PodRecord, phase: string): PodCondition[] {
  const { containers, sandboxReady, sandboxEverReady } = record
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : null
  const incomplete = containers.filter((c) => c.init && !isSidecar(c) && !(c.state.terminated?.exitCode === 0)).map((c) => c.container.name)
  const waitingSidecars = containers.filter((c) => isSidecar(c) && !c.started).map((c) => c.container.name)
  const notInitialized = [...incomplete, ...waitingSidecars]
  const wasInitialized =
    containers.some((c) => isMain(c) && (c.state.running ?? c.state.terminated)) ||
    pod.status.conditions?.some((c) => c.type === 'Initialized' && c.status === 'True')
  const unready = containers.filter((c) => (isMain(c) || isSidecar(c)) && !c.ready).map((c) => c.container.name)
  const says = unready.length > 0 ? `containers with unready status: [${unready.join(' ')}]` : undefined
  const ready = (type: string): PodCondition =>
    over
      ? { type, status: 'False', reason: over }
      : says
        ? { type, status: 'False', reason: 'ContainersNotReady', message: says }
        : { type, status: 'True' }
  return [
    sandboxReady
      ? { type: 'PodReadyToStartContainers', status: 'True' }
      : {
          type: 'PodReadyToStartContainers',
          status: 'False',
          reason: 'PodSandboxNotReady',
          message: sandboxEverReady ? 'pod sandbox is not ready' : 'no pod sandbox exists',
        },
    over === 'PodCompleted'
      ? { type: 'Initialized', status: 'True', reason: over }
      : notInitialized.length > 0 && !wasInitialized
        ? {
            type: 'Initialized',
            status: 'False',
            reason: 'ContainersNotInitialized',
            message: `containers with incomplete status: [${notInitialized.join(' ')}]`,
          }
        : { type: 'Initialized', status: 'True' },
    gatesMet(pod) || over ? ready('Ready') : says ? ready('Ready') : { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' },
    ready('ContainersReady'),
  ]
}

const gatesMet = (pod: Pod) =>
  (pod.spec.readinessGates ?? []).every((g) => pod.status.conditions?.some((c) => c.type === g.conditionType && c.status === 'True'))

/** Whether the conditions that are stored are those that the kubelet told. */
export function agrees({ status: { conditions = [] } }: Pod, told: PodStatus): boolean {
  const isOurs = ({ type }: PodCondition) => OWN.has(type) || type === PLACED.type
  return (told.conditions ?? []).every((c) => !isOurs(c) || conditions.some(({ type, status }) => type === c.type && status === c.status))
}

const OWN = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady'])
/** The kubelet has the Pod, so it is placed: of one that was posted with its node nobody else says so, and a scheduler may have been wrong. */
const PLACED: PodCondition = { type: 'PodScheduled', status: 'True' }

/** Conditions of others stay as they are. */
function kept(old: ReadonlyMap<string, PodCondition>): PodCondition[] {
  const others = [...old.values()].filter((c) => !OWN.has(c.type))
  if (!old.has(PLACED.type)) return [...others, PLACED]
  return others.map((c) => (c.type === PLACED.type && c.status !== PLACED.status ? PLACED : c))
}

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
const observed = (generation: number) => (generation > 0 ? { observedGeneration: generation } : {})

function containerStatus(record: ContainerRecord): ContainerStatus {
  const { container, state, lastState, ready, started, restarts, id, image, imageID } = record
  const mounts = (container.volumeMounts ?? []).map((m): JsonObject => ({
    name: m.name,
    mountPath: m.mountPath,
    ...(m.readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
  }))
  const ran = id !== ''
  return {
    name: container.name,
    state,
    lastState,
    ready,
    restartCount: restarts,
    image,
    imageID,
    ...(ran ? { containerID: `containerd://${id}` } : {}),
    ...(record.ephemeral ? {} : { started }),
    ...(container.resources?.requests ? { allocatedResources: container.resources.requests } : {}),
    ...((ran && !record.ephemeral) || container.resources?.requests ? { resources: container.resources ?? {} } : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  }
}
