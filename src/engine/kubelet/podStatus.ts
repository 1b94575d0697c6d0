// The status that a kubelet reports for a Pod, made from what it knows of sandbox and containers.
// Upstream: kubernetes pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase), pkg/kubelet/status/generate.go

import { withFields } from '../api/without'
import type { Container, ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { rfc3339 } from '../api/time'

/** What the kubelet knows of one container. */
export interface ContainerRecord {
  container: Container
  readonly init: boolean
  state: ContainerState
  lastState: ContainerState
  ready: boolean
  started: boolean
  restarts: number
  id: string
  image: string
  imageID: string
}

export interface PodRecord {
  readonly containers: readonly ContainerRecord[]
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
}

export function statusOf(pod: Pod, record: PodRecord, epochNow: number): PodStatus {
  const now = rfc3339(epochNow)
  const phase = phaseOf(pod, record)
  const old = new Map((pod.status.conditions ?? []).map((c) => [c.type, c]))
  const conditions = [...kubeletConditions(pod, record, phaseOf(pod, { ...record, phaseHeld: false })), ...kept(old)].map((c) =>
    dated(c, old.get(c.type), record.generation, now),
  )
  const statuses = (init: boolean) => record.containers.filter((c) => c.init === init).map((c) => containerStatus(c))
  const init = statuses(true)
  return {
    ...pod.status,
    observedGeneration: record.generation,
    phase,
    conditions,
    hostIP: record.hostIP,
    hostIPs: [{ ip: record.hostIP }],
    ...(record.podIP && reportsIP(record) ? { podIP: record.podIP, podIPs: [{ ip: record.podIP }] } : {}),
    startTime: record.startTime,
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: statuses(false),
    resources: {},
  }
}

/** The address is known with the sandbox, and told with the next status that follows the containers. */
const reportsIP = ({ containers }: PodRecord) =>
  containers.some(
    (c) =>
      c.state.running ||
      c.state.terminated ||
      (c.state.waiting && !/^(ContainerCreating|PodInitializing)$/.test(c.state.waiting.reason ?? '')),
  )

function phaseOf(pod: Pod, { containers, phaseHeld }: PodRecord): string {
  const current = pod.status.phase ?? 'Pending'
  if (current === 'Succeeded' || current === 'Failed') return current
  const policy = pod.spec.restartPolicy
  const init = containers.filter((c) => c.init && c.container.restartPolicy !== 'Always')
  const main = containers.filter((c) => !c.init)
  if (init.some((c) => c.state.terminated && c.state.terminated.exitCode !== 0 && policy === 'Never'))
    return phaseHeld ? 'Pending' : 'Failed'
  if (init.some((c) => !(c.state.terminated?.exitCode === 0))) return 'Pending'
  if (main.some((c) => c.state.waiting && !c.lastState.terminated)) return 'Pending'
  if (main.some((c) => c.state.running)) return 'Running'
  const ended = main.every((c) => c.state.terminated)
  const deleting = pod.metadata.deletionTimestamp !== undefined
  if (!ended || (policy === 'Always' && !deleting)) return 'Running'
  if (phaseHeld) return 'Running'
  const failed = main.some((c) => c.state.terminated!.exitCode !== 0)
  if (!failed) return 'Succeeded'
  return policy === 'Never' || deleting ? 'Failed' : 'Running'
}

function kubeletConditions(pod: Pod, record: PodRecord, phase: string): PodCondition[] {
  const { containers, sandboxReady, sandboxEverReady } = record
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : null
  const sidecar = (c: ContainerRecord) => c.init && c.container.restartPolicy === 'Always'
  const incomplete = containers.filter((c) => c.init && !sidecar(c) && !(c.state.terminated?.exitCode === 0)).map((c) => c.container.name)
  const waitingSidecars = containers.filter((c) => sidecar(c) && !c.started).map((c) => c.container.name)
  const notInitialized = [...incomplete, ...waitingSidecars]
  const unready = containers.filter((c) => (!c.init || sidecar(c)) && !c.ready).map((c) => c.container.name)
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
      : notInitialized.length > 0
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

const OWN = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady'])
/** Conditions of others stay as they are. */
function kept(old: ReadonlyMap<string, PodCondition>): PodCondition[] {
  // A Pod that was posted with its node passed no scheduler: its kubelet says that it is placed.
  const placed: PodCondition[] = old.has('PodScheduled') ? [] : [{ type: 'PodScheduled', status: 'True' }]
  return [...[...old.values()].filter((c) => !OWN.has(c.type)), ...placed]
}

/** The time of transition moves only with the status. */
function dated(condition: PodCondition, old: PodCondition | undefined, generation: number, now: string): PodCondition {
  if (old && !OWN.has(condition.type))
    return condition.type === 'PodScheduled' ? withFields(condition, { observedGeneration: generation }) : condition
  const moved = !old || old.status !== condition.status
  return withFields(condition, {
    observedGeneration: generation,
    lastProbeTime: null,
    lastTransitionTime: moved ? now : (old.lastTransitionTime ?? now),
  })
}

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
    started,
    ...(container.resources?.requests ? { allocatedResources: container.resources.requests } : {}),
    ...(ran || container.resources?.requests ? { resources: container.resources ?? {} } : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  }
}
