import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDepth } from './anyDepth'

type Nested = readonly Nested[]

const nested = (depth: number): Nested => {
  let value: Nested = []
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

const height = anyDepth(0, (value: Nested): number => 1 + Math.max(0, ...value.map((item) => height(item))))
const copy = anyDepth([] as Nested, (value: Nested): Nested => value.map((item) => copy(item)))
const isSame = anyDepth(true, (a: Nested, b: Nested): boolean => a.length === b.length && a.every((item, i) => isSame(item, b[i]!)))

describe('a function that calls itself as deep as its input', () => {
  it.each([0, 149, 150, 151, 10_000, 100_000])('gives its result %i deep', (depth) => {
    expect(height(nested(depth))).toBe(depth + 1)
  })

  it('calls another such', () => {
    const both = anyDepth(true, (value: Nested): boolean => value.every((item) => both(item)) && isSame(value, copy(value)))
    expect(both(nested(400))).toBe(true)
    expect(isSame(nested(10_000), copy(nested(10_000)))).toBe(true)
    expect(isSame(nested(10_000), nested(9_999))).toBe(false)
  })

  it('makes no call more than three times, however many stand side by side', () => {
    let calls = 0
    const count = anyDepth(0, (value: Nested): number => {
      calls++
      return value.reduce((sum, item) => sum + count(item), 1)
    })
    const wide = Array.from({ length: 300 }, () => nested(400))
    expect(count(wide)).toBe(1 + 300 * 401)
    expect(calls).toBeLessThan(3 * (1 + 300 * 401))
  })

  it('throws what was thrown deep inside, and works afterwards', () => {
    const refuse = anyDepth(0, (value: Nested): number => {
      if (value.length === 0) throw new Error('empty')
      return value.reduce((sum, item) => sum + refuse(item), 1)
    })
    for (const depth of [1, 1000, 10_000]) expect(() => refuse(nested(depth))).toThrow('empty')
    expect(height(nested(1000))).toBe(1001)
  })

  it('throws what comes first of several, as it does where nothing is deep', () => {
    const refuse = anyDepth(0, (value: Nested): number => {
      if (value.length === 2) value.slice(0, 1).forEach(refuse)
      if (value.length !== 1) throw new Error(`${value.length} items`)
      return refuse(value[0]!)
    })
    expect(() => refuse([nested(1000), [[]]])).toThrow('0 items')
  })

  it('goes on in another way where a result says so', () => {
    const isDeepest = anyDepth(false, (value: Nested): boolean => value.every((item) => item.length > 0 && isDeepest(item)))
    const either = anyDepth([] as Nested, (value: Nested): Nested =>
      value.some(isDeepest) ? copy(value) : value.map((item) => either(item)),
    )
    const value = nested(1000)
    expect(height(either([value, value]))).toBe(1002)
  })

  it('gives what plain recursion gives, of anything', () => {
    const value = fc.letrec<{ list: Nested }>((tie) => ({
      list: fc.oneof({ maxDepth: 8 }, fc.constant([]), fc.array(tie('list'), { maxLength: 3 })),
    })).list
    fc.assert(
      fc.property(value, value, fc.nat(400), (a, b, under) => {
        const [x, y] = [a, b].map((v) => Array.from({ length: under }).reduce<Nested>((inner) => [inner, a], v)) as [Nested, Nested]
        expect(isSame(x, y)).toBe(JSON.stringify(x) === JSON.stringify(y))
        expect(JSON.stringify(copy(x))).toBe(JSON.stringify(x))
      }),
      { numRuns: 200, seed: 13 },
    )
  })
})
