// JSON text as Go's encoding/json reads it: its error texts, and the fields that stand twice (the last one counts).
// Read by hand throughout: the platform's own parser tells neither of duplicates nor in Go's words.
// Upstream: sigs.k8s.io/json internal/golang/encoding/json

import { goQuote } from './goQuote'
import type { Json } from './object'

/** `at`: where reading stopped, as an index of the text. */
export type ParsedJson = { readonly value: Json; readonly duplicates: readonly string[] } | { readonly error: string; readonly at: number }

/** Go stops at 10,000; here the reader is recursive, and what follows it too. */
const MAX_DEPTH = 1_000

export function parseJson(text: string): ParsedJson {
  const reader = new Reader(text)
  try {
    const value = reader.document()
    return { value, duplicates: reader.duplicates }
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { error: error.message, at: Math.min(reader.at, text.length) }
    throw error
  }
}

class JsonSyntaxError extends Error {}

class Reader {
  readonly duplicates: string[] = []
  at = 0

  constructor(private readonly text: string) {}

  document(): Json {
    this.space()
    const value = this.value('', 0)
    this.space()
    if (this.at < this.text.length) throw new JsonSyntaxError(`invalid character ${this.here()} after top-level value`)
    return value
  }

  private value(path: string, depth: number): Json {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth')
    const c = this.text[this.at]
    if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
    if (c === '{') return this.object(path, depth)
    if (c === '[') return this.array(path, depth)
    if (c === '"') return this.string()
    if (c === 't') return this.word('true', true)
    if (c === 'f') return this.word('false', false)
    if (c === 'n') return this.word('null', null)
    if (c === '-' || (c >= '0' && c <= '9')) return this.number()
    throw new JsonSyntaxError(`invalid character ${this.here()} looking for beginning of value`)
  }

  private object(path: string, depth: number): Json {
    // A null prototype keeps `__proto__` an ordinary field.
    const out: Record<string, Json> = Object.create(null) as Record<string, Json>
    this.at++
    this.space()
    if (this.text[this.at] === '}') {
      this.at++
      return out
    }
    for (;;) {
      this.space()
      if (this.text[this.at] === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
      if (this.text[this.at] !== '"')
        throw new JsonSyntaxError(`invalid character ${this.here()} looking for beginning of object key string`)
      const key = this.string()
      const inner = path ? `${path}.${key}` : key
      if (Object.hasOwn(out, key)) this.duplicates.push(`duplicate field "${inner}"`)
      this.space()
      if (this.text[this.at] === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
      if (this.text[this.at] !== ':') throw new JsonSyntaxError(`invalid character ${this.here()} after object key`)
      this.at++
      this.space()
      out[key] = this.value(inner, depth + 1)
      this.space()
      const c = this.text[this.at++]
      if (c === '}') return out
      if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
      if (c !== ',') {
        this.at--
        throw new JsonSyntaxError(`invalid character ${this.here()} after object key:value pair`)
      }
    }
  }

  private array(path: string, depth: number): Json {
    const out: Json[] = []
    this.at++
    this.space()
    if (this.text[this.at] === ']') {
      this.at++
      return out
    }
    for (;;) {
      this.space()
      out.push(this.value(`${path}[${out.length}]`, depth + 1))
      this.space()
      const c = this.text[this.at++]
      if (c === ']') return out
      if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
      if (c !== ',') {
        this.at--
        throw new JsonSyntaxError(`invalid character ${this.here()} after array element`)
      }
    }
  }

  private string(): string {
    const start = this.at++
    for (;;) {
      const c = this.text[this.at]
      if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input')
      if (c < ' ') throw new JsonSyntaxError(`invalid character ${this.here()} in string literal`)
      this.at += c === '\\' ? 2 : 1
      if (c === '"') break
    }
    try {
      // A lone surrogate becomes the replacement character, as in Go.
      return (JSON.parse(this.text.slice(start, this.at)) as string).toWellFormed()
    } catch {
      throw new JsonSyntaxError('invalid character in string escape code')
    }
  }

  private number(): number {
    const [match] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.text.slice(this.at, this.at + 400)) ?? []
    if (!match) throw new JsonSyntaxError(`invalid character ${this.here()} in numeric literal`)
    this.at += match.length
    return Number(match)
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

function quoteChar(c: string): string {
  if (c === "'") return "'\\''"
  if (c === '"') return "'\"'"
  return `'${goQuote(c).slice(1, -1)}'`
}
