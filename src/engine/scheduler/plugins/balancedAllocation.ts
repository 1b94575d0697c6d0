import { MAX_SCORE, type Plugin } from '../framework'
import { requestsOf } from '../snapshot'

/** CPU and memory used in like parts is better. Upstream: pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go */
export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  scores: (pod) => requestsOf(pod).size > 0,
  score: (pod, { allocatable, requested }) => {
    const own = requestsOf(pod)
    const fractions = ['cpu', 'memory'].flatMap((name) => {
      const total = allocatable.get(name) ?? 0
      return total === 0 ? [] : [Math.min(1, ((requested.get(name) ?? 0) + (own.get(name) ?? 0)) / total)]
    })
    const [cpu, memory] = fractions
    const deviation = cpu === undefined || memory === undefined ? 0 : Math.abs(cpu - memory) / 2
    return Math.trunc((1 - deviation) * MAX_SCORE)
  },
}
