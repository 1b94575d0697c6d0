// Go's regular expressions as trees: what can be said in them, and Go's words for what cannot. There are no back references and no looking
// around, so that matching never takes longer than text times expression.
// Leaves out: case folding beyond a letter's other case.
// Upstream: Go regexp/syntax/parse.go

import { Characters } from './characters'

export type Node =
  | { readonly type: 'empty' }
  | { readonly type: 'one'; readonly of: Characters }
  | { readonly type: 'at'; readonly place: Place }
  | { readonly type: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly type: 'repeat'; readonly of: Node; readonly least: number; readonly most: number; readonly lazy: boolean }

/** Begin and end of the text or of a line; whether a word begins or ends here. */
export type Place = 'textBegin' | 'textEnd' | 'lineBegin' | 'lineEnd' | 'word' | 'notWord'

/** In Go's words. */
export class RegexpError extends Error {
  constructor(code: string, at: string) {
    super(`error parsing regexp: ${code}: \`${at}\``)
  }
}

const MOST_REPEATS = 1000
const MOST_NESTED = 1000
const EMPTY: Node = { type: 'empty' }
const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', f: '\f', t: '\t', n: '\n', r: '\r', v: '\v' }
const PERL = 'dDsSwW'

interface Flags {
  readonly fold: boolean
  readonly lines: boolean
  readonly dotAll: boolean
  readonly lazy: boolean
}

export function parseRegexp(text: string): Node {
  const parser = new Parser(text)
  const tree = parser.choice({ fold: false, lines: false, dotAll: false, lazy: false }, 0)
  if (!parser.done) throw new RegexpError('unexpected )', text)
  return tree
}

class Parser {
  private at = 0
  private readonly names = new Set<string>()

  constructor(private readonly text: string) {}

  get done(): boolean {
    return this.at >= this.text.length
  }

  choice(outer: Flags, depth: number): Node {
    if (depth > MOST_NESTED) throw new RegexpError('expression nests too deeply', this.text)
    const parts: Node[] = []
    let flags = outer
    let sequence: Node[] = []
    const end = () =>
      parts.push(sequence.length === 1 ? sequence[0]! : sequence.length === 0 ? EMPTY : { type: 'sequence', parts: sequence })
    while (!this.done && this.text[this.at] !== ')') {
      if (this.takes('|')) {
        end()
        sequence = []
        continue
      }
      const group = this.text.startsWith('(?', this.at) ? this.group(flags) : null
      if (group && 'flags' in group) {
        flags = group.flags
        continue
      }
      sequence.push(this.repeated(group ? this.inner(group.inner, depth) : this.atom(flags, depth), flags))
    }
    end()
    return parts.length === 1 ? parts[0]! : { type: 'choice', parts }
  }

  /** What stands in parentheses, the first of which is behind us. */
  private inner(flags: Flags, depth: number): Node {
    const of = this.choice(flags, depth + 1)
    if (!this.takes(')')) throw new RegexpError('missing closing )', this.text)
    return of
  }

