// Flags and numbers of a query, as Go's conversions read them.
// Upstream: apimachinery pkg/runtime/conversion.go

import { goQuote } from '../api/goQuote'

const INT64 = 2n ** 63n

/** Why a text is no int64, in Go's words; null if it is one. */
export function intProblem(text: string): string | null {
  const wrong = (why: string) => `strconv.ParseInt: parsing ${goQuote(text)}: ${why}`
  if (!/^[+-]?\d+$/.test(text)) return wrong('invalid syntax')
  const value = BigInt(text.replace('+', ''))
  return value >= INT64 || value < -INT64 ? wrong('value out of range') : null
}

/** As Go's conversion of a query reads a flag: whatever is neither `false` nor `0` sets it. */
export const isTrue = (value: string | null) => value !== null && value !== '0' && value.toLowerCase() !== 'false'
