// Flags and numbers of a query, as Go's conversions read them.
// Upstream: apimachinery pkg/runtime/conversion.go

import { goQuote } from '../api/go/goQuote'

const INT64 = 2n ** 63n
/** What has more digits is not looked at; zeros in front of it are. */
const LONGEST = 1000

/** Why a text is no int64, in Go's words; null if it is one. */
export function intProblem(text: string): string | null {
  const wrong = (why: string) => `strconv.ParseInt: parsing ${goQuote(text)}: ${why}`
  if (!/^[+-]?\d+$/.test(text)) return wrong('invalid syntax')
  if (text.length > LONGEST) return wrong('value out of range')
  const value = BigInt(text.replace('+', ''))
  return value >= INT64 || value < -INT64 ? wrong('value out of range') : null
}

/** Why a text is no revision, a uint64; null if it is one. */
export const revisionProblem = (text: string) => uintProblem(text, 2n * INT64)

/** Why a text is no port, a uint16; null if it is one. */
export const portProblem = (text: string) => uintProblem(text, 2n ** 16n)

function uintProblem(text: string, end: bigint): string | null {
  const wrong = (why: string) => `strconv.ParseUint: parsing ${goQuote(text)}: ${why}`
  if (!/^\d+$/.test(text)) return wrong('invalid syntax')
  return text.length > LONGEST || BigInt(text) >= end ? wrong('value out of range') : null
}

/** As Go's conversion of a query reads a flag: whatever is neither `false` nor `0` sets it. */
export const isTrue = (value: string | null) => value !== null && value !== '0' && value.toLowerCase() !== 'false'
