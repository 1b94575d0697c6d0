// Resource quantities, exact: a whole number of billionths, kept as a BigInt only where a double would lose digits.
// Upstream: apimachinery pkg/api/resource/quantity.go

export type QuantityFormat = 'decimalSI' | 'binarySI' | 'decimalExponent'

export interface Quantity {
  /** Billionths: 1 is 1_000_000_000n. */
  readonly nano: bigint
  readonly format: QuantityFormat
}

const PATTERN = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/
const NANO = 1_000_000_000n
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const parsed = new Map<string, Quantity | null>()

/** Null for what is no quantity. Digits below a billionth are rounded up, as upstream does. */
export function parseQuantity(text: string): Quantity | null {
  let known = parsed.get(text)
  if (known === undefined) {
    known = parse(text)
    if (parsed.size < 4096) parsed.set(text, known)
  }
  return known
}

/** Why a text is no quantity, in upstream's words; null if it is one. */
export function quantityProblem(text: string): string | null {
  if (parseQuantity(text)) return null
  const [, suffix] = /^[+-]?\d*(?:\.\d*)?([eEinumkKMGTP]*[+-]?\d*)$/.exec(text) ?? []
  if (text !== '' && suffix !== undefined) return "unable to parse quantity's suffix"
  return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
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
  return Number(ceilDivide(q.nano, NANO))
}

/** Thousandths, rounded up. */
export function quantityMilliValue(q: Quantity): number {
  return Number(ceilDivide(q.nano, 1_000_000n))
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

/** The canonical form of a text, or the text itself where it is no quantity. */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text)
  return quantity ? formatQuantity(quantity) : text
}

function parse(text: string): Quantity | null {
  const match = PATTERN.exec(text)
  if (!match) return null
  const [, sign, number, suffix = ''] = match as unknown as [string, string, string, string?]
  const [whole = '', fraction = ''] = number.split('.')
  const digits = BigInt(`${whole}${fraction}` || '0')
  let numerator = digits * NANO
  let denominator = 10n ** BigInt(fraction.length)
  const binary = BINARY.indexOf(suffix)
  if (suffix !== '' && binary > 0) numerator *= 1024n ** BigInt(binary)
  else {
    const exponent = /^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : DECIMAL[suffix]!
    if (Math.abs(exponent) > 30) return null
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent)
    else denominator *= 10n ** BigInt(-exponent)
  }
  const nano = ceilDivide(numerator, denominator)
  const format: QuantityFormat = binary > 0 ? 'binarySI' : /^[eE]/.test(suffix) && suffix.length > 1 ? 'decimalExponent' : 'decimalSI'
  return { nano: sign === '-' ? -nano : nano, format }
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return a >= 0n ? (a + b - 1n) / b : a / b
}
