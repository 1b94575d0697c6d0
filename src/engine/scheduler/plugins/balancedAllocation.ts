// Whether the Pod brings the used parts of CPU and memory closer together: 75 when nothing changes, up to 100 when they come together, down to 50 when they go apart.
// Leaves out: other resources, devices that are allocated dynamically.
// Upstream: kubernetes pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go

import type { NodeInfo } from '../cache/nodeInfo'
import { requestsOf, type Resources } from '../cache/resources'
import { MAX_SCORE, type Plugin } from '../framework/interface'

export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  preScore(_state, pod) {
    const { milliCpu, memory } = requestsOf(pod)
    return milliCpu === 0 && memory === 0 ? 'skip' : null
  },
  score(_state, pod, node) {
    const { milliCpu, memory } = requestsOf(pod)
    const { requested } = node
    const withPod = balance(node, { milliCpu: requested.milliCpu + milliCpu, memory: requested.memory + memory })
    const withoutPod = balance(node, requested)
    return MAX_SCORE / 2 + Math.trunc((MAX_SCORE / 2 + withPod - withoutPod) / 2)
  },
}

/** 100 when both are used in equal parts; the deviation of two numbers is half their distance. */
function balance({ allocatable }: NodeInfo, used: Pick<Resources, 'milliCpu' | 'memory'>): number {
  if (allocatable.milliCpu === 0 || allocatable.memory === 0) return MAX_SCORE
  const cpu = Math.min(1, used.milliCpu / allocatable.milliCpu)
  const memory = Math.min(1, used.memory / allocatable.memory)
  return Math.trunc((1 - Math.abs((cpu - memory) / 2)) * MAX_SCORE)
}
