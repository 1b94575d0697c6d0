import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

const MB = 1024 * 1024

describe('ImageLocality', () => {
  it('scales the size of what is there by how many nodes have it', () => {
    const images = [{ names: ['nginx:latest'], sizeBytes: 500 * MB }]
    const s = aScheduling(schedulableNode('a', { images }), schedulableNode('b'))
    // 500 MB on 1 of 2 nodes count 250 MB: 100 × (250 − 23) / (1000 − 23) = 23
    expect(s.scores(pendingPod('p'), 'ImageLocality')).toEqual({ a: '23 → 23', b: '0 → 0' })
  })
})
