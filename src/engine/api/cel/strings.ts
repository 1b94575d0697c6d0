// CEL's formatting of strings.
// Upstream: github.com/google/cel-go ext/strings.go, ext/formatting.go

import { GO_ESCAPES, goQuote } from '../go/goQuote'
import { CelBytes, type CelValue, type Implementation } from './expression'
import { CelError, isInt, isMap, noOverload, numberOf, textArgument, textOf, typeOf } from './values'

/** As `%s` shows a value. */
function shown(value: CelValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${(value as readonly CelValue[]).map(inside).join(', ')}]`
  if (isMap(value))
    return `{${Object.keys(value)
      .map((key) => [goQuote(key), inside(value[key] ?? null)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${key}:${item}`)
      .join(', ')}}`
  return value instanceof CelBytes ? value.text : textOf(value)
}

/** In a list or map, texts are quoted. */
const inside = (value: CelValue): string =>
  typeof value === 'string' ? goQuote(value) : value instanceof CelBytes ? `b${goQuote(value.text)}` : shown(value)

function formatted(format: string, args: readonly CelValue[]): string {
  let next = 0
  return format.replace(/%(?:%|(?:\.(\d+))?([a-zA-Z]))/g, (all, precision: string | undefined, verb: string | undefined) => {
    if (all === '%%') return '%'
    if (next >= args.length) throw new CelError(`index ${next} out of range`)
    return clause(verb ?? '', args[next++]!, precision === undefined ? 6 : Number(precision))
  })
}

function clause(verb: string, value: CelValue, precision: number): string {
  const number = numberOf(value)
  switch (verb) {
    case 's':
      return shown(value)
    case 'd':
      return isInt(value) ? String(value) : bad('decimal clause', value)
    case 'f':
      return number === null ? bad('fixed-point clause', value) : fixed(number, precision)
    case 'e':
      return number === null ? bad('scientific clause', value) : scientific(number, Math.min(precision, MOST_DIGITS))
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : isInt(value) ? value.toString(2) : bad('binary clause', value)
    case 'o':
      return isInt(value) ? value.toString(8) : bad('octal clause', value)
    case 'x':
    case 'X': {
      const text = isInt(value)
        ? value.toString(16)
        : typeof value === 'string'
          ? [...new TextEncoder().encode(value)].map((b) => b.toString(16).padStart(2, '0')).join('')
          : bad('hex clause', value)
      return verb === 'X' ? text.toUpperCase() : text
    }
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`)
  }
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** `1.5×10⁰⁴` */
function scientific(number: number, precision: number): string {
  const [digits = '', exponent = ''] = number.toExponential(precision).split('e')
  const raised = [...exponent.slice(1).padStart(2, '0')].map((digit) => SUPERSCRIPTS[Number(digit)]!).join('')
  return `${digits}×10${exponent.startsWith('-') ? '⁻' : ''}${raised}`
}

/** No double has more of them that count. */
const MOST_DIGITS = 100
const MOST_ZEROS = 1000
const fixed = (number: number, precision: number) =>
  number.toFixed(Math.min(precision, MOST_DIGITS)) + '0'.repeat(Math.max(0, Math.min(precision, MOST_ZEROS) - MOST_DIGITS))

function bad(what: string, value: CelValue): never {
  throw new CelError(`${what} is not applicable to value of type ${typeOf(value)}`)
}

/** What does not print stays as it is, unlike in Go's own quoting. */
const quoted = (text: string) => `"${[...text].map((c) => GO_ESCAPES[c] ?? c).join('')}"`

export const stringFunctions: Readonly<Record<string, Implementation>> = {
  format: (a, args) => (Array.isArray(args) ? formatted(textArgument(a), args as readonly CelValue[]) : noOverload()),
  'strings.quote': (a) => quoted(textArgument(a)),
}
