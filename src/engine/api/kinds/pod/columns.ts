// The table of Pods.
// Upstream: kubernetes pkg/printers/internalversion/printers.go (printPod)

import { own } from '../../../base/json'
import type { Column } from '../../kind'
import type { JsonObject } from '../../object'
import { ageColumn, age, column, nameColumn, wide } from '../columns'
import { printedState } from './printedState'
import type { Pod } from './types'

const ENDED: Readonly<Record<string, readonly JsonObject[]>> = {
  Succeeded: [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }],
  Failed: [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }],
}

export const podRowConditions = (pod: Pod): readonly JsonObject[] => own(ENDED, pod.status.phase ?? '') ?? []

const readyText = (pod: Pod) => {
  const { ready, total } = printedState(pod)
  return `${ready}/${total}`
}

function restarts(pod: Pod, now: number): string {
  const { restarts: count, lastRestart } = printedState(pod)
  return count > 0 && lastRestart ? `${count} (${age(lastRestart, now)} ago)` : String(count)
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
  column('Ready', 'The aggregate readiness state of this pod for accepting traffic.', asPod(readyText)),
  column(
    'Status',
    'The aggregate status of the containers in this pod.',
    asPod((p) => printedState(p).status),
  ),
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
