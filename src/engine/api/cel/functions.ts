// The functions of CEL that Kubernetes offers, by name; a method's target is its first argument.
// Leaves out: semver, time zones of getters.
// Upstream: github.com/google/cel-go common/stdlib, ext; apiserver pkg/cel/library

import { addQuantity, formatQuantity, parseQuantity, quantityValue } from '../quantity'
import { CANCELLED, CelCancelled } from './cost'
import {
  CelBytes,
  CelDouble,
  CelDuration,
  CelOptional,
  CelQuantity,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  type Implementation,
} from './expression'
import { authorizerFunctions } from './authorizer'
import { byteFunctions, textOfBytes } from './bytes'
import { regexpOf, RegexpTimeout, type Regexp } from '../regexp/regexp'
import { networkFunctions } from './network'
import { stringFunctions } from './strings'
import { CelError, compareCel, equalCel, isMap, noOverload, numberOf, textArgument as text, textOf, typeOf } from './values'
import { own } from '../../base/json'

export function callFunction(name: string, args: readonly CelValue[]): CelValue {
  const implementation = functions[name]
  if (!implementation) throw new CelError(`no such overload: ${name}`)
  return implementation(...args)
}

const int = (value: CelValue | undefined): number => (typeof value === 'number' ? value : noOverload())
const list = (value: CelValue | undefined): readonly CelValue[] => (Array.isArray(value) ? (value as readonly CelValue[]) : noOverload())
const number = (value: CelValue | undefined): number => (value === undefined ? noOverload() : (numberOf(value) ?? noOverload()))
const quantity = (value: CelValue | undefined): CelQuantity => (value instanceof CelQuantity ? value : noOverload())
const timestamp = (value: CelValue | undefined): Date => (value instanceof CelTimestamp ? new Date(value.at) : noOverload())

const MAX = 2 ** 63
const MAX_UINT = 2 ** 64

/** Arithmetic of two ints, two uints or two doubles. */
function arithmetic(a: CelValue, b: CelValue, of: (x: number, y: number) => number): CelValue {
  if (a instanceof CelDouble && b instanceof CelDouble) return new CelDouble(of(a.value, b.value))
  if (a instanceof CelUint && b instanceof CelUint) return uint(of(a.value, b.value))
  return bounded(of(int(a), int(b)))
}

function uint(whole: number): CelUint {
  if (whole < 0 || whole >= MAX_UINT) throw new CelError('unsigned integer overflow')
  return new CelUint(whole)
}

function bounded(whole: number): number {
  if (Math.abs(whole) >= MAX) throw new CelError('integer overflow')
  return whole
}

function indexed(of: CelValue, key: CelValue): CelValue | undefined {
  if (Array.isArray(of)) return (of as readonly CelValue[])[int(key)]
  if (isMap(of)) {
    const name = typeof key === 'string' ? key : textOf(key)
    return Object.hasOwn(of, name) ? of[name] : undefined
  }
  return noOverload()
}

function regex<T>(pattern: string, look: (regexp: Regexp) => T): T {
  const regexp = regexpOf(pattern)
  if (regexp instanceof Error) throw new CelError(regexp.message)
  try {
    return look(regexp)
  } catch (error) {
    throw error instanceof RegexpTimeout ? new CelCancelled(CANCELLED) : error
  }
}

const DURATION = /^-?(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|ns))+$|^0$/
/** An int64 of nanoseconds, in milliseconds. */
const LONGEST_DURATION = 2 ** 63 / 1_000_000
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, ns: 0.000_001 }

function durationOf(value: string): CelDuration {
  if (!DURATION.test(value)) throw new CelError(`time: invalid duration ${JSON.stringify(value)}`)
  let length = 0
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/g)) length += Number(amount) * UNITS[unit!]!
  if (length > LONGEST_DURATION) throw new CelError(`time: invalid duration ${JSON.stringify(value)}`)
  return new CelDuration(value.startsWith('-') ? -length : length)
}

function timestampOf(value: string): CelTimestamp {
  const at = Date.parse(value)
  if (Number.isNaN(at)) throw new CelError(`parsing time ${JSON.stringify(value)}`)
  return new CelTimestamp(at)
}

