// Resource quantities, exact: a whole number of billionths, kept as a BigInt only where a double would lose digits.
// Leaves out: what is beyond a thousand digits, which counts as a one and a thousand zeros.
// Upstream: apimachinery pkg/api/resource/{quantity,suffix}.go

export type QuantityFormat = 'decimalSI' | 'binarySI' | 'decimalExponent'

export interface Quantity {
  /** Billionths: 1 is 1_000_000_000n. */
  readonly nano: bigint
  readonly format: QuantityFormat
}

const MOST_DIGITS = 1000
/** A longer text is not remembered. */
const SHORT = 64
const NANO = 1_000_000_000n
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const parsed = new Map<string, Quantity | null>()

/** Null for what is no quantity. Digits below a billionth are rounded up, as upstream does. */
export function parseQuantity(text: string): Quantity | null {
  let known = parsed.get(text)
  if (known === undefined) {
    known = parse(text)
    if (parsed.size < 4096 && text.length <= SHORT) parsed.set(text, known)
  }
  return known
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const WRONG_SUFFIX = "unable to parse quantity's suffix"

/** Why a text is no quantity, in upstream's words; null if it is one. */
export function quantityProblem(text: string): string | null {
  if (parseQuantity(text)) return null
  return partsOf(text) ? WRONG_SUFFIX : WRONG_FORMAT
}

export function compareQuantity(a: Quantity, b: Quantity): -1 | 0 | 1 {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0
}

/** Of two quantities as they are written; what is none counts as 0. */
export function compareQuantities(a: string, b: string): -1 | 0 | 1 {
  const none: Quantity = { nano: 0n, format: 'decimalSI' }
  return compareQuantity(parseQuantity(a) ?? none, parseQuantity(b) ?? none)
}

export function addQuantity(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format }
}

/** Whole units, rounded up. */
export function quantityValue(q: Quantity): number {
  return Number(wholeValue(q))
}

/** The same to the last digit. */
export const wholeValue = (q: Quantity): bigint => ceilDivide(q.nano, NANO)

/** Thousandths, rounded up. */
export function quantityMilliValue(q: Quantity): number {
  return Number(ceilDivide(q.nano, MILLI))
}

/** The canonical form: no fraction, the largest suffix that leaves a whole number. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0'
  if (format === 'binarySI' && nano % NANO === 0n && (nano >= 1024n * NANO || nano <= -1024n * NANO)) {
    let value = nano / NANO
    let step = 0
    while (value % 1024n === 0n && step < 6) {
      value /= 1024n
      step++
    }
    return `${value}${BINARY[step]}`
  }
  let value = nano
  let exponent = -9
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n
    exponent += 3
  }
  if (format === 'decimalExponent') return exponent === 0 ? `${value}` : `${value}e${exponent}`
  const suffix = Object.keys(DECIMAL).find((s) => DECIMAL[s] === exponent) ?? ''
  return `${value}${suffix}`
}

/** The canonical form of a text, or the text itself where it is no quantity, or one that is too long to be told exactly. */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text)
  return quantity && !isBeyond(quantity) ? formatQuantity(quantity) : text
}

/** Rounded up to thousandths, as lists of resources are. Upstream: kubernetes pkg/apis/core/v1/defaults.go (SetDefaults_ResourceList) */
export function inWholeMillis(text: string): string {
  const quantity = /[nu]$/.test(text) ? parseQuantity(text) : null
  return quantity ? formatQuantity({ ...quantity, nano: ceilDivide(quantity.nano, MILLI) * MILLI }) : text
}

const MILLI = 1_000_000n
const BEYOND = 10n ** BigInt(MOST_DIGITS)
const isBeyond = ({ nano }: Quantity) => nano >= BEYOND || nano <= -BEYOND

interface Parts {
  readonly negative: boolean
  readonly whole: string
  readonly fraction: string
  readonly suffix: string
}

/** Read from left to right, as upstream does; null where something is left over. */
function partsOf(text: string): Parts | null {
  if (text === '') return null
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }
  const negative = take(SIGN) === '-'
  const whole = take(DIGITS)
  const fraction = take(POINT) === '' ? '' : take(DIGITS)
  const suffix = take(LETTERS) + take(SIGN) + take(DIGITS)
  return at === text.length ? { negative, whole, fraction, suffix } : null
}

const SIGN = /[+-]/y
const DIGITS = /\d+/y
const POINT = /\./y
const LETTERS = /[eEinumkKMGTP]+/y

/** What a suffix multiplies with; null for none. */
function interpreted(suffix: string): { readonly base: 2 | 10; readonly exponent: number; readonly format: QuantityFormat } | null {
  if (Object.hasOwn(DECIMAL, suffix)) return { base: 10, exponent: DECIMAL[suffix]!, format: 'decimalSI' }
  const binary = BINARY.indexOf(suffix)
  if (binary > 0) return { base: 2, exponent: binary * 10, format: 'binarySI' }
  if (!/^[eE][+-]?\d+$/.test(suffix)) return null
  const exponent = Number(suffix.slice(1))
  return Math.abs(exponent) < 2 ** 63 ? { base: 10, exponent, format: 'decimalExponent' } : null
}

/** More decimals than these change nothing, but that what is not zero is rounded up. */
const MOST_DECIMALS = 40

function parse(text: string): Quantity | null {
  const parts = partsOf(text)
  const by = parts && interpreted(parts.suffix)
  if (!parts || !by) return null
  const whole = parts.whole.replace(/^0+/, '')
  const { format, base, exponent } = by
  const signed = (nano: bigint): Quantity => ({ nano: parts.negative ? -nano : nano, format })
  const digits = whole + parts.fraction
  if (!/[1-9]/.test(digits)) return signed(0n)
  const decimals = base === 10 ? whole.length + exponent : whole.length
  if (decimals > MOST_DIGITS) return signed(format === 'binarySI' ? MOST_BINARY : BEYOND * NANO)
  if (base === 10 && exponent < -whole.length - MOST_DECIMALS) return signed(1n)
  const rest = parts.fraction.slice(MOST_DECIMALS)
  const fraction = `${parts.fraction.slice(0, MOST_DECIMALS)}${/[1-9]/.test(rest) ? '1' : ''}`
  const tens = (base === 10 ? exponent : 0) - fraction.length
  const numerator = BigInt(`${whole}${fraction}` || '0') * NANO * (base === 2 ? 2n ** BigInt(exponent) : 1n)
  const nano = tens >= 0 ? numerator * 10n ** BigInt(tens) : ceilDivide(numerator, 10n ** BigInt(-tens))
  return signed(format === 'binarySI' && nano > MOST_BINARY ? MOST_BINARY : nano)
}

/** Powers of two end where an int64 does; powers of ten do not. */
const MOST_BINARY = (2n ** 63n - 1n) * NANO

function ceilDivide(a: bigint, b: bigint): bigint {
  return a >= 0n ? (a + b - 1n) / b : a / b
}
