// What the kubelet remembers of a Pod: at first, when its process is new and the containers are not, and compared with what it told last.
// Upstream: kubernetes pkg/kubelet/container/runtime.go (PodStatus), kuberuntime_manager.go (GetPodStatus)

import type { Container, ContainerState, ContainerStatus, Pod, PodCondition, PodSpec, Resources } from '../api/kinds/pod/types'
import { rfc3339 } from '../api/scalars/time'
import { exact } from '../base/exact'
import type { JsonObject } from '../base/json'
import { oneText } from '../base/oneText'
import { actuatedAll } from './actuated'
import { allocatedOf, withResources, type Allocated } from './allocation'
import { isStatic } from './manifests'

/** What the kubelet knows of one container. */
export interface ContainerRecord {
  /** As it is allocated: what it asks for may be more by now. */
  container: Container
  /** CPU and memory that it is held to since it was started, or resized. */
  actual: Resources | undefined
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
  /** Its Pod has begun anew since it ran: nothing that it did before counts. */
  fresh: boolean
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
  /** Some of its containers are said to have failed at the very end, as they were not up: the conditions stay as they were. */
  neverRan: boolean
  /** What is set aside for the Pod. */
  allocated: Allocated
  /** CPU and memory that the Pod is held to as a whole. */
  heldTo: Resources | undefined
  /** A resize that waits, and one that is being carried out. */
  resizePending: PodCondition | null
  resizeInProgress: PodCondition | null
  /** One of its containers ended so that all are to be started anew; those that ran are being stopped. */
  restartingAll: boolean
  /** The terminal phase that the API had of it before its containers said so: others wrote it, or an earlier kubelet. The Pod ends by it. */
  givenPhase: string | null
  /** The node ended the Pod, or did not admit it. */
  verdict: { readonly reason: string; readonly message: string; readonly condition?: PodCondition } | null
}

/** One of those that the Pod is there for. */
export const isMain = (c: ContainerRecord): boolean => !c.init && !c.ephemeral

/** An init container that stays up beside the others. */
export const isSidecar = (c: ContainerRecord): boolean => c.init && c.container.restartPolicy === 'Always'

