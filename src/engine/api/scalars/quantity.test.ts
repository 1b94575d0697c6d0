import { expect, it } from 'vitest'
import { canonicalQuantity, compareQuantities, parseQuantity, quantityProblem } from './quantity'

it.each([
  ['1500m', '1500m'],
  ['0.5', '500m'],
  ['1024Mi', '1Gi'],
  ['1e3', '1e3'],
  ['.5', '500m'],
  ['m', '0'],
  ['1e-1000000', '1e-9'],
  ['0.0000000001', '1n'],
  ['0.00000000000000000000000000000000000000000000000000001', '1n'],
  // Powers of two end at an int64, powers of ten do not.
  ['9999999999999999999999999999Ei', '9223372036854775807'],
  [`1${'0'.repeat(199)}5`, `1${'0'.repeat(199)}5`],
  ['1e1000000', '1e1000000'],
])('%s is written as %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical)
})

it('orders what is too long to be told exactly', () => {
  expect(compareQuantities('1e1000000', '9999E')).toBe(1)
  expect(compareQuantities('-1e1000000', '0')).toBe(-1)
  expect(compareQuantities('9'.repeat(3_000_000), '1')).toBe(1)
})

it.each([
  ['', 'quantities must match'],
  ['1 Gi', 'quantities must match'],
  [`${'9'.repeat(300_000)}!`, 'quantities must match'],
  [`${'Ki'.repeat(100_000)}!`, 'quantities must match'],
  ['1Kii', 'unable to parse'],
  ['1e', 'unable to parse'],
  [`1e${'9'.repeat(1000)}`, 'unable to parse'],
])('refuses %s', (text, problem) => {
  expect(parseQuantity(text)).toBeNull()
  expect(quantityProblem(text)).toMatch(problem)
})
