import { describe, expect, it } from 'vitest'
import { isOverloaded, movesBetween, sharesOf } from './zoneShares'

const even = new Map([
  ['a', 1 / 3],
  ['b', 1 / 3],
  ['c', 1 / 3],
])

describe('endpoints of each zone', () => {
  it('are as many as its share of the CPU, and no fewer than keep the others from a fifth more', () => {
    expect(sharesOf(even, 6)).toEqual(new Map([...even.keys()].map((zone) => [zone, { maximum: 2, desired: 2 }])))
    // Each needs at least ⌈4 / 3 / 1.2⌉ = 2 of the four.
    expect(sharesOf(even, 4)).toBeNull()
    expect(
      sharesOf(
        new Map([
          ['a', 0.8],
          ['b', 0.2],
        ]),
        10,
      ),
    ).toEqual(
      new Map([
        ['a', { maximum: 8, desired: 8 }],
        ['b', { maximum: 3, desired: 2 }],
      ]),
    )
  })

  it('are too few where a zone has none, or where nothing is known of the zones', () => {
    expect(isOverloaded(new Map([['a', 3]]), even)).toBe(true)
    expect(isOverloaded(new Map([['a', 3]]), new Map())).toBe(true)
    expect(isOverloaded(new Map(), even)).toBe(false)
    expect(isOverloaded(new Map([...even.keys()].map((zone) => [zone, 2])), even)).toBe(false)
  })

  it('move from the zone with the most too many to the one with the most too few', () => {
    const { giving, receiving } = movesBetween(sharesOf(even, 6)!, new Map([['a', 5]]))
    expect([...giving]).toEqual([['a', 3]])
    expect([...receiving].sort()).toEqual([
      ['b', 2],
      ['c', 1],
    ])
  })
})
