// A CEL expression's text becomes a tree; macros (has, all, exists, map, filter) are seen here. What cannot be read is refused in the real parser's words.
// Leaves out: of several mistakes of syntax only the first is told, behind those of single characters.
// Upstream: github.com/google/cel-go parser (gen/CEL.g4, parser.go, macro.go)

import { Recent } from '../../base/recent'
import { bytesOfText } from './bytes'
import { CelBytes, CelDouble, CelProblem, CelUint, NOWHERE, type Expression, type Macro } from './expression'
import { int64 } from '../../base/json'
import { tokensOf, unquoted, type Token } from './tokens'

/** Characters of an expression, and how deep its parts may stand in each other. */
const LONGEST = 100_000
const DEEPEST = 250
const START = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
const MACROS: readonly string[] = [
  'all',
  'exists',
  'exists_one',
  'existsOne',
  'map',
  'filter',
  'sortBy',
  'optMap',
  'optFlatMap',
] satisfies Macro[]
/** With a key or index and a value; the others have them where they get one argument more than usual. */
const PAIRS: readonly string[] = ['transformList', 'transformMap', 'transformMapEntry'] satisfies Macro[]
const PAIRED: readonly string[] = ['all', 'exists', 'exists_one', 'existsOne'] satisfies Macro[]
/** From the loosest to the tightest. */
const BINARY: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+', '-'], ['*', '/', '%']]
const TOO_DEEP = `expression recursion limit exceeded: ${DEEPEST}`

const trees = new Recent<string, Expression | CelProblem>(2048)

/** The tree of a text; a text that is used again and again is read once. */
export function parseCel(text: string): Expression | CelProblem {
  return trees.get(text) ?? trees.add(text, parsed(text))
}

function parsed(text: string): Expression | CelProblem {
  const size = text.length <= LONGEST ? 0 : [...text].length
  if (size > LONGEST) return new CelProblem(NOWHERE, `expression code point size exceeds limit: size: ${size}, limit ${LONGEST}`)
  const strange: CelProblem[] = []
  try {
    const tree = new Parser(tokensOf(text, strange)).whole()
    return strange.length > 0 ? new CelProblem(strange[0]!.at, strange[0]!.message, strange.slice(1)) : tree
  } catch (error) {
    if (error instanceof CelProblem) return new CelProblem(error.at, error.message, strange)
    throw error
  }
}

/** The one int whose digits are none without their sign. */
const LEAST = -(2n ** 63n)

