// JSON text as Go's encoding/json reads it: its error texts, and the fields that stand twice (the last one counts).
// Read by hand throughout: the platform's own parser tells neither of duplicates nor in Go's words.
// Upstream: sigs.k8s.io/json internal/golang/encoding/json

import { goQuote } from '../go/goQuote'
import { goJson, isDeeperThan, isInt64 } from '../../base/json'
import type { Json } from '../object'

export type ParsedJson =
  | {
      readonly value: Json
      readonly duplicates: readonly string[]
      /** Where something repeats itself: how far in the text each of `duplicates` stands, and each key, by its path, for the first time. */
      readonly places?: () => ReadonlyMap<string, number>
      /** The first number that no float64 can hold: an error wherever it is read without a type. */
      readonly overflow?: string
    }
  /** `at`: where reading stopped, as an index of the text. */
  | { readonly error: string; readonly at: number }

/** So many errors of strict decoding are kept, each once. Upstream: kubernetes_patch.go saveStrictError */
export const MAX_STRICT_ERRORS = 100

const literals = new WeakMap<object, Map<string, string>>()

/** A number as it was written, where that is not how it prints: `1.0`, `1e2`, what is beyond 64 bits. By the object or list that holds it. */
export const literalOf = (holder: object, key: string | number): string | undefined => literals.get(holder)?.get(String(key))

/** So deep a text may be nested. Upstream: scanner.go maxNestingDepth */
const MAX_DEPTH = 10_000
const TOO_DEEP = 'exceeded max depth'

/** What reading a value again as text would stop at: it was made deeper than a text may be. */
export const depthError = (value: Json): string | null => (isDeeperThan(value, MAX_DEPTH + 1) ? TOO_DEEP : null)

/** What the reader of its text says of a value that is nested too deep. */
export function deepTextError(value: Json): string | null {
  const reread = isDeeperThan(value, MAX_DEPTH) ? parseJson(goJson(value)) : null
  return reread && 'error' in reread ? reread.error : null
}

export function parseJson(text: string): ParsedJson {
  const reader = new Reader(text)
  try {
    const value = reader.document()
    const { duplicates, overflow } = reader
    const places = duplicates.size === 0 ? {} : { places: () => placesIn(text) }
    return { value, duplicates: [...duplicates], ...places, ...(overflow === null ? {} : { overflow }) }
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { error: error.message, at: Math.min(reader.at, text.length) }
    throw error
  }
}

function placesIn(text: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  new Reader(text, places).document()
  return places
}

/** A text that is known to be JSON: one that was written here, or that only counts if it is. Throws where it is none. */
export function readJson(text: string): Json {
  return LONG.test(text) ? new Reader(text).document() : (JSON.parse(text) as Json)
}
/** Only such a text may hold a number that a double rounds. */
const LONG = /\d{16}/

class JsonSyntaxError extends Error {}

const NO_ITEMS: Json[] = []

/** An object or a list that is being read. */
class Open {
  /** A null prototype keeps `__proto__` an ordinary field. */
  readonly fields: Record<string, Json> | null
  readonly items: Json[]
  readonly end: string
  readonly depth: number
  key = ''

  constructor(
    isObject: boolean,
    readonly outer: Open | null,
  ) {
    this.fields = isObject ? (Object.create(null) as Record<string, Json>) : null
    this.items = isObject ? NO_ITEMS : []
    this.end = isObject ? '}' : ']'
    this.depth = (outer?.depth ?? 0) + 1
  }

  get value(): Json {
    return this.fields ?? this.items
  }
}

