// The words that validations are written in: each rule gives the errors of one field, none when it is well.
// Upstream: apimachinery pkg/util/validation/field

import type { FieldError, FieldErrorType } from '../errors/fieldErrors'
import { goQuote } from '../go/goQuote'
import type { Json } from '../object'

export type Errors = readonly FieldError[]
export type Validate<T> = (value: T, at: Path) => Errors

/** A place in an object, printed as upstream prints it: `spec.containers[0].image`. Its text is made when somebody asks. */
export class Path {
  private constructor(
    private readonly before: Path | null,
    private readonly step: string | number,
    private readonly isItem: boolean,
  ) {}

  static root(name = ''): Path {
    return new Path(null, name, false)
  }

  child(...names: readonly string[]): Path {
    return names.reduce<Path>((at, name) => new Path(at, name, false), this)
  }

  index(i: number): Path {
    return new Path(this, i, true)
  }

  key(key: string): Path {
    return new Path(this, key, true)
  }

  /** `spec.a.b` → `spec.a` */
  parent(): Path {
    return this.before ?? Path.root(String(this.step).replace(/(\.[^.[\]]+|\[[^\]]*\])$/, ''))
  }

  toString(): string {
    const steps: Path[] = [this]
    for (let at = this.before; at; at = at.before) steps.push(at)
    return steps.reduceRight((text, { step, isItem }) => (isItem ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${step}`), '')
  }
}

export const NONE: Errors = []

/** The errors of several rules, in order. */
export function all(...rules: readonly Errors[]): Errors {
  let out = NONE
  for (const errors of rules) if (errors.length > 0) out = out.length === 0 ? errors : [...out, ...errors]
  return out
}

const error = (type: FieldErrorType, at: Path, detail: string, value?: unknown, allowed?: readonly string[]): FieldError => ({
  type,
  field: String(at),
  detail,
  value,
  allowed,
})

export const missing = (at: Path, detail = ''): Errors => [error('FieldValueRequired', at, detail)]
export const wrong = (at: Path, value: unknown, detail: string): Errors => [error('FieldValueInvalid', at, detail, value)]
/** Wrong as a whole: no value is shown. */
export const wrongAltogether = (at: Path, detail: string): Errors => [{ ...error('FieldValueInvalid', at, detail), omitValue: true }]
export const notAllowed = (at: Path, detail: string): Errors => [error('FieldValueForbidden', at, detail)]
export const internal = (at: Path, detail: string): Errors => [error('InternalError', at, detail)]
export const repeated = (at: Path, value: unknown): Errors => [error('FieldValueDuplicate', at, '', value)]
export const notThere = (at: Path, value: unknown): Errors => [error('FieldValueNotFound', at, '', value)]
export const tooLong = (at: Path, bytes: number): Errors => [error('FieldValueTooLong', at, `may not be more than ${bytes} bytes`)]
export const tooMany = (at: Path, count: number, most: number): Errors => [
  error('FieldValueTooMany', at, `must have at most ${most} items`, count),
]
export const unsupported = (at: Path, value: Json | undefined, allowed: readonly string[]): Errors => [
  error('FieldValueNotSupported', at, supportedValues(allowed), value ?? '', allowed),
]
export const supportedValues = (allowed: readonly string[]): string => `supported values: ${allowed.map(goQuote).join(', ')}`

export const required = (value: unknown, at: Path, detail = ''): Errors =>
  value === undefined || value === null || value === '' ? missing(at, detail) : NONE

/** The value, where there is one, is one of these, printed in the order given: upstream sorts some sets and lists others as written. */
export const oneOf = (value: string | undefined, allowed: readonly string[], at: Path): Errors =>
  value === undefined || allowed.includes(value) ? NONE : unsupported(at, value, allowed)

/** All texts of a name rule, as errors of this field. */
export const named = (value: string, at: Path, rule: (value: string) => readonly string[]): Errors => errorsOf(rule(value), value, at)

const errorsOf = (details: readonly string[], value: string, at: Path): Errors =>
  details.length === 0 ? NONE : details.map((detail) => error('FieldValueInvalid', at, detail, value))

export const nonNegative = (value: number | bigint | undefined, at: Path): Errors =>
  value !== undefined && value < 0 ? wrong(at, value, 'must be greater than or equal to 0') : NONE

export const positive = (value: number | bigint | undefined, at: Path): Errors =>
  value !== undefined && value <= 0 ? wrong(at, value, 'must be greater than 0') : NONE

export const portNumber = (value: number, at: Path): Errors =>
  value < 1 || value > 65535 ? wrong(at, value, 'must be between 1 and 65535, inclusive') : NONE

/** Says of each value that it is asked about whether it was asked about before: for what must differ within a list. */
export function seenBefore<T = string>(): (value: T) => boolean {
  const seen = new Set<T>()
  return (value) => seen.size === seen.add(value).size
}

/** Every item by itself, and what must differ between them. */
export function each<T>(
  items: readonly T[] | undefined,
  at: Path,
  validate: Validate<T>,
  unique?: (item: T) => string | undefined,
): Errors {
  if (!items || items.length === 0) return NONE
  const again = seenBefore()
  return items.flatMap((item, i) => {
    const place = at.index(i)
    const key = unique?.(item)
    return [...validate(item, place), ...(key && again(key) ? repeated(place.child('name'), key) : NONE)]
  })
}