class Parser {
  private i = 0

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const tree = this.conditional()
    if (this.token.type !== 'end')
      throw new CelProblem(
        this.token.at,
        `Syntax error: ${this.tokens[this.i + 1]?.type === 'end' ? 'extraneous' : 'mismatched'} input '${this.token.text}' expecting <EOF>`,
      )
    return tree
  }

  private get token(): Token {
    return this.tokens[this.i]!
  }

  private takes(text: string): Token | null {
    const { token } = this
    if (token.text !== text || (token.type !== 'mark' && token.type !== 'name')) return null
    this.i++
    return token
  }

  private needs(text: string): void {
    if (this.takes(text)) return
    const { token } = this
    throw new CelProblem(token.at, `Syntax error: missing '${text}' at '${token.text}'`)
  }

  private conditional(): Expression {
    return this.deeper(() => {
      const test = this.binary(0)
      const mark = this.takes('?')
      if (!mark) return test
      const then = this.binary(0)
      this.needs(':')
      return call('_?_:_', mark.at, [test, then, this.conditional()])
    })
  }

  /** What stands in something else. */
  private deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST) throw new CelProblem(NOWHERE, TOO_DEEP)
    const found = read()
    this.depth--
    return found
  }

  private depth = 0

  private binary(level: number): Expression {
    const operators = BINARY[level]
    if (!operators) return this.unary()
    let left = this.binary(level + 1)
    // What one of many decides has them all side by side, as upstream's tree is balanced.
    const side: Expression[] = level < 2 ? [left] : []
    for (let first = this.token, length = 0; ; length++) {
      const { token } = this
      if (token.type === 'string' || token.type === 'bytes' || !operators.includes(token.text))
        return side.length > 1 ? call(`_${first.text}_`, first.at, side) : left
      if (level >= 2 && length >= DEEPEST) throw new CelProblem(NOWHERE, TOO_DEEP)
      this.i++
      const right = this.binary(level + 1)
      if (level < 2) side.push(right)
      else left = call(token.text === 'in' ? '@in' : `_${token.text}_`, token.at, [left, right])
    }
  }

  private unary(): Expression {
    const { token } = this
    if (this.takes('!')) return call('!_', token.at, [this.deeper(() => this.unary())])
    if (!this.takes('-')) return this.member()
    const { token: number } = this
    if (number.type === 'int' && BigInt(number.text) === -LEAST) {
      this.i++
      return { node: 'literal', at: token.at, value: LEAST }
    }
    const of = this.deeper(() => this.unary())
    if (of.node !== 'literal') return call('-_', token.at, [of])
    const { value } = of
    return { node: 'literal', at: token.at, value: value instanceof CelDouble ? new CelDouble(-value.value) : -(value as number | bigint) }
  }

  private member(): Expression {
    let of = this.primary()
    for (let length = 0; ; length++) {
      if (length > DEEPEST) throw new CelProblem(NOWHERE, TOO_DEEP)
      const { token } = this
      const type = token.text === '{' ? typeName(of) : null
      if (type !== null && this.takes('{')) of = { node: 'message', at: token.at, type, fields: this.fields() }
      else if (this.takes('[')) {
        const optional = this.takes('?') !== null
        const index = this.conditional()
        this.needs(']')
        of = call(optional ? '_[?_]' : '_[_]', token.at, [of, index])
      } else if (this.takes('.')) of = this.after(of, token)
      else return of
    }
  }

  private after(of: Expression, dot: Token): Expression {
    const optional = this.takes('?') !== null
    const { token } = this
    if (token.type !== 'name')
      throw new CelProblem(
        token.at,
        token.type === 'end'
          ? `Syntax error: no viable alternative at input '.'`
          : `Syntax error: no viable alternative at input '.${token.text}'`,
      )
    this.i++
    const open = this.takes('(')
    if (!open) return { node: 'select', at: dot.at, of, field: token.text, optional }
    const args = this.list(')')
    return macro(token.text, of, args, open.at) ?? { node: 'call', at: open.at, name: token.text, target: of, args }
  }

  private primary(): Expression {
    const { token } = this
    const { at, text } = token
    if (token.type === 'end') throw new CelProblem(at, `Syntax error: mismatched input '<EOF>' expecting ${START}`)
    this.i++
    switch (token.type) {
      case 'int':
        if (BigInt(text) >= 2n ** 63n) throw new CelProblem(at, 'invalid int literal')
        return { node: 'literal', at, value: int64(BigInt(text)) }
      case 'uint': {
        const value = BigInt(text.slice(0, -1))
        if (value >= 2n ** 64n) throw new CelProblem(at, 'invalid uint literal')
        return { node: 'literal', at, value: new CelUint(int64(value)) }
      }
      case 'bytes':
        return { node: 'literal', at, value: new CelBytes(bytesOfText(unquoted(text.replace(/^[bB]|(?<=^[rR])[bB]/, '')))) }
      case 'double':
        return { node: 'literal', at, value: new CelDouble(Number(text)) }
      case 'string':
        return { node: 'literal', at, value: unquoted(text) }
      case 'name':
        return this.named(token)
      default:
    }
    if (text === '(') {
      const inner = this.conditional()
      this.needs(')')
      return inner
    }
    if (text === '[') return { node: 'list', at, items: this.list(']') }
    if (text === '{') return { node: 'map', at, entries: this.entries() }
    throw new CelProblem(at, `Syntax error: extraneous input '${text}' expecting ${START}`)
  }

  private named({ text, at }: Token): Expression {
    if (text === 'true' || text === 'false') return { node: 'literal', at, value: text === 'true' }
    if (text === 'null') return { node: 'literal', at, value: null }
    const open = this.takes('(')
    if (!open) return { node: 'name', at, name: text }
    const args = this.list(')')
    if (text !== 'has') return { node: 'call', at: open.at, name: text, target: null, args }
    const [of] = args
    if (of?.node !== 'select' || args.length !== 1) throw new CelProblem(of?.at ?? open.at, 'invalid argument to has() macro')
    return { node: 'has', at: open.at, of: of.of, field: of.field }
  }

  private list(end: string): Expression[] {
    const items: Expression[] = []
    while (!this.takes(end)) {
      items.push(this.conditional())
      if (!this.takes(',')) {
        this.needs(end)
        break
      }
    }
    return items
  }

  private fields(): (readonly [string, Expression, number])[] {
    const out: (readonly [string, Expression, number])[] = []
    while (!this.takes('}')) {
      const { token } = this
      if (token.type !== 'name')
        throw new CelProblem(token.at, `Syntax error: mismatched input '${token.text}' expecting {'}', ',', IDENTIFIER}`)
      this.i++
      const { at } = this.token
      this.needs(':')
      out.push([token.text, this.conditional(), at])
      if (!this.takes(',')) {
        this.needs('}')
        break
      }
    }
    return out
  }

  private entries(): (readonly [Expression, Expression])[] {
    const out: (readonly [Expression, Expression])[] = []
    while (!this.takes('}')) {
      const key = this.conditional()
      this.needs(':')
      out.push([key, this.conditional()])
      if (!this.takes(',')) {
        this.needs('}')
        break
      }
    }
    return out
  }
}