function quantityOf(value: string): CelQuantity {
  const parsed = parseQuantity(value)
  if (!parsed) throw new CelError(`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`)
  return new CelQuantity(parsed, value)
}

const madeQuantity = (of: Parameters<typeof formatQuantity>[0]) => new CelQuantity(of, formatQuantity(of))
const extreme = (items: readonly CelValue[], sign: 1 | -1) => {
  if (items.length === 0) throw new CelError('min called on empty list')
  return items.reduce((best, item) => (compareCel(item, best) * sign > 0 ? item : best))
}

function plus(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'string') return a + text(b)
  if (a instanceof CelBytes) return b instanceof CelBytes ? new CelBytes(a.text + b.text) : noOverload()
  if (Array.isArray(a)) return [...(a as readonly CelValue[]), ...list(b)]
  if (a instanceof CelTimestamp && b instanceof CelDuration) return new CelTimestamp(a.at + b.length)
  if (a instanceof CelDuration)
    return b instanceof CelTimestamp ? plus(b, a) : b instanceof CelDuration ? new CelDuration(a.length + b.length) : noOverload()
  return arithmetic(a, b, (x, y) => x + y)
}

function minus(a: CelValue, b: CelValue): CelValue {
  if (a instanceof CelTimestamp)
    return b instanceof CelTimestamp
      ? new CelDuration(a.at - b.at)
      : b instanceof CelDuration
        ? new CelTimestamp(a.at - b.length)
        : noOverload()
  if (a instanceof CelDuration && b instanceof CelDuration) return new CelDuration(a.length - b.length)
  return arithmetic(a, b, (x, y) => x - y)
}

function divided(a: CelValue, b: CelValue): CelValue {
  if (isZero(b)) throw new CelError('division by zero')
  return arithmetic(a, b, (x, y) => (a instanceof CelDouble ? x / y : Math.trunc(x / y)))
}

const isZero = (value: CelValue | undefined) => value === 0 || (value instanceof CelUint && value.value === 0)