/** Of the value that is read next. */
function pathOf(innermost: Open): string {
  let path = ''
  for (let open: Open | null = innermost; open !== null; open = open.outer)
    path = open.fields ? `${open.outer ? '.' : ''}${open.key}${path}` : `[${open.items.length}]${path}`
  return path
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

class Reader {
  readonly duplicates = new Set<string>()
  overflow: string | null = null
  at = 0
  /** The number that was read last, where it does not print as it was written. */
  private odd: string | null = null

  constructor(
    private readonly text: string,
    private readonly places: Map<string, number> | null = null,
  ) {}

  document(): Json {
    this.space()
    const value = this.value()
    this.space()
    if (this.at < this.text.length) throw new JsonSyntaxError(`invalid character ${this.here()} after top-level value`)
    return value
  }

  /** No recursion: texts are nested deeper than calls may be. */
  private value(): Json {
    let open: Open | null = null
    for (;;) {
      this.space()
      const c = this.text[this.at]
      let value: Json
      if (c === '{' || c === '[') {
        if (open?.depth === MAX_DEPTH) throw new JsonSyntaxError(`invalid character ${this.here()} ${TOO_DEEP}`)
        open = new Open(c === '{', open)
        this.at++
        this.space()
        if (this.text[this.at] !== open.end) {
          if (open.fields) this.key(open, open.fields)
          continue
        }
        this.at++
        value = open.value
        open = open.outer
      } else value = this.scalar(c)
      while (open !== null) {
        this.put(open, value)
        this.space()
        const after = this.text[this.at]
        if (after === ',') break
        if (after === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
        if (after !== open.end)
          throw new JsonSyntaxError(`invalid character ${this.here()} after ${open.fields ? 'object key:value pair' : 'array element'}`)
        this.at++
        value = open.value
        open = open.outer
      }
      if (open === null) return value
      this.at++
      if (open.fields) this.key(open, open.fields)
    }
  }

  private scalar(c: string | undefined): Json {
    if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
    if (c === '"') return this.string()
    if (c === 't') return this.word('true', true)
    if (c === 'f') return this.word('false', false)
    if (c === 'n') return this.word('null', null)
    if (c === '-' || (c >= '0' && c <= '9')) return this.number()
    throw new JsonSyntaxError(`invalid character ${this.here()} looking for beginning of value`)
  }

  /** The next key of an object, and its colon. */
  private key(open: Open, fields: Record<string, Json>): void {
    this.space()
    if (this.text[this.at] === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
    if (this.text[this.at] !== '"') throw new JsonSyntaxError(`invalid character ${this.here()} looking for beginning of object key string`)
    const { at } = this
    open.key = this.string()
    const again = Object.hasOwn(fields, open.key) ? `duplicate field ${goQuote(pathOf(open))}` : null
    if (again !== null && this.duplicates.size < MAX_STRICT_ERRORS) this.duplicates.add(again)
    if (this.places) {
      const place = again ?? pathOf(open)
      if (!this.places.has(place)) this.places.set(place, at)
    }
    this.space()
    if (this.text[this.at] === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
    if (this.text[this.at] !== ':') throw new JsonSyntaxError(`invalid character ${this.here()} after object key`)
    this.at++
  }

  private put({ fields, items, key }: Open, value: Json): void {
    if (fields) fields[key] = value
    else items.push(value)
    if (this.odd !== null) this.keepLiteral(fields ?? items, fields ? key : String(items.length - 1))
  }

  private string(): string {
    const start = this.at++
    for (;;) {
      const c = this.text[this.at]
      if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
      if (c < ' ') throw new JsonSyntaxError(`invalid character ${this.here()} in string literal`)
      this.at++
      if (c === '\\') this.escape()
      else if (c === '"') break
    }
    // A lone surrogate becomes the replacement character, as in Go.
    return (JSON.parse(this.text.slice(start, this.at)) as string).toWellFormed()
  }

  private escape(): void {
    const c = this.next('in string escape code', /["\\/bfnrtu]/)
    if (c === 'u') for (let i = 0; i < 4; i++) this.next('in \\u hexadecimal character escape', /[0-9a-fA-F]/)
  }

  private number(): number | bigint {
    NUMBER.lastIndex = this.at
    const match = NUMBER.exec(this.text)?.[0]
    this.at += match?.length ?? 1
    if (match === undefined) this.next('in numeric literal', /\d/)
    const literal = match as string
    if (this.text[this.at] === '.' && /^-?\d+$/.test(literal)) {
      this.at++
      this.next('after decimal point in numeric literal', /\d/)
    }
    if (/[eE]/.test(this.text[this.at] ?? '') && !/[eE]/.test(literal)) {
      this.at++
      if (/[+-]/.test(this.text[this.at] ?? '')) this.at++
      this.next('in exponent of numeric literal', /\d/)
    }
    const value = numberOf(literal)
    if (String(value) !== literal) this.odd = literal
    if (value === Infinity || value === -Infinity) this.overflow ??= literal
    return value
  }

  private keepLiteral(holder: object, key: string): void {
    let known = literals.get(holder)
    if (!known) literals.set(holder, (known = new Map()))
    known.set(key, this.odd as string)
    this.odd = null
  }

  /** The next character, which must be one of these. */
  private next(where: string, allowed: RegExp): string {
    const c = this.text[this.at]
    if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
    if (!allowed.test(c)) throw new JsonSyntaxError(`invalid character ${this.here()} ${where}`)
    this.at++
    return c
  }

  private word<T extends Json>(word: string, value: T): T {
    for (const c of word) {
      const found = this.text[this.at]
      if (found === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
      if (found !== c) throw new JsonSyntaxError(`invalid character ${this.here()} in literal ${word} (expecting ${quoteChar(c)})`)
      this.at++
    }
    return value
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? 'x')) this.at++
  }

  private here(): string {
    return quoteChar(this.text[this.at] ?? '')
  }
}

/** An int64 where it is one, and a double otherwise. */
function numberOf(literal: string): number | bigint {
  const near = Number(literal)
  if (Number.isSafeInteger(near)) return near === 0 ? 0 : near
  return isInt64(literal) ? BigInt(literal) : near
}

function quoteChar(c: string): string {
  if (c === "'") return "'\\''"
  if (c === '"') return "'\"'"
  return `'${goQuote(c).slice(1, -1)}'`
}
