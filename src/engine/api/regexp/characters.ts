// Sets of characters, as regular expressions name them.
// Upstream: Go regexp/syntax/parse.go (perl and posix groups), unicode tables

import { own } from '../../base/json'

type Range = readonly [number, number]

const LAST = 0x10ffff
const NAMED: Readonly<Record<string, string>> = {
  alnum: '09AZaz',
  alpha: 'AZaz',
  ascii: '\0\x7f',
  blank: '\t\t  ',
  cntrl: '\0\x1f\x7f\x7f',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '\t\r  ',
  upper: 'AZ',
  word: '09AZaz__',
  xdigit: '09AFaf',
}
/** `\s` has no vertical tab. */
const PERL: Readonly<Record<string, string>> = { d: '09', s: '\t\n\f\r  ', w: '09AZaz__' }

export class Characters {
  private constructor(
    private readonly ranges: readonly Range[],
    private readonly more: readonly ((c: string) => boolean)[] = [],
    private readonly negated = false,
    private readonly fold = false,
  ) {}

  static readonly any = new Characters([[0, LAST]])
  static readonly notNewLine = new Characters([[10, 10]], [], true)
  static readonly word = Characters.perl('w')

  static of(c: string, fold: boolean): Characters {
    return Characters.range(c, c, fold)
  }

  static range(low: string, high: string, fold: boolean): Characters {
    return new Characters([[low.codePointAt(0)!, high.codePointAt(0)!]], [], false, fold)
  }

  static perl(letter: string): Characters {
    const small = letter.toLowerCase()
    return new Characters(pairs(PERL[small]!), [], letter !== small)
  }

  /** Null: there is no such class. */
  static posix(name: string, negated: boolean): Characters | null {
    const found = own(NAMED, name)
    return found === undefined ? null : new Characters(pairs(found), [], negated)
  }

  /** A general category or a script; null: there is none of that name. */
  static property(name: string, negated: boolean, fold: boolean): Characters | null {
    if (name === 'Any') return negated ? new Characters([]) : Characters.any
    if (!/^[A-Z]\w*$/.test(name)) return null
    try {
      const pattern = new RegExp(/^[A-Z][a-z]?$/.test(name) ? `\\p{${name}}` : `\\p{Script=${name}}`, 'u')
      return new Characters([], [(c) => pattern.test(c)], negated, fold)
    } catch {
      return null
    }
  }

  static together(parts: readonly Characters[], negated: boolean): Characters {
    const plain = parts.filter((p) => p.more.length === 0 && !p.negated && !p.fold)
    const others = parts.filter((p) => !plain.includes(p)).map((p) => (c: string) => p.has(c.codePointAt(0)!))
    return new Characters(merged(plain.flatMap((p) => p.ranges)), others, negated)
  }

  has(code: number): boolean {
    return this.holds(code) !== this.negated
  }

  private holds(code: number): boolean {
    if (this.within(code)) return true
    if (this.more.length === 0 && !this.fold) return false
    const c = String.fromCodePoint(code)
    if (this.more.some((has) => has(c))) return true
    if (!this.fold) return false
    // What becomes several letters has no other case: ß.
    const others = [c.toLowerCase(), c.toUpperCase()].filter((other) => other !== c && [...other].length === 1)
    return others.some((other) => this.within(other.codePointAt(0)!) || this.more.some((has) => has(other)))
  }

  private within(code: number): boolean {
    const { ranges } = this
    let [low, high] = [0, ranges.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const [from, to] = ranges[middle]!
      if (code < from) high = middle - 1
      else if (code > to) low = middle + 1
      else return true
    }
    return false
  }
}

/** `09AZ`: from 0 to 9 and from A to Z. */
function pairs(text: string): readonly Range[] {
  const out: Range[] = []
  for (let i = 0; i < text.length; i += 2) out.push([text.charCodeAt(i), text.charCodeAt(i + 1)])
  return merged(out)
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const out: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1)
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}
