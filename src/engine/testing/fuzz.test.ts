import { describe, expect, it } from 'vitest'
import { fuzz } from './fuzz'

/** Every seed that was ever bad, with what was wrong. */
const ONCE_BAD: readonly (readonly [seed: number, what: string])[] = [
  [20, 'a Pod that ended under an earlier kubelet is taken away when it is deleted'],
  [2055, 'a leader that comes back at once leads no more, and its followers elect another'],
]
/** `npm run fuzz` lives through as many as one likes. */
const SOME = Array.from({ length: 24 }, (_, i) => 1000 + i)

describe('any interleaving of commands, crashes, delays and cuts', () => {
  it.each(ONCE_BAD)('seed %i: %s', (seed) => {
    expect(fuzz(seed)).toEqual([])
  })

  it.each(SOME)('[ST1] [ST6] [TR1] [TR4] [TR5] seed %i: no write is lost, no Pod bound twice, and all converges', (seed) => {
    expect(fuzz(seed), `seed ${seed}`).toEqual([])
  })
})
