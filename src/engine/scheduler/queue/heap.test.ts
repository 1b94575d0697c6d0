import { describe, expect, it } from 'vitest'
import { createRng } from '../../base/rng'
import { Heap } from './heap'

describe('Heap', () => {
  it('gives the least first, however items came, moved and went (seeds 1 to 20)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRng(seed)
      const heap = new Heap<{ key: string; rank: number }>(
        ({ key }) => key,
        (a, b) => a.rank < b.rank,
      )
      const model = new Map<string, number>()
      for (let i = 0; i < 200; i++) {
        const key = `k${random.int(40)}`
        if (random.int(4) === 0) expect(heap.delete(key)).toBe(model.delete(key))
        else {
          const rank = random.int(1000)
          heap.set({ key, rank })
          model.set(key, rank)
        }
      }
      const out: number[] = []
      for (let item = heap.pop(); item; item = heap.pop()) out.push(item.rank)
      expect(out, `seed ${seed}`).toEqual([...model.values()].sort((a, b) => a - b))
    }
  })
})
