// The status that a kubelet reports for a Pod, made from what it knows of sandbox and containers.
// Upstream: kubernetes pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase)

import { withFields, without } from '../base/without'
import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import { restartRule } from '../api/kinds/pod/restarts'
import type { ContainerStatus, Pod, PodStatus } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { rfc3339 } from '../api/scalars/time'
import { shownResources } from './actuated'
import { conditionsOf, observed } from './podConditions'
import { isMain, isSidecar, type ContainerRecord, type PodRecord } from './podRecord'
import { wasTakenAway } from './restartAll'

/** Whether a container that ended so is started again. */
export function restarts(pod: Pod, { init, ephemeral, container }: ContainerRecord, exitCode: number): boolean {
  const isOnce = init && container.restartPolicy !== 'Always'
  if (ephemeral || (isOnce && exitCode === 0)) return false
  const rule = restartRule(container, exitCode)
  if (rule) return rule.action === 'Restart'
  const policy = container.restartPolicy ?? pod.spec.restartPolicy
  if (isOnce) return policy !== 'Never'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** Whether a container that the kubelet itself stopped, as its probes failed, is started again: no exit code counts. */
export const restartsWhenStopped = ({ spec }: Pod, { container }: ContainerRecord): boolean =>
  (container.restartPolicy ?? spec.restartPolicy) !== 'Never'

/**
 * A container that is to be started again and is not shows why, in a Pod that ends too, but for one that is deleted. A sidecar that ended
 * well is shown so, as one that is to end would be.
 * Upstream: kubelet_pods.go (convertToAPIContainerStatuses), container/helpers.go (ShouldContainerBeRestarted).
 */
export function shown(pod: Pod, record: ContainerRecord): ContainerRecord {
  const { held, state, init } = record
  if (init && state.terminated?.exitCode === 0) return record
  if (!held || pod.metadata.deletionTimestamp || state.running || (state.terminated && !restarts(pod, record, state.terminated.exitCode)))
    return record
  return { ...record, state: { waiting: held }, lastState: state.terminated ? state : record.lastState }
}

export function statusOf(pod: Pod, record: PodRecord, epochNow: number): PodStatus {
  const phase = phaseOf(pod, record)
  // A Pod that ends by itself is seen to be over in its conditions first, one that is deleted only when all is down.
  const seen = pod.metadata.deletionTimestamp
    ? { ...record, phaseHeld: record.phaseHeld || record.neverRan }
    : { ...record, phaseHeld: false }
  const ended = phase === 'Failed' ? record.verdict : null
  const statuses = (which: (c: ContainerRecord) => boolean) => record.containers.filter(which).map((c) => containerStatus(c))
  const byName = (which: (c: ContainerRecord) => boolean) => statuses(which).sort((a, b) => (a.name < b.name ? -1 : 1))
  const init = statuses((c) => c.init)
  const { requests, resources } = record.allocated
  const ephemeral = byName((c) => c.ephemeral)
  // What it does not say itself of these goes.
  return withFields(without(pod.status, 'reason', 'message', 'nominatedNodeName'), {
    ...observed(record.generation),
    phase,
    ...(ended ? { reason: ended.reason, message: ended.message } : {}),
    conditions: conditionsOf(pod, record, phaseOf(pod, seen), ended?.condition, rfc3339(epochNow)),
    hostIP: record.hostIP,
    hostIPs: [{ ip: record.hostIP }],
    ...(record.podIP && reportsIP(record) ? { podIP: record.podIP, podIPs: [{ ip: record.podIP }] } : {}),
    startTime: record.startTime,
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: byName(isMain),
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    ...(Object.keys(requests).length > 0 ? { allocatedResources: requests } : {}),
    resources: shownResources(resources, record.heldTo),
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
  const { containers, phaseHeld, restartingAll, givenPhase } = record
  if (givenPhase) return givenPhase
  const deleting = pod.metadata.deletionTimestamp !== undefined
  if (restartingAll && !deleting) return current
  const phase = phaseOfContainers(pod, record, deleting)
  // What others say of a Pod that runs is written over, unless it ends by it.
  if (isPodPhaseTerminal(current) && (phaseHeld || isPodPhaseTerminal(phase))) return current
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
  const isUnended = (c: ContainerRecord) => c.state.running !== undefined || isNew(c)
  const isComing = (c: ContainerRecord) => isSidecar(c) && (c.state.running ? !c.started : isNew(c))
  if (init.some(isUnended) || (!main.some(hasRun) && containers.some(isComing)) || served.some(isNew)) return 'Pending'
  if (served.some((c) => c.state.running)) return 'Running'
  const exits = main.map((c) => ({ c, last: c.state.terminated ? c.state : c.lastState }))
  const comesBack = ({ c, last }: (typeof exits)[number]) => wasTakenAway(last) || restarts(pod, c, last.terminated!.exitCode)
  if (!stays && exits.some(comesBack)) return 'Running'
  return exits.every(({ last }) => last.terminated!.exitCode === 0) ? 'Succeeded' : 'Failed'
}

const isNew = ({ state, lastState }: ContainerRecord): boolean => state.waiting !== undefined && !lastState.terminated

const hasRun = ({ state, lastState, fresh }: ContainerRecord) =>
  Boolean(state.running ?? state.terminated ?? (fresh ? undefined : lastState.terminated))

/** An init container that ended badly and is not tried again. */
export const failedForGood = (pod: Pod, c: ContainerRecord): boolean =>
  c.state.terminated !== undefined && c.state.terminated.exitCode !== 0 && !restarts(pod, c, c.state.terminated.exitCode)

/** What is set aside for a container, and what it is held to while it runs. */
function resourcesOf({ container, actual, state }: ContainerRecord): Pick<ContainerStatus, 'resources' | 'allocatedResources'> {
  const { resources } = container
  return {
    ...(resources?.requests ? { allocatedResources: resources.requests } : {}),
    resources: shownResources(resources, state.running ? actual : undefined),
  }
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
    ...(record.ephemeral ? {} : { started }),
    ...(ran && !record.ephemeral ? resourcesOf(record) : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  }
}
