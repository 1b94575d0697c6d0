import { expect, it } from 'vitest'
import { createRng } from '../base/rng'
import { KeyIndex } from './keyIndex'

function keysOf(index: KeyIndex, prefix: string, from = '', limit = Infinity): string[] {
  const out: string[] = []
  index.scan(prefix, from, (key) => out.push(key) < limit)
  return out
}

it('gives thousands of keys in order, whichever way they came', () => {
  const random = createRng(7)
  const index = new KeyIndex()
  const keys = new Set<string>()
  while (keys.size < 3000) keys.add(`/registry/${random.int(2) ? 'pods' : 'events'}/ns-${random.int(3)}/${random.suffix(5)}`)
  for (const key of keys) index.add(key)
  const sorted = [...keys].sort()
  for (const prefix of ['/registry/', '/registry/pods/', '/registry/events/ns-1/'])
    expect(keysOf(index, prefix)).toEqual(sorted.filter((key) => key.startsWith(prefix)))
  const from = sorted[1234]!
  expect(keysOf(index, '/registry/', from)).toEqual(sorted.slice(1234))
  expect(keysOf(index, '/registry/', from, 5)).toEqual(sorted.slice(1234, 1239))
})
