// The table of Pods: STATUS is made from phase, reasons and container states as a person sees them.
// Upstream: kubernetes pkg/printers/internalversion/printers.go (printPod)

import { own } from '../../../base/json'
import type { Column } from '../../kind'
import type { JsonObject } from '../../object'
import { ageColumn, age, column, nameColumn, wide } from '../columns'
import { isPodPhaseTerminal } from './phase'
import type { ContainerStatus, Pod } from './types'

const isSidecar = (pod: Pod, name: string) => pod.spec.initContainers?.some((c) => c.name === name && c.restartPolicy === 'Always') ?? false

/** `Running`, `Init:0/2`, `CrashLoopBackOff`, `Terminating` … */
export function podStatus(pod: Pod): string {
  const { status, metadata } = pod
  let reason = status.reason || status.phase || ''
  if (status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) reason = 'SchedulingGated'
  const init = initReason(pod)
  if (init !== null) reason = init
  else {
    let running = false
    for (const c of [...(status.containerStatuses ?? [])].reverse()) {
      const { waiting, terminated } = c.state ?? {}
      if (waiting?.reason) reason = waiting.reason
      else if (terminated?.reason) reason = terminated.reason
      else if (terminated) reason = terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`
      else if (c.ready && c.state?.running) running = true
    }
    if (reason === 'Completed' && running)
      reason = status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ? 'Running' : 'NotReady'
  }
  if (metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') return 'Unknown'
    if (!isPodPhaseTerminal(status.phase)) return 'Terminating'
  }
  return reason
}

const ENDED: Readonly<Record<string, readonly JsonObject[]>> = {
  Succeeded: [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }],
  Failed: [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }],
}

export const podRowConditions = (pod: Pod): readonly JsonObject[] => own(ENDED, pod.status.phase ?? '') ?? []

/** Null when all init containers are through. */
function initReason(pod: Pod): string | null {
  const all = pod.spec.initContainers ?? []
  for (const [i, c] of (pod.status.initContainerStatuses ?? []).entries()) {
    const { waiting, terminated } = c.state ?? {}
    if (terminated?.exitCode === 0) continue
    if (isSidecar(pod, c.name) && c.started) continue
    if (terminated)
      return terminated.reason
        ? `Init:${terminated.reason}`
        : terminated.signal
          ? `Init:Signal:${terminated.signal}`
          : `Init:ExitCode:${terminated.exitCode}`
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
    return `Init:${i}/${all.length}`
  }
  return null
}

function counted(pod: Pod): readonly ContainerStatus[] {
  const sidecars = (pod.status.initContainerStatuses ?? []).filter((c) => isSidecar(pod, c.name))
  return [...sidecars, ...(pod.status.containerStatuses ?? [])]
}

function ready(pod: Pod): string {
  const total = pod.spec.containers.length + (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').length
  return `${counted(pod).filter((c) => c.ready && c.state?.running).length}/${total}`
}

function restarts(pod: Pod, now: number): string {
  const statuses = initReason(pod) !== null ? (pod.status.initContainerStatuses ?? []) : counted(pod)
  const count = statuses.reduce((sum, c) => sum + c.restartCount, 0)
  const last = statuses
    .map((c) => c.lastState?.terminated?.finishedAt ?? '')
    .sort()
    .at(-1)
  return count > 0 && last ? `${count} (${age(last, now)} ago)` : String(count)
}

function gates(pod: Pod): string {
  const all = pod.spec.readinessGates ?? []
  if (all.length === 0) return '<none>'
  const met = all.filter((g) => pod.status.conditions?.some((c) => c.type === g.conditionType && c.status === 'True')).length
  return `${met}/${all.length}`
}

const asPod = <T>(cell: (pod: Pod, now: number) => T) => cell as unknown as (o: object, now: number) => T

export const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', 'The aggregate readiness state of this pod for accepting traffic.', asPod(ready)),
  column('Status', 'The aggregate status of the containers in this pod.', asPod(podStatus)),
  column(
    'Restarts',
    'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    asPod(restarts),
  ),
  ageColumn,
  column(
    'IP',
    'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    asPod((p) => p.status.podIPs?.[0]?.ip ?? p.status.podIP ?? '<none>'),
    wide,
  ),
  column(
    'Node',
    'NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename',
    asPod((p) => p.spec.nodeName || '<none>'),
    wide,
  ),
  column(
    'Nominated Node',
    'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.',
    asPod((p) => p.status.nominatedNodeName || '<none>'),
    wide,
  ),
  column(
    'Readiness Gates',
    'If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to "True" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates',
    asPod(gates),
    wide,
  ),
]
