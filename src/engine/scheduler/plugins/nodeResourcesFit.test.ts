import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

describe('NodeResourcesFit', () => {
  it('gives the mean of what is left of CPU and memory, with 100m and 200 MiB for who asks for nothing', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    s.place(pendingPod('there', { cpu: '2', memory: '2Gi' }), 'b')
    // a: cpu (4000−1000)/4000 = 75, memory (8−1)/8 = 87 → 81; b: (4000−3000)/4000 = 25, (8−3)/8 = 62 → 43
    expect(s.scores(pendingPod('p', { cpu: '1', memory: '1Gi' }), 'NodeResourcesFit')).toEqual({ a: '81 → 81', b: '43 → 43' })
    // a: (4000−100)/4000 = 97, (8192−200)/8192 = 97; b: 1900/4000 = 47, (6144−200)/8192 = 72 → 59
    expect(s.scores(pendingPod('q'), 'NodeResourcesFit')).toEqual({ a: '97 → 97', b: '59 → 59' })
  })

  it('names everything that is short, and counts the larger of init containers and containers', () => {
    const s = aScheduling(schedulableNode('a', { allocatable: { 'example.com/gpu': '1' } }))
    const greedy = pendingPod('p', { cpu: '5', memory: '9Gi', 'example.com/gpu': '2' })
    expect(s.schedule(greedy).message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/gpu, 1 Insufficient memory. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    )
    const init = [{ name: 'i', image: 'x', resources: { requests: { cpu: '5' } } }]
    expect(s.schedule(pendingPod('q', { cpu: '1' }, { initContainers: init })).message).toContain('1 Insufficient cpu.')
  })

  it('takes what the Pod asks for as a whole in place of what its containers ask for', () => {
    const s = aScheduling(schedulableNode('a'))
    expect(s.schedule(pendingPod('p', { cpu: '1' }, { resources: { requests: { cpu: '5' } } })).message).toContain('1 Insufficient cpu.')
  })
})