/** `pod` is as it is allocated. */
export function recordOf(pod: Pod, hostIP: string, now: string): PodRecord {
  const { spec, metadata, status } = pod
  const state: ContainerState = { waiting: { reason: spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating' } }
  const record = (container: Container, init: boolean) => recordOfContainer(container, init, false, state)
  return {
    containers: exact([
      ...(spec.initContainers ?? []).map((c) => record(c, true)),
      ...spec.containers.map((c) => record(c, false)),
      ...(spec.ephemeralContainers ?? []).map((c) => recordOfContainer(c, false, true, state)),
    ]),
    sandboxReady: false,
    sandboxEverReady: false,
    podIP: spec.hostNetwork ? hostIP : '',
    hostIP,
    startTime: status.startTime ?? now,
    // A static Pod has none.
    generation: metadata.generation ?? (isStatic(pod) ? 0 : 1),
    phaseHeld: false,
    neverRan: false,
    allocated: allocatedOf(pod),
    heldTo: spec.resources && actuatedAll(spec.resources),
    // What an earlier kubelet has told.
    restartingAll: status.conditions?.some((c) => c.type === 'AllContainersRestarting' && c.status === 'True') ?? false,
    resizePending: status.conditions?.find((c) => c.type === 'PodResizePending') ?? null,
    resizeInProgress: status.conditions?.find((c) => c.type === 'PodResizeInProgress') ?? null,
    givenPhase: null,
    verdict: null,
  }
}

function recordOfContainer(container: Container, init: boolean, ephemeral: boolean, state: ContainerState): ContainerRecord {
  return {
    container,
    actual: undefined,
    init,
    ephemeral,
    fieldPath: oneText(`spec.${init ? 'initContainers' : ephemeral ? 'ephemeralContainers' : 'containers'}{${container.name}}`),
    state,
    lastState: NONE,
    held: null,
    ready: false,
    started: false,
    fresh: false,
    restarts: 0,
    id: '',
    image: container.image ?? '',
    imageID: '',
  }
}

export const containerNamed = ({ containers, initContainers = [] }: PodSpec, name: string): Container | undefined =>
  [...containers, ...initContainers].find((c) => c.name === name)

/** `pod` is as it is allocated by now. */
export function takeAllocation(record: PodRecord, pod: Pod): void {
  const { spec } = pod
  record.allocated = allocatedOf(pod)
  for (const c of record.containers) {
    const of = containerNamed(spec, c.container.name)
    if (of) c.container = withResources(c.container, of.resources)
  }
}

/** Takes in the containers that were added to look into the Pod; whether there are any. */
export function takesEphemeral(record: PodRecord, { spec }: Pod): boolean {
  const added = (spec.ephemeralContainers ?? []).filter((c) => !record.containers.some((r) => r.container.name === c.name))
  if (added.length === 0) return false
  const state = { waiting: { reason: 'ContainerCreating' } }
  record.containers = [...record.containers, ...added.map((c) => recordOfContainer(c, false, true, state))]
  return true
}

/** How a container stands that ran from then to then. */
export function endedState(
  { id }: Pick<ContainerRecord, 'id'>,
  exitCode: number,
  startedAt: number,
  finishedAt: number,
  reason = exitCode === 0 ? 'Completed' : 'Error',
): ContainerState {
  return {
    terminated: {
      exitCode,
      reason,
      startedAt: rfc3339(startedAt),
      finishedAt: rfc3339(finishedAt),
      containerID: `containerd://${id}`,
    },
  }
}

const NONE: ContainerState = {}

/** Takes up what the runtime has of a Pod: the newest container of each name. Says which of them run an image that is not asked for any more. */
export function adoptContainers(record: PodRecord, pod: Pod, found: JsonObject): readonly ContainerRecord[] {
  const changed: ContainerRecord[] = []
  if (typeof found.sandbox !== 'string') return changed
  record.sandboxReady = found.ready === true
  record.sandboxEverReady = true
  if (!pod.spec.hostNetwork && record.sandboxReady) record.podIP = String(found.ip)
  const told = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]
  for (const one of found.containers as readonly JsonObject[]) {
    const c = record.containers.find((r) => r.container.name === one.name)
    if (!c || one.state === 'created') continue
    const { id, attempt, state, image, digest, startedAt, finishedAt, exitCode, reason, resources } = one
    Object.assign(c, { id, restarts: attempt, image, imageID: digest, actual: resources })
    c.lastState = told.find((s) => s.name === one.name)?.lastState ?? NONE
    if (state === 'running') {
      c.state = { running: { startedAt: rfc3339(Number(startedAt)) } }
      if (one.asked !== c.container.image && (!c.init || isSidecar(c))) changed.push(c)
      continue
    }
    c.ready = c.init && exitCode === 0 && !isSidecar(c)
    c.state = endedState({ id: String(id) }, Number(exitCode), Number(startedAt), Number(finishedAt), reason as string | undefined)
  }
  return changed
}

/** What an earlier kubelet told of containers that the runtime no longer has; of one that was up it is not known how it ended. */
export function takeTold(record: PodRecord, { status }: Pod): void {
  const ephemeral = (status.ephemeralContainerStatuses ?? []) as readonly ContainerStatus[]
  const told = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? []), ...ephemeral]
  for (const c of record.containers) {
    const of = told.find((s) => s.name === c.container.name)
    if (c.id !== '' || !of?.state || of.state.running) continue
    const { state, lastState = NONE, ready, started = false, restartCount: restarts, image, imageID, containerID = '' } = of
    Object.assign(c, { state, lastState, ready, started, restarts, image, imageID, id: containerID.replace('containerd://', '') })
    if (c.id !== '') record.sandboxEverReady = true
  }
}

/** A main container that has never been up. */
export const neverStarted = (c: ContainerRecord): boolean => isMain(c) && c.state.waiting !== undefined && !c.lastState.terminated

/** Whether it came to its main containers. */
export function isInitialized(containers: readonly ContainerRecord[]): boolean {
  const last = containers.findLast((c) => c.init)
  if (!last || containers.some((c) => isMain(c) && (!c.state.waiting || c.lastState.terminated))) return true
  if (isSidecar(last)) return last.state.running !== undefined && last.started
  return [last.state, last.lastState].some(({ terminated }) => terminated?.exitCode === 0)
}

/** Of a Pod that has ended, the containers that it came to and that are not up; those that it never came to stay as they are. */
export function neverRun(containers: readonly ContainerRecord[], initialized: boolean): readonly ContainerRecord[] {
  const init = containers.filter((c) => c.init)
  const main = containers.filter(isMain)
  const reached = Math.max(
    init.findLastIndex((c) => !c.state.waiting || c.lastState.terminated),
    0,
  )
  return [...init.slice(0, reached + 1), ...(initialized ? main : [])].filter((c) => c.state.waiting)
}

/** How they are told at the end: to have failed. */
export const NEVER_RAN: ContainerState = {
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
  },
}

/** Whether two snapshots say the same of the Pod. */
export function sameRecord(a: PodRecord, b: PodRecord): boolean {
  const { containers: ours, ...rest } = a
  const { containers: theirs, ...others } = b
  return sameFields(rest, others) && ours.length === theirs.length && ours.every((c, i) => sameContainer(c, theirs[i]!))
}

function sameContainer(a: ContainerRecord, b: ContainerRecord): boolean {
  const { state, held: _ours, ...rest } = a
  const { state: other } = b
  return (state === other || (state.waiting !== undefined && state.waiting === other.waiting)) && sameFields(rest, b)
}

const sameFields = (a: object, b: object) =>
  Object.entries(a).every(([field, value]) => (b as Readonly<Record<string, unknown>>)[field] === value)
