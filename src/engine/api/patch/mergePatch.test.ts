import { expect, test } from 'vitest'
import { applyMergePatch } from './mergePatch'

test('what goes in unmerged loses its nulls, also in lists', () => {
  expect(applyMergePatch({ a: 1 }, { a: { b: null, c: 1 }, list: [{ x: null, y: [null, 2] }], gone: null })).toEqual({
    a: { c: 1 },
    list: [{ y: [null, 2] }],
  })
})
