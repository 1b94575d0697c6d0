import { describe, it, expect } from 'vitest'
import { goDuration } from './duration'

describe('a length of time in Go', () => {
  it('is printed in its units', () => {
    const all = [0, 400, 1200, 10_000, 80_000, 300_000, 3_600_500]
    expect(all.map(goDuration)).toEqual(['0s', '400ms', '1.2s', '10s', '1m20s', '5m0s', '1h0m0.5s'])
  })
})
