import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

describe('NodeResourcesBalancedAllocation', () => {
  it('is 75 when nothing changes, more when the Pod brings CPU and memory together, less when apart', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    s.place(pendingPod('there', { memory: '4Gi' }), 'b')
    // a: empty 100 → cpu ¼, memory 0: 1 − ⅛ = 87 → 50 + (50 + 87 − 100)/2 = 68
    // b: cpu 0, memory ½: 75 → cpu ¼, memory ½: 87 → 50 + (50 + 87 − 75)/2 = 81
    expect(s.scores(pendingPod('p', { cpu: '1' }), 'NodeResourcesBalancedAllocation')).toEqual({ a: '68 → 68', b: '81 → 81' })
  })

  it('has nothing to say of a Pod that asks for neither', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    expect(s.scores(pendingPod('p'), 'NodeResourcesBalancedAllocation')).toBeUndefined()
  })
})
