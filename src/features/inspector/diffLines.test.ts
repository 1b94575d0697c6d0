import { describe, expect, it } from 'vitest'
import { diffLines } from './diffLines'

const show = (before: string[], after: string[]) => diffLines(before, after, 1).map((line) => line.mark + line.text)

describe('diffLines', () => {
  it('marks what came and what went', () => {
    expect(show(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual([' a', '-b', '+x', ' c'])
  })

  it('folds what is far from a change, and keeps the field that it is under', () => {
    expect(show(['spec:', '  a: 1', '  b: 1', '  c: 1', '  d: 1'], ['spec:', '  a: 1', '  b: 1', '  c: 1', '  d: 2'])).toEqual([
      ' spec:',
      '…',
      '   c: 1',
      '-  d: 1',
      '+  d: 2',
    ])
  })

  it('is all additions for a new object and empty lines for the same', () => {
    expect(show([], ['a'])).toEqual(['+a'])
    expect(show(['a'], ['a'])).toEqual(['…'])
  })
})
