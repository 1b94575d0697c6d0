import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

const soft = (key: string) => ({ key, effect: 'PreferNoSchedule' })

describe('TaintToleration', () => {
  it('takes points for each soft taint that is not tolerated', () => {
    const s = aScheduling(
      schedulableNode('a', { spec: { taints: [soft('x'), soft('y')] } }),
      schedulableNode('b', { spec: { taints: [soft('x')] } }),
      schedulableNode('c'),
    )
    expect(s.scores(pendingPod('p'), 'TaintToleration')).toEqual({ a: '2 → 0', b: '1 → 50', c: '0 → 100' })
    const tolerant = pendingPod('q', {}, { tolerations: [{ key: 'x', operator: 'Exists' }] })
    expect(s.scores(tolerant, 'TaintToleration')).toEqual({ a: '1 → 0', b: '0 → 100', c: '0 → 100' })
  })

  it('refuses for a hard taint, and for a cordon first', () => {
    const taints = [{ key: 'x', effect: 'NoSchedule' }]
    const s = aScheduling(schedulableNode('a', { spec: { taints } }), schedulableNode('b', { spec: { taints, unschedulable: true } }))
    expect(s.schedule(pendingPod('p')).message).toMatch(
      /^0\/2 nodes are available: 1 node\(s\) had untolerated taint\(s\), 1 node\(s\) were unschedulable\. preemption:/,
    )
  })
})