function toInt(value: CelValue): CelValue {
  if (typeof value === 'string') {
    const wrong = (why: string) => new CelError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: ${why}`)
    if (!/^[+-]?\d+$/.test(value)) throw wrong('invalid syntax')
    if (Math.abs(Number(value)) >= MAX) throw wrong('value out of range')
    return Number(value)
  }
  return value instanceof CelTimestamp ? Math.floor(value.at / 1000) : bounded(Math.trunc(number(value)))
}

function sizeOf(value: CelValue): CelValue {
  if (value instanceof CelBytes) return value.text.length
  if (typeof value === 'string') return [...value].length
  return Array.isArray(value) ? value.length : isMap(value) ? Object.keys(value).length : noOverload()
}

const url = (value: string) => /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(value)
const FORMATS: Readonly<Record<string, RegExp>> = {
  dns1123Label: /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
  dns1123Subdomain: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
  dns1035Label: /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
  labelValue: /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/,
  uuid: /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
}

const functions: Readonly<Record<string, Implementation>> = {
  '_==_': (a, b) => equalCel(a!, b!),
  '_!=_': (a, b) => !equalCel(a!, b!),
  '_<_': (a, b) => compareCel(a!, b!) < 0,
  '_<=_': (a, b) => compareCel(a!, b!) <= 0,
  '_>_': (a, b) => compareCel(a!, b!) > 0,
  '_>=_': (a, b) => compareCel(a!, b!) >= 0,
  '_+_': (a, b) => plus(a!, b!),
  '_-_': (a, b) => minus(a!, b!),
  '_*_': (a, b) => arithmetic(a!, b!, (x, y) => x * y),
  '_/_': (a, b) => divided(a!, b!),
  '_%_': (a, b) => (isZero(b) ? noModulus() : arithmetic(a!, b!, (x, y) => x % y)),
  '!_': (a) => (typeof a === 'boolean' ? !a : noOverload()),
  '-_': (a) => (a instanceof CelDouble ? new CelDouble(-a.value) : a instanceof CelDuration ? new CelDuration(-a.length) : -int(a)),
  '@in': (item, of) => {
    if (Array.isArray(of)) return (of as readonly CelValue[]).some((o) => equalCel(o, item!))
    return isMap(of!) ? indexed(of, item!) !== undefined : noOverload()
  },
  '_[_]': (of, key) => {
    const found = indexed(of!, key!)
    if (found !== undefined) return found
    throw new CelError(Array.isArray(of) ? `index out of bounds: ${textOf(key!)}` : `no such key: ${textOf(key!)}`)
  },
  '_[?_]': (of, key) => new CelOptional(of instanceof CelOptional ? of.value && indexed(of.value, key!) : indexed(of!, key!)),
  size: (of) => sizeOf(of!),
  type: (of) => new CelType(typeOf(of!)),
  dyn: (of) => of!,
  string: (of) => (of instanceof CelBytes ? textOfBytes(of) : textOf(of!)),
  int: (of) => toInt(of!),
  uint: (of) => uint(typeof of === 'string' ? (toInt(of) as number) : Math.trunc(number(of))),
  double: (of) => new CelDouble(typeof of === 'string' ? Number(of) : number(of)),
  bool: (of) => (of === 'true' || of === true ? true : of === 'false' || of === false ? false : noOverload()),
  duration: (of) => (of instanceof CelDuration ? of : durationOf(text(of))),
  timestamp: (of) => (of instanceof CelTimestamp ? of : timestampOf(text(of))),
  quantity: (of) => quantityOf(text(of)),
  isQuantity: (of) => parseQuantity(text(of)) !== null,
  // Strings
  startsWith: (a, b) => text(a).startsWith(text(b)),
  endsWith: (a, b) => text(a).endsWith(text(b)),
  contains: (a, b) => text(a).includes(text(b)),
  matches: (a, b) => regex(text(b), (r) => r.matches(text(a))),
  find: (a, b) => regex(text(b), (r) => r.findAll(text(a), 1)[0] ?? ''),
  findAll: (a, b, most) => regex(text(b), (r) => r.findAll(text(a), most === undefined || int(most) < 0 ? Infinity : int(most))),
  lowerAscii: (a) => text(a).replace(/[A-Z]/g, (c) => c.toLowerCase()),
  upperAscii: (a) => text(a).replace(/[a-z]/g, (c) => c.toUpperCase()),
  trim: (a) => text(a).trim(),
  split: (a, b, most) => {
    const parts = text(a).split(text(b))
    if (most === undefined || int(most) < 0 || parts.length <= int(most)) return parts
    return int(most) === 0 ? [] : [...parts.slice(0, int(most) - 1), parts.slice(int(most) - 1).join(text(b))]
  },
  replace: (a, from, to, most) => {
    const parts = text(a).split(text(from))
    const times = most === undefined ? parts.length : int(most)
    return parts.reduce((out, part, i) => out + (i <= times || times < 0 ? text(to) : text(from)) + part)
  },
  join: (a, by) =>
    list(a)
      .map(text)
      .join(by === undefined ? '' : text(by)),
  substring: (a, from, to) => [...text(a)].slice(int(from), to === undefined ? undefined : int(to)).join(''),
  charAt: (a, i) => [...text(a)][int(i)] ?? '',
  reverse: (a) => (typeof a === 'string' ? [...a].reverse().join('') : [...list(a)].reverse()),
  // Lists
  indexOf: (a, b) => (typeof a === 'string' ? a.indexOf(text(b)) : list(a).findIndex((o) => equalCel(o, b!))),
  lastIndexOf: (a, b) => (typeof a === 'string' ? a.lastIndexOf(text(b)) : list(a).findLastIndex((o) => equalCel(o, b!))),
  isSorted: (a) => list(a).every((item, i, all) => i === 0 || compareCel(all[i - 1]!, item) <= 0),
  sum: (a) => list(a).reduce((total, item) => plus(total, item), list(a)[0] instanceof CelDouble ? new CelDouble(0) : 0),
  min: (a) => extreme(list(a), -1),
  max: (a) => extreme(list(a), 1),
  sort: (a) => [...list(a)].sort(compareCel),
  distinct: (a) => list(a).filter((item, i, all) => all.findIndex((o) => equalCel(o, item)) === i),
  flatten: (a) => list(a).flatMap((item) => (Array.isArray(item) ? (item as readonly CelValue[]) : [item])),
  slice: (a, from, to) => list(a).slice(int(from), int(to)),
  'sets.contains': (a, b) => list(b).every((item) => list(a).some((o) => equalCel(o, item))),
  'sets.intersects': (a, b) => list(b).some((item) => list(a).some((o) => equalCel(o, item))),
  'sets.equivalent': (a, b) =>
    list(b).every((item) => list(a).some((o) => equalCel(o, item))) && list(a).every((item) => list(b).some((o) => equalCel(o, item))),
  // Optional values
  'optional.of': (a) => new CelOptional(a),
  'optional.none': () => new CelOptional(undefined),
  hasValue: (a) => (a instanceof CelOptional ? a.value !== undefined : noOverload()),
  value: (a) => (a instanceof CelOptional && a.value !== undefined ? a.value : noValue()),
  or: (a, b) => (a instanceof CelOptional && a.value !== undefined ? a : b!),
  // Quantities
  isGreaterThan: (a, b) => compareCel(quantity(a), quantity(b)) > 0,
  isLessThan: (a, b) => compareCel(quantity(a), quantity(b)) < 0,
  compareTo: (a, b) => compareCel(quantity(a), quantity(b)),
  add: (a, b) =>
    madeQuantity(addQuantity(quantity(a).quantity, typeof b === 'number' ? quantityOf(String(b)).quantity : quantity(b).quantity)),
  sub: (a, b) => {
    const taken = typeof b === 'number' ? quantityOf(String(b)).quantity : quantity(b).quantity
    return madeQuantity(addQuantity(quantity(a).quantity, { ...taken, nano: -taken.nano }))
  },
  asInteger: (a) => quantityValue(quantity(a).quantity),
  isInteger: (a) => quantity(a).quantity.nano % 1_000_000_000n === 0n,
  asApproximateFloat: (a) => new CelDouble(Number(quantity(a).quantity.nano) / 1e9),
  sign: (a) => Math.sign(Number(quantity(a).quantity.nano)),
  // Times
  getFullYear: (a) => timestamp(a).getUTCFullYear(),
  getMonth: (a) => timestamp(a).getUTCMonth(),
  getDate: (a) => timestamp(a).getUTCDate(),
  getDayOfMonth: (a) => timestamp(a).getUTCDate() - 1,
  getDayOfWeek: (a) => timestamp(a).getUTCDay(),
  getHours: (a) => (a instanceof CelDuration ? Math.trunc(a.length / 3_600_000) : timestamp(a).getUTCHours()),
  getMinutes: (a) => (a instanceof CelDuration ? Math.trunc(a.length / 60_000) : timestamp(a).getUTCMinutes()),
  getSeconds: (a) => (a instanceof CelDuration ? Math.trunc(a.length / 1000) : timestamp(a).getUTCSeconds()),
  getMilliseconds: (a) => (a instanceof CelDuration ? a.length : timestamp(a).getUTCMilliseconds()),
  'jsonpatch.escapeKey': (a) => text(a).replace(/~/g, '~0').replace(/\//g, '~1'),
  ...authorizerFunctions,
  ...byteFunctions,
  ...stringFunctions,
  ...networkFunctions,
  // URLs, addresses, named formats
  isURL: (a) => url(text(a)) !== null || text(a).startsWith('/'),
  url: (a) => (url(text(a)) ? a! : noOverload()),
  getScheme: (a) => url(text(a))?.[1] ?? '',
  getHost: (a) => url(text(a))?.[2] ?? '',
  getHostname: (a) => (url(text(a))?.[2] ?? '').replace(/:\d+$/, ''),
  getPort: (a) => /:(\d+)$/.exec(url(text(a))?.[2] ?? '')?.[1] ?? '',
  getEscapedPath: (a) => url(text(a))?.[3] ?? '',
  ...Object.fromEntries(
    Object.keys(FORMATS).map((name): [string, Implementation] => [`format.${name}`, () => new CelOptional(`format.${name}`)]),
  ),
  validate: (format, value) => {
    const name = format instanceof CelOptional ? text(format.value).replace('format.', '') : text(format)
    return own(FORMATS, name)?.test(text(value)) ? new CelOptional(undefined) : new CelOptional([`must be a valid ${name}`])
  },
}

function noModulus(): never {
  throw new CelError('modulus by zero')
}

function noValue(): never {
  throw new CelError('optional.none() dereference')
}
