// What the Pod asks for against what is left of the node; more left over is better (LeastAllocated, CPU and memory alike).
// Leaves out: the strategies MostAllocated and RequestedToCapacityRatio, resources that are delegated to dynamic allocation.
// Upstream: kubernetes pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated,resource_allocation}.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { NodeInfo } from '../cache/nodeInfo'
import { nonZeroRequestsOf, requestsOf, type Resources } from '../cache/resources'
import { Action, nodesOf, podsOf } from '../framework/events'
import { MAX_SCORE, type Plugin, type Status } from '../framework/interface'

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  filter: (_state, pod, node) => insufficient(pod, node),
  score(_state, pod, { allocatable, nonZeroRequested }) {
    const own = nonZeroRequestsOf(pod)
    let sum = 0
    let counted = 0
    if (allocatable.milliCpu > 0) {
      sum += leastAllocated(allocatable.milliCpu, nonZeroRequested.milliCpu + own.milliCpu)
      counted++
    }
    if (allocatable.memory > 0) {
      sum += leastAllocated(allocatable.memory, nonZeroRequested.memory + own.memory)
      counted++
    }
    return counted === 0 ? 0 : Math.trunc(sum / counted)
  },
  events: [
    {
      resource: 'Pod',
      actions: Action.Delete | Action.PodScaleDown,
      helps(pod, event) {
        const { old, new: changed } = podsOf(event)
        if (!changed) return !!(old?.spec.nodeName || old?.status.nominatedNodeName)
        if (changed.metadata.uid === pod.metadata.uid) return true
        return !!changed.spec.nodeName && !!old && anyMore(requestsOf(pod), requestsOf(old), requestsOf(changed))
      },
    },
    {
      resource: 'Node',
      actions: Action.Add | Action.NodeAllocatable,
      helps(pod, event) {
        const { old, new: changed } = nodesOf(event)
        if (!changed || insufficient(pod, new NodeInfo(changed))) return false
        return !old || gained(pod, old, changed)
      },
    },
  ],
}

/** Null when it fits. A request that the empty node could not meet is not helped by taking Pods away. */
function insufficient(pod: Pod, { pods, allocatable, allowedPods, requested }: NodeInfo): Status | null {
  let reasons: string[] | null = null
  let hopeless = false
  const check = (name: string, asked: number, total: number, used: number) => {
    if (asked === 0 || asked <= total - used) return
    ;(reasons ??= []).push(`Insufficient ${name}`)
    if (asked > total) hopeless = true
  }
  if (pods.size + 1 > allowedPods) reasons = ['Too many pods']
  const own = requestsOf(pod)
  check('cpu', own.milliCpu, allocatable.milliCpu, requested.milliCpu)
  check('memory', own.memory, allocatable.memory, requested.memory)
  check('ephemeral-storage', own.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage)
  if (own.scalar.size > 0)
    for (const [name, asked] of own.scalar) check(name, asked, allocatable.scalar.get(name) ?? 0, requested.scalar.get(name) ?? 0)
  return reasons && { code: hopeless ? 'unresolvable' : 'unschedulable', reasons }
}

const leastAllocated = (total: number, asked: number) => (asked > total ? 0 : Math.trunc(((total - asked) * MAX_SCORE) / total))

/** Of something that is asked for, there is less in `after`. */
function anyMore(asked: Resources, before: Resources, after: Resources): boolean {
  if (asked.milliCpu > 0 && before.milliCpu > after.milliCpu) return true
  if (asked.memory > 0 && before.memory > after.memory) return true
  if (asked.ephemeralStorage > 0 && before.ephemeralStorage > after.ephemeralStorage) return true
  return [...asked.scalar].some(([name, value]) => value > 0 && (before.scalar.get(name) ?? 0) > (after.scalar.get(name) ?? 0))
}

function gained(pod: Pod, old: Node, changed: Node): boolean {
  const [before, after] = [new NodeInfo(old), new NodeInfo(changed)]
  return after.allowedPods > before.allowedPods || anyMore(requestsOf(pod), after.allocatable, before.allocatable)
}