/** `Object.spec`, where an expression is nothing but names; it may be the type of what stands in braces behind it. */
function typeName(of: Expression): string | null {
  if (of.node === 'name') return of.name
  const outer = of.node === 'select' && !of.optional ? typeName(of.of) : null
  return outer === null ? null : `${outer}.${(of as Extract<Expression, { node: 'select' }>).field}`
}

/** A macro's tree; null for a call that is none. */
function macro(name: string, of: Expression, args: readonly Expression[], at: number): Expression | null {
  const simple = (tree: Expression): string => {
    if (tree.node === 'name') return tree.name
    throw new CelProblem(tree.at, 'argument must be a simple name')
  }
  if (PAIRS.includes(name) ? args.length >= 3 : PAIRED.includes(name) && args.length === 3) {
    const [variable, second, ...rest] = args as [Expression, Expression, ...Expression[]]
    return { node: 'comprehension', at, macro: name as Macro, of, variable: simple(variable), second: simple(second), args: rest }
  }
  if (!MACROS.includes(name) || args.length < 2) return null
  const [variable, ...rest] = args as [Expression, ...Expression[]]
  return { node: 'comprehension', at, macro: name as Macro, of, variable: simple(variable), args: rest }
}

/** Whether an expression speaks of a name. */
export function mentions(tree: Expression, name: string): boolean {
  return tree.node === 'name' ? tree.name === name : partsOf(tree).some((part) => mentions(part, name))
}

/** The expressions of which one is made. */
export function partsOf(tree: Expression): readonly Expression[] {
  switch (tree.node) {
    case 'literal':
    case 'name':
      return []
    case 'select':
    case 'has':
      return [tree.of]
    case 'list':
      return tree.items
    case 'map':
      return tree.entries.flat()
    case 'message':
      return tree.fields.map(([, value]) => value)
    case 'comprehension':
      return [tree.of, ...tree.args]
    case 'call':
      return [...(tree.target ? [tree.target] : []), ...tree.args]
  }
}

const call = (name: string, at: number, args: readonly Expression[]): Expression => ({ node: 'call', at, name, target: null, args })