  /** `(?:`, `(?P<name>`, `(?i:` begin a group; `(?i)` changes what follows. */
  private group(flags: Flags): { readonly inner: Flags } | { readonly flags: Flags } {
    const rest = this.text.slice(this.at)
    const named = /^\(\?P?<([^>]*)(>?)/.exec(rest)
    if (named && !/^\(\?<[=!]/.test(rest)) {
      const [whole, name = '', closed] = named
      if (!closed || !/^\w+$/.test(name)) throw new RegexpError('invalid named capture', closed ? whole : rest)
      if (this.names.has(name)) throw new RegexpError('duplicate capture group name', name)
      this.names.add(name)
      this.at += whole.length
      return { inner: flags }
    }
    const set = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest)
    if (!set || (set[3] === ')' && set[1] === '' && set[2] === undefined))
      throw new RegexpError('invalid or unsupported Perl syntax', /^\(\?(?:<[=!]|[imsU-]*.?)/s.exec(rest)![0])
    const [whole, on = '', off = '', end] = set
    const has = (letter: string, before: boolean) => (off.includes(letter) ? false : on.includes(letter) || before)
    this.at += whole.length
    const next: Flags = {
      fold: has('i', flags.fold),
      lines: has('m', flags.lines),
      dotAll: has('s', flags.dotAll),
      lazy: has('U', flags.lazy),
    }
    return end === ':' ? { inner: next } : { flags: next }
  }

  private repeated(of: Node, flags: Flags): Node {
    let out = of
    for (let before = -1; ;) {
      const start = this.at
      const counts = this.counts()
      if (!counts) return out
      const lazy = this.takes('?') !== flags.lazy
      if (before >= 0) throw new RegexpError('invalid nested repetition operator', this.text.slice(before, this.at))
      before = start
      const [least, most] = counts
      out = { type: 'repeat', of: out, least, most, lazy }
      if (repeatsOf(out) > MOST_REPEATS) throw new RegexpError('invalid repeat count', this.text.slice(start, this.at))
    }
  }

  /** `*`, `+`, `?`, `{2,3}`; null where there is none. A brace that does not count is a character like others. */
  private counts(): readonly [number, number] | null {
    if (this.takes('*')) return [0, Infinity]
    if (this.takes('+')) return [1, Infinity]
    if (this.takes('?')) return [0, 1]
    COUNTS.lastIndex = this.at
    const found = COUNTS.exec(this.text)
    if (!found) return null
    const [whole, low = '', comma, high = ''] = found
    const least = Number(low)
    const most = comma === undefined ? least : high === '' ? Infinity : Number(high)
    if (least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS) || least > most)
      throw new RegexpError('invalid repeat count', whole)
    this.at += whole.length
    return [least, most]
  }

  private atom(flags: Flags, depth: number): Node {
    const c = this.take()
    switch (c) {
      case '(':
        return this.inner(flags, depth)
      case '[':
        return one(this.set(flags))
      case '.':
        return one(flags.dotAll ? Characters.any : Characters.notNewLine)
      case '^':
        return { type: 'at', place: flags.lines ? 'lineBegin' : 'textBegin' }
      case '$':
        return { type: 'at', place: flags.lines ? 'lineEnd' : 'textEnd' }
      case '*':
      case '+':
      case '?':
        throw new RegexpError('missing argument to repetition operator', c)
      case '\\':
        return this.escaped(flags)
      default:
        return one(Characters.of(c, flags.fold))
    }
  }

  private escaped(flags: Flags): Node {
    const c = this.text[this.at]
    const place = c === undefined ? undefined : PLACES.get(c)
    if (place) {
      this.at++
      return { type: 'at', place }
    }
    if (c === 'Q') {
      const end = this.text.indexOf('\\E', this.at)
      const literal = this.text.slice(this.at + 1, end < 0 ? undefined : end)
      this.at = end < 0 ? this.text.length : end + 2
      return { type: 'sequence', parts: [...literal].map((l) => one(Characters.of(l, flags.fold))) }
    }
    return one(this.class(flags) ?? Characters.of(this.character(), flags.fold))
  }

  /** `\d`, `\pL`, `\p{Greek}`: the backslash is behind us. Null where a character follows. */
  private class({ fold }: Flags): Characters | null {
    const rest = this.text.slice(this.at, this.at + 80)
    const [letter = ''] = rest
    if (letter !== '' && PERL.includes(letter)) {
      this.at++
      return Characters.perl(letter)
    }
    const property = /^[pP](?:\{(\^?)([^}]*)\}|([^{]))/u.exec(rest)
    if (!property) return null
    const [whole, not, name, short = ''] = property
    const found = Characters.property(name ?? short, (letter === 'P') !== (not === '^'), fold)
    if (!found) throw new RegexpError('invalid character class range', `\\${whole}`)
    this.at += whole.length
    return found
  }

  /** An escaped character: the backslash is behind us. */
  private character(): string {
    if (this.done) throw new RegexpError('trailing backslash at end of expression', '')
    const rest = this.text.slice(this.at, this.at + 12)
    const coded = /^(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,8})\}|(0[0-7]{0,2}|[1-7][0-7]{1,2}))/.exec(rest)
    if (coded) {
      const [whole, two, braced, octal] = coded
      const code = octal === undefined ? parseInt((two ?? braced)!, 16) : parseInt(octal, 8)
      if (code > 0x10ffff) throw new RegexpError('invalid escape sequence', `\\${whole}`)
      this.at += whole.length
      return String.fromCodePoint(code)
    }
    const c = this.take()
    if (Object.hasOwn(ESCAPES, c)) return ESCAPES[c]!
    if (c.charCodeAt(0) < 0x80 && !/[0-9A-Za-z]/.test(c)) return c
    throw new RegexpError('invalid escape sequence', `\\${c}`)
  }

  /** What stands in brackets, the first of which is behind us. */
  private set(flags: Flags): Characters {
    const start = this.at - 1
    const negated = this.takes('^')
    const parts: Characters[] = []
    for (let first = true; first || this.text[this.at] !== ']'; first = false) {
      if (this.done) throw new RegexpError('missing closing ]', this.text.slice(start))
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.text.slice(this.at, this.at + 20))
      if (posix) {
        const found = Characters.posix(posix[2]!, posix[1] === '^')
        if (!found) throw new RegexpError('invalid character class range', posix[0])
        this.at += posix[0].length
        parts.push(found)
        continue
      }
      const from = this.at
      const low = this.inSet(flags)
      if (typeof low !== 'string') parts.push(low)
      else if (this.text[this.at] === '-' && this.text[this.at + 1] !== undefined && this.text[this.at + 1] !== ']') {
        this.at++
        const high = this.inSet(flags)
        if (typeof high !== 'string' || high.codePointAt(0)! < low.codePointAt(0)!)
          throw new RegexpError('invalid character class range', this.text.slice(from, this.at))
        parts.push(Characters.range(low, high, flags.fold))
      } else parts.push(Characters.of(low, flags.fold))
    }
    this.at++
    return Characters.together(parts, negated)
  }

  private inSet(flags: Flags): string | Characters {
    const c = this.take()
    return c === '\\' ? (this.class(flags) ?? this.character()) : c
  }

  private take(): string {
    const c = String.fromCodePoint(this.text.codePointAt(this.at)!)
    this.at += c.length
    return c
  }

  private takes(c: string): boolean {
    if (this.text[this.at] !== c) return false
    this.at++
    return true
  }
}

const COUNTS = /\{(\d+)(,(\d*))?\}/y
const PLACES: ReadonlyMap<string, Place> = new Map([
  ['A', 'textBegin'],
  ['z', 'textEnd'],
  ['b', 'word'],
  ['B', 'notWord'],
])

const one = (of: Characters): Node => ({ type: 'one', of })

/** How often the inmost part is written out: repeats of repeats multiply. */
function repeatsOf(node: Node): number {
  switch (node.type) {
    case 'repeat':
      return Math.max(1, node.most === Infinity ? node.least : node.most) * repeatsOf(node.of)
    case 'sequence':
    case 'choice':
      return node.parts.reduce((most, part) => Math.max(most, repeatsOf(part)), 1)
    default:
      return 1
  }
}
