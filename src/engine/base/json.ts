// JSON as the engine handles it: immutable values that are shared, never edited in place.
// A whole number is a `number` where a double is sure of it, up to 2⁵³, and a `bigint` beyond that, up to 64 bits (upstream: int64); all others
// are doubles. Text that is not JSON lives in `Body`.
// Upstream: k8s.io/apimachinery/pkg/runtime (unstructured content)

import { anyDepth } from './anyDepth'

export type Json = null | boolean | number | bigint | string | JsonArray | JsonObject
export type JsonArray = readonly Json[]
export interface JsonObject {
  readonly [field: string]: Json | undefined
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a table has under a name that came from outside: nothing for `constructor` and what else every object has. */
export function own<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}

export const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'

/** Whole: a value of Go's int64, or a double that happens to have no fraction. */
export const isWhole = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isInteger(value)

/** The number that an int64's digits stand for: a `bigint` only where a double might round it, so that equal numbers are equal values. */
export function int64(digits: string | bigint): number | bigint {
  const near = Number(digits)
  return Number.isSafeInteger(near) ? near : BigInt(digits)
}

/** Whether digits (and a sign) stand for an int64. */
export function isInt64(digits: string): boolean {
  if (digits.length > LONGEST_INT64 || !/^-?\d+$/.test(digits)) return false
  return BigInt.asIntN(64, BigInt(digits)) === BigInt(digits)
}
const LONGEST_INT64 = 20

/** A value as a text: an object as JSON, for it may have no words of its own. */
export const jsonText = (value: unknown): string => (typeof value === 'object' && value !== null ? goJson(value) : String(value))

/** As Go writes a number in YAML: a fraction from a million on, and a very small one, with an exponent. */
export function yamlNumber(value: number | bigint): string {
  if (typeof value === 'bigint' || (Number.isInteger(value) && Math.abs(value) < 2 ** 64)) return String(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(value)
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}

/**
 * JSON with all digits of its whole numbers, however deep: the platform's own writer knows no `bigint`, and calls itself for what is nested,
 * so what is too much for it is written here.
 */
export function goJson(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value, null, indent)
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return written(value, ' '.repeat(indent), '\n')
    throw error
  }
}

/** `line`: a line break and what it is indented by. */
const written = anyDepth('', (value: unknown, indent: string, line: string): string => {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const inner = indent && line + indent
  const end = indent && line
  const [open, close, entries] = Array.isArray(value)
    ? ['[', ']', value.map((item) => inner + written(item, indent, inner))]
    : ['{', '}', fieldsOf(value).map(([name, field]) => `${inner}${JSON.stringify(name)}:${indent && ' '}${written(field, indent, inner)}`)]
  return entries.length === 0 ? open + close : listText(entries, open, end + close)
})

/**
 * Texts one after the other, in brackets. Not `join`, which copies them: of what is nested each level would be copied by all that are
 * around it.
 */
export function listText(texts: readonly string[], open: string, close: string, between = ','): string {
  let all = open
  for (let i = 0; i < texts.length; i++) all += i === 0 ? texts[i] : between + texts[i]
  return all + close
}

/** Whether objects and lists stand in each other more than so many deep. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true
    level = level.flatMap((v): readonly unknown[] => (typeof v === 'object' && v !== null ? Object.values(v) : []))
  }
  return false
}

const fieldsOf = (object: object) => Object.entries(object).filter(([, field]) => field !== undefined)
