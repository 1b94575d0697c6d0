import { MAX_SCORE, refuse, refuseForGood, type Plugin } from '../framework'
import { nonZeroRequestsOf, requestsOf } from '../snapshot'

/** What the Pod asks for against what is left; more free is better (LeastAllocated). Upstream: pkg/scheduler/framework/plugins/noderesources */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  helpedBy: ['nodeAdded', 'nodeUpdated', 'podDeleted', 'podUpdated'],
  filter: (pod, { pods, allocatable, requested }) => {
    const reasons: string[] = []
    let unresolvable = false
    if (pods.size + 1 > (allocatable.get('pods') ?? 0)) reasons.push('Too many pods')
    for (const [name, value] of requestsOf(pod)) {
      const total = allocatable.get(name) ?? 0
      if (value === 0 || value <= total - (requested.get(name) ?? 0)) continue
      reasons.push(`Insufficient ${name}`)
      if (value > total) unresolvable = true
    }
    if (reasons.length === 0) return null
    return unresolvable ? refuseForGood(...reasons) : refuse(...reasons)
  },
  score: (pod, { allocatable, nonZero }) => {
    const own = nonZeroRequestsOf(pod)
    const scores = (['cpu', 'memory'] as const).flatMap((name) => {
      const total = allocatable.get(name) ?? 0
      if (total === 0) return []
      const left = total - nonZero[name] - own[name]
      return [left < 0 ? 0 : Math.trunc((left * MAX_SCORE) / total)]
    })
    return scores.length === 0 ? 0 : Math.trunc(scores.reduce((a, b) => a + b, 0) / scores.length)
  },
}
