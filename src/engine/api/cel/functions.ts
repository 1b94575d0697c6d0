// The functions of CEL that Kubernetes offers, by name; a method's target is its first argument.
// Upstream: github.com/google/cel-go common/stdlib, ext; apiserver pkg/cel/library

import { addQuantity, formatQuantity, parseQuantity, wholeValue } from '../scalars/quantity'
import { int64, isInt64 } from '../../base/json'
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
import { timeProblem } from '../scalars/time'
import { authorizerFunctions } from './authorizer'
import { byteFunctions, textOfBytes } from './bytes'
import { regexpOf, RegexpTimeout, type Regexp } from '../regexp/regexp'
import { intOf, OF_DOUBLES, uintOf, unsigned, within64, type Operator } from './ints'
import { listFunctions } from './lists'
import { networkFunctions } from './network'
import { semverFunctions } from './semver'
import { stringFunctions } from './strings'
import { timeFunctions } from './times'
import { urlFunctions } from './urls'
import {
  CelError,
  compareCel,
  equalCel,
  intArgument as int,
  isInt,
  isMap,
  isText,
  listArgument as list,
  noOverload,
  numberOf,
  textArgument as text,
  textOf,
  typeOf,
} from './values'

export function callFunction(name: string, args: readonly CelValue[]): CelValue {
  const implementation = functions[name]
  if (!implementation) throw new CelError(`no such overload: ${name}`)
  return implementation(...args)
}

const number = (value: CelValue | undefined): number => (value === undefined ? noOverload() : (numberOf(value) ?? noOverload()))
const quantity = (value: CelValue | undefined): CelQuantity => (value instanceof CelQuantity ? value : noOverload())

/** Arithmetic of two ints, two uints or two doubles. */
function arithmetic(a: CelValue, b: CelValue, operator: Operator): CelValue {
  const of = OF_DOUBLES[operator]
  if (a instanceof CelDouble && b instanceof CelDouble) return new CelDouble(of(a.value, b.value))
  if (a instanceof CelUint && b instanceof CelUint) return uintOf(operator, a.value, b.value)
  return isInt(a) && isInt(b) ? intOf(operator, a, b) : noOverload()
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
  if (!DURATION.test(value)) return unconverted('google.protobuf.Duration')
  let length = 0
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/g)) length += Number(amount) * UNITS[unit!]!
  if (length > LONGEST_DURATION) return unconverted('google.protobuf.Duration')
  return new CelDuration(value.startsWith('-') ? -length : length)
}

function timestampOf(value: string): CelTimestamp {
  return timeProblem(value) === null ? new CelTimestamp(Date.parse(value)) : unconverted('google.protobuf.Timestamp')
}

function quantityOf(value: string): CelQuantity {
  const parsed = parseQuantity(value)
  if (!parsed) throw new CelError(`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`)
  return new CelQuantity(parsed, value)
}

const madeQuantity = (of: Parameters<typeof formatQuantity>[0]) => new CelQuantity(of, formatQuantity(of))
function plus(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'string') return a + text(b)
  if (a instanceof CelBytes) return b instanceof CelBytes ? new CelBytes(a.text + b.text) : noOverload()
  if (Array.isArray(a)) return [...(a as readonly CelValue[]), ...list(b)]
  if (a instanceof CelTimestamp && b instanceof CelDuration) return new CelTimestamp(a.at + b.length)
  if (a instanceof CelDuration)
    return b instanceof CelTimestamp ? plus(b, a) : b instanceof CelDuration ? new CelDuration(a.length + b.length) : noOverload()
  return arithmetic(a, b, '+')
}

function minus(a: CelValue, b: CelValue): CelValue {
  if (a instanceof CelTimestamp)
    return b instanceof CelTimestamp
      ? new CelDuration(a.at - b.at)
      : b instanceof CelDuration
        ? new CelTimestamp(a.at - b.length)
        : noOverload()
  if (a instanceof CelDuration && b instanceof CelDuration) return new CelDuration(a.length - b.length)
  return arithmetic(a, b, '-')
}

function divided(a: CelValue, b: CelValue): CelValue {
  if (isZero(b)) throw new CelError('division by zero')
  return arithmetic(a, b, '/')
}

function unconverted(type: string): never {
  throw new CelError(`type conversion error from 'string' to '${type}'`)
}

function toDouble(value: string): number {
  if (/^[+-]?(?:inf(?:inity)?|nan)$/i.test(value)) return /nan/i.test(value) ? NaN : value.startsWith('-') ? -Infinity : Infinity
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : unconverted('double')
}

/** As Go reads one. */
function toBool(value: string): boolean {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(value)) return true
  return /^(?:0|f|F|false|FALSE|False)$/.test(value) ? false : unconverted('bool')
}

function substring(characters: readonly string[], from: number, to = characters.length): string {
  const outside = [from, to].find((i) => i < 0 || i > characters.length)
  if (outside !== undefined) throw new CelError(`index out of range: ${outside}`)
  if (from > to) throw new CelError(`invalid substring range. start: ${from}, end: ${to}`)
  return characters.slice(from, to).join('')
}

function characterAt(characters: readonly string[], i: number): string {
  if (i < 0 || i > characters.length) throw new CelError(`index out of range: ${i}`)
  return characters[i] ?? ''
}

const isZero = (value: CelValue | undefined) => value === 0 || (value instanceof CelUint && value.value === 0)

