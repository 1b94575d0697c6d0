import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SmallSteps } from './smallSteps'

const listOf = (numbers: readonly number[]) => {
  const list = new SmallSteps()
  numbers.forEach((n) => list.push(n))
  return list
}

describe('small steps', () => {
  it('gives back every number, steps back and large ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(300), fc.integer({ min: -5, max: 1_000_000 })), { maxLength: 200 }), (numbers) => {
        const list = listOf(numbers)
        expect(numbers.map((_, i) => list.at(i))).toEqual(numbers)
        expect(list.agrees(listOf(numbers), numbers.length)).toBe(true)
        if (numbers.length > 0) expect(list.agrees(listOf([...numbers.slice(0, -1), -9]), numbers.length)).toBe(false)
      }),
    )
  })

  it('finds the last place that is not above a number, wherever it looked before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 300 }), fc.array(fc.nat(60_000), { maxLength: 30 }), (steps, asked) => {
        let sum = 0
        const numbers = [0, ...steps.map((step) => (sum += step > 300 ? step : step % 3))]
        const list = listOf(numbers)
        for (const value of [...asked.map((n) => n % (sum + 2)), ...numbers])
          expect(list.lastAtMost(value)).toBe(numbers.findLastIndex((n) => n <= value))
      }),
    )
  })
})
