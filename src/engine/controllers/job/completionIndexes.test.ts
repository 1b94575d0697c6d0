import { describe, expect, it } from 'vitest'
import { firstWithout, hasIndex, overlap, parseIndexes, printIndexes, total, withIndexes } from './completionIndexes'

describe('completion indexes', () => {
  it.each([
    ['', [0], '0'],
    ['0', [1], '0,1'],
    ['0,1', [2], '0-2'],
    ['0-2,7', [4, 3], '0-4,7'],
    ['1,3-5', [2, 6], '1-6'],
  ])('%j with %j is written %j', (before, more, after) => {
    expect(printIndexes(withIndexes(parseIndexes(before, 10), more))).toBe(after)
  })

  it('know nothing beyond the completions', () => {
    expect(printIndexes(parseIndexes('0-2,5-9', 7))).toBe('0-2,5,6')
    expect(printIndexes(parseIndexes('1,x,8', 7))).toBe('1')
  })

  it('count, overlap, and tell what is free', () => {
    const indexes = parseIndexes('1,3-5', 8)
    expect([total(indexes), hasIndex(indexes, 4), hasIndex(indexes, 2)]).toEqual([4, true, false])
    expect(overlap(indexes, parseIndexes('0-3', 8))).toBe(2)
    expect(firstWithout(indexes, 3, 8)).toEqual([0, 2, 6])
    expect(firstWithout(indexes, 9, 8)).toEqual([0, 2, 6, 7])
  })
})