function toInt(value: CelValue): CelValue {
  if (typeof value === 'string') {
    const digits = value.replace(/^\+/, '')
    return isInt64(digits) ? int64(digits) : unconverted('int')
  }
  if (isInt(value)) return value
  if (value instanceof CelUint) return within64(BigInt(value.value))
  if (value instanceof CelTimestamp) return Math.floor(value.at / 1000)
  const whole = Math.trunc(number(value))
  return Number.isFinite(whole) ? within64(BigInt(whole)) : overflowing()
}

/** Upstream: common/types/{string,int,double}.go (ConvertToType) */
function toUint(value: CelValue): CelUint {
  if (value instanceof CelUint) return value
  if (typeof value === 'string') return isUint64(value) ? new CelUint(int64(value)) : unconverted('uint')
  return unsigned(isInt(value) ? value : Math.trunc(number(value)))
}

const isUint64 = (digits: string) => /^\d+$/.test(digits) && digits.replace(/^0+/, '').length <= 20 && BigInt(digits) < 2n ** 64n

function sizeOf(value: CelValue): CelValue {
  if (value instanceof CelBytes) return value.text.length
  if (typeof value === 'string') return [...value].length
  return Array.isArray(value) ? value.length : isMap(value) ? Object.keys(value).length : noOverload()
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
  '_*_': (a, b) => arithmetic(a!, b!, '*'),
  '_/_': (a, b) => divided(a!, b!),
  '_%_': (a, b) => (isZero(b) ? noModulus() : arithmetic(a!, b!, '%')),
  '!_': (a) => (typeof a === 'boolean' ? !a : noOverload()),
  '-_': (a) =>
    a instanceof CelDouble ? new CelDouble(-a.value) : a instanceof CelDuration ? new CelDuration(-a.length) : arithmetic(0, a!, '-'),
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
  string: (of) => (of instanceof CelBytes ? textOfBytes(of) : isText(of!) ? textOf(of!) : noOverload(`string(${typeOf(of!)})`)),
  int: (of) => toInt(of!),
  uint: (of) => toUint(of!),
  double: (of) => new CelDouble(typeof of === 'string' ? toDouble(of) : number(of)),
  bool: (of) => (typeof of === 'string' ? toBool(of) : typeof of === 'boolean' ? of : noOverload()),
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
  substring: (a, from, to) => substring([...text(a)], int(from), to === undefined ? undefined : int(to)),
  charAt: (a, i) => characterAt([...text(a)], int(i)),
  // Lists
  sum: (a) => list(a).reduce((total, item) => plus(total, item), zeroLike(list(a)[0])),
  // Optional values
  'optional.of': (a) => new CelOptional(a),
  'optional.ofNonZeroValue': (a) => new CelOptional(isEmpty(a!) ? undefined : a),
  'optional.none': () => new CelOptional(undefined),
  'optional.unwrap': (a) => unwrapped(list(a)),
  unwrapOpt: (a) => unwrapped(list(a)),
  hasValue: (a) => (a instanceof CelOptional ? a.value !== undefined : noOverload()),
  value: (a) => (a instanceof CelOptional && a.value !== undefined ? a.value : noValue()),
  or: (a, b) => (a instanceof CelOptional && a.value !== undefined ? a : b!),
  // Quantities, and versions
  isGreaterThan: (a, b) => compareCel(a!, b!) > 0,
  isLessThan: (a, b) => compareCel(a!, b!) < 0,
  compareTo: (a, b) => compareCel(a!, b!),
  add: (a, b) => madeQuantity(addQuantity(quantity(a).quantity, isInt(b) ? quantityOf(String(b)).quantity : quantity(b).quantity)),
  sub: (a, b) => {
    const taken = isInt(b) ? quantityOf(String(b)).quantity : quantity(b).quantity
    return madeQuantity(addQuantity(quantity(a).quantity, { ...taken, nano: -taken.nano }))
  },
  asInteger: (a) => within64(wholeValue(quantity(a).quantity)),
  isInteger: (a) => quantity(a).quantity.nano % 1_000_000_000n === 0n,
  asApproximateFloat: (a) => new CelDouble(Number(quantity(a).quantity.nano) / 1e9),
  sign: (a) => Math.sign(Number(quantity(a).quantity.nano)),
  'jsonpatch.escapeKey': (a) => text(a).replace(/~/g, '~0').replace(/\//g, '~1'),
  ...authorizerFunctions,
  ...byteFunctions,
  ...listFunctions,
  ...semverFunctions,
  ...timeFunctions,
  ...urlFunctions,
  ...stringFunctions,
  ...networkFunctions,
}

/** Nothing of its kind: zero, an empty text or list. */
function isEmpty(value: CelValue): boolean {
  if (value === null || value === false || value === '') return true
  const number = numberOf(value)
  if (number !== null) return number === 0
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0
}

const unwrapped = (items: readonly CelValue[]) =>
  items.flatMap((item) => (item instanceof CelOptional ? (item.value === undefined ? [] : [item.value]) : noOverload()))

function zeroLike(value: CelValue | undefined): CelValue {
  if (value instanceof CelDouble) return new CelDouble(0)
  if (value instanceof CelUint) return new CelUint(0)
  return value instanceof CelDuration ? new CelDuration(0) : 0
}

function overflowing(): never {
  throw new CelError('integer overflow')
}

function noModulus(): never {
  throw new CelError('modulus by zero')
}

function noValue(): never {
  throw new CelError('optional.none() dereference')
}
