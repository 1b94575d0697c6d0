// What CEL asks of any value: its type's name, equality, order, and its text.
// Upstream: github.com/google/cel-go common/types

import { anyDepth } from '../../base/anyDepth'
import { compareQuantity } from '../scalars/quantity'
import { rfc3339 } from '../scalars/time'
import { compareSemver } from './semverOrder'
import {
  CelAddress,
  CelBytes,
  CelDecision,
  CelDouble,
  CelDuration,
  CelFormat,
  CelOptional,
  CelQuantity,
  CelRight,
  CelSemver,
  CelTimestamp,
  CelType,
  CelUint,
  CelUrl,
  type CelMap,
  type CelValue,
} from './expression'

export class CelError extends Error {}

/** Where no function of that name takes such arguments. */
export function noOverload(call = ''): never {
  throw new CelError(`no such overload${call === '' ? '' : `: ${call}`}`)
}

export const isInt = (value: CelValue | undefined): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'
/** A place or a count: that it may be rounded does not matter, for nothing is so long. */
export const intArgument = (value: CelValue | undefined): number => (isInt(value) ? Number(value) : noOverload())
export const listArgument = (value: CelValue | undefined): readonly CelValue[] =>
  Array.isArray(value) ? (value as readonly CelValue[]) : noOverload()
export const textArgument = (value: CelValue | undefined): string => (typeof value === 'string' ? value : noOverload())

export function isMap(value: CelValue): value is CelMap {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !isOpaque(value)
}

const OPAQUE = [
  [CelDouble, 'double'],
  [CelUint, 'uint'],
  [CelBytes, 'bytes'],
  [CelTimestamp, 'google.protobuf.Timestamp'],
  [CelDuration, 'google.protobuf.Duration'],
  [CelType, 'type'],
  [CelQuantity, 'kubernetes.Quantity'],
  [CelOptional, 'optional_type'],
  [CelAddress, 'net.IP'],
  [CelSemver, 'kubernetes.Semver'],
  [CelUrl, 'kubernetes.URL'],
  [CelFormat, 'kubernetes.NamedFormat'],
  [CelRight, 'kubernetes.authorization.Authorizer'],
  [CelDecision, 'kubernetes.authorization.Decision'],
] as const

const isOpaque = (value: object) => OPAQUE.some(([type]) => value instanceof type)

export function typeOf(value: CelValue): string {
  if (value === null) return 'null_type'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'boolean') return 'bool'
  if (isInt(value)) return 'int'
  if (typeof value === 'string') return 'string'
  return OPAQUE.find(([type]) => value instanceof type)?.[1] ?? 'map'
}

export const equalCel = anyDepth(true, (a: CelValue, b: CelValue): boolean => {
  if (a === b) return true
  const [m, n] = [wholeOf(a), wholeOf(b)]
  if (m !== null && n !== null) return m === n
  const x = numberOf(a)
  const y = numberOf(b)
  if (x !== null && y !== null) return x === y
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && (a as readonly CelValue[]).every((item, i) => equalCel(item, (b as readonly CelValue[])[i]!))
  if (a instanceof CelOptional && b instanceof CelOptional)
    return a.value === undefined || b.value === undefined ? a.value === b.value : equalCel(a.value, b.value)
  if (a instanceof CelAddress && b instanceof CelAddress) return a.bits === b.bits && a.bytes.join() === b.bytes.join()
  if (a instanceof CelType && b instanceof CelType) return a.name === b.name
  const order = comparable(a, b)
  if (order !== null) return order === 0
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => b[key] !== undefined && equalCel(a[key]!, b[key]))
})

export function numberOf(value: CelValue): number | null {
  const whole = wholeOf(value)
  return whole !== null ? Number(whole) : value instanceof CelDouble ? value.value : null
}

/** What an int or a uint is, exactly. */
const wholeOf = (value: CelValue): number | bigint | null => (isInt(value) ? value : value instanceof CelUint ? value.value : null)

/** The order of two values, or an error where they have none. */
export function compareCel(a: CelValue, b: CelValue): number {
  const order = comparable(a, b)
  if (order === null) return noOverload()
  return order
}

function comparable(a: CelValue, b: CelValue): number | null {
  const [m, n] = [wholeOf(a), wholeOf(b)]
  if (m !== null && n !== null) return m < n ? -1 : m > n ? 1 : 0
  if (a instanceof CelBytes !== b instanceof CelBytes) return null
  const x = scalarOf(a)
  const y = scalarOf(b)
  if (x !== null && y !== null && typeof x === typeof y) return x < y ? -1 : x > y ? 1 : 0
  if (a instanceof CelSemver && b instanceof CelSemver) return compareSemver(a, b)
  return a instanceof CelQuantity && b instanceof CelQuantity ? compareQuantity(a.quantity, b.quantity) : null
}

function scalarOf(value: CelValue): number | string | boolean | null {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof CelTimestamp) return value.at
  if (value instanceof CelBytes) return value.text
  return value instanceof CelDuration ? value.length : numberOf(value)
}

/** Whether string() makes a text of it. */
export const isText = (value: CelValue) => value !== null && !Array.isArray(value) && !isMap(value)

/** As string() gives it. */
export function textOf(value: CelValue): string {
  if (typeof value === 'string') return value
  if (isInt(value) || typeof value === 'boolean') return String(value)
  if (value instanceof CelDouble || value instanceof CelUint) return String(value.value)
  if (value instanceof CelTimestamp) return rfc3339(value.at)
  if (value instanceof CelDuration) return `${value.length / 1000}s`
  if (value instanceof CelQuantity || value instanceof CelAddress) return value.text
  return noOverload()
}
