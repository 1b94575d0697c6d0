// What can be told of literals before an expression runs: a pattern, a duration or a time that cannot be read, a format that does not fit its values.
// Upstream: github.com/google/cel-go cel/validator.go, ext/formatting.go (stringFormatValidator)

import { own } from '../../base/json'
import { CelProblem, type Expression } from './expression'
import { callFunction } from './functions'
import { partsOf } from './parse'
import { regexpOf } from '../regexp/regexp'
import { nameOfType, type CelTypeOf } from './types'
import { CelError } from './values'

type TypeOf = (part: Expression) => CelTypeOf

export function literalProblems(tree: Expression, typeOf: TypeOf): CelProblem[] {
  const problems = partsOf(tree).flatMap((part) => literalProblems(part, typeOf))
  if (tree.node !== 'call') return problems
  const { name, target, args } = tree
  const [literal] = args
  if (literal?.node === 'literal' && own(BAD, name)?.(literal.value as string))
    problems.push(new CelProblem(literal.at, `invalid ${name} argument`))
  if (name === 'format' && target?.node === 'literal' && literal?.node === 'list') {
    const found = formatProblem(target.value as string, literal.items, typeOf)
    if (found) problems.push(new CelProblem(found.at ?? tree.at, found.message))
  }
  return problems
}

const unread = (name: string) => (value: string) => {
  try {
    callFunction(name, [value])
    return false
  } catch (error) {
    if (error instanceof CelError) return true
    throw error
  }
}

const BAD: Readonly<Record<string, (value: string) => boolean>> = {
  duration: unread('duration'),
  timestamp: unread('timestamp'),
  matches: (value) => regexpOf(value) instanceof Error,
}

/** What each clause takes, and how upstream calls it. */
const CLAUSES: Readonly<Record<string, readonly [RegExp, string]>> = {
  s: [
    /^(?:string|bool|bytes|int|uint|double|list|map|type|null_type|google\.protobuf\.(?:Timestamp|Duration))\b/,
    'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  ],
  d: [/^u?int$/, 'decimal clause can only be used on integers'],
  f: [/^(?:double|string)$/, 'fixed-point clause can only be used on doubles'],
  e: [/^(?:double|string)$/, 'scientific clause can only be used on doubles'],
  b: [/^(?:u?int|bool)$/, 'only integers and bools can be formatted as binary'],
  x: [/^(?:u?int|string|bytes)$/, 'only integers, byte buffers, and strings can be formatted as hex'],
  o: [/^u?int$/, 'octal clause can only be used on integers'],
}

function formatProblem(
  format: string,
  items: readonly Expression[],
  typeOf: TypeOf,
): { readonly at?: number; readonly message: string } | null {
  let seen = 0
  for (const [clause, verb = ''] of format.matchAll(/%(?:%|(?:\.\d+)?([\s\S]?))/g)) {
    if (clause === '%%') continue
    if (clause === '%') return { message: 'unexpected end of string' }
    const item = items[seen]
    if (!item) return { message: `index ${seen} out of range` }
    const known = own(CLAUSES, verb.toLowerCase())
    if (!known || (verb !== verb.toLowerCase() && verb !== 'X'))
      return { message: `could not parse formatting clause: unrecognized formatting clause "${verb}"` }
    const type = nameOfType(typeOf(item))
    if (type !== 'dyn' && !known[0].test(type)) return { at: item.at, message: `error during formatting: ${known[1]}, was given ${type}` }
    seen++
  }
  return items.length > seen ? { message: `too many arguments supplied to string.format (expected ${seen}, got ${items.length})` } : null
}
