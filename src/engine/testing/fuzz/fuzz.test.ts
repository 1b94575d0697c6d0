import { describe, expect, it } from 'vitest'
import { ONCE_BAD } from './cases'
import { fuzz, problemsOf, quietEnd } from './fuzz'

/** `npm run fuzz` lives through as many as one likes. */
const SOME = Array.from({ length: 12 }, (_, i) => 1000 + i)

const PATIENCE = 60_000

describe('any interleaving of commands, crashes, delays and cuts', () => {
  it.each(ONCE_BAD)(
    'once bad: $what',
    ({ plan }) => {
      expect(problemsOf(plan, () => quietEnd(plan), 0)).toEqual([])
    },
    PATIENCE,
  )

  it.each(SOME)(
    '[ST1] [ST6] [TR1] [TR2] [TR4] [TR5] [TR6] seed %i: no write is lost, no Pod bound twice, and all converges',
    (seed) => {
      expect(fuzz(seed), `seed ${seed}`).toEqual([])
    },
    PATIENCE,
  )

  it.each(SOME)(
    'seed %i with users of more various kinds: likewise',
    (seed) => {
      expect(fuzz(seed, 'various'), `seed ${seed}`).toEqual([])
    },
    PATIENCE,
  )
})
