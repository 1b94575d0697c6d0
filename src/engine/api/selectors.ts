// Label and field selectors: the query strings of LIST and WATCH, and the LabelSelector object of specs.
// Upstream: apimachinery pkg/labels/selector.go, pkg/fields/selector.go, pkg/apis/meta/v1/helpers.go

import { own } from '../base/json'
import { goQuote } from './go/goQuote'
import type { JsonObject } from './object'
import { labelKeyErrors, labelValueErrors } from './validation/labels'

type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}

export type LabelSelector = readonly Requirement[]
export type Parsed<T> = { readonly selector: T } | { readonly error: string }
type Labels = Readonly<Record<string, string>> | undefined

export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((r) => matchesRequirement(r, labels))
}

function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const has = labels !== undefined && Object.hasOwn(labels, key)
  const value = has ? labels[key]! : ''
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return has && values.includes(value)
    case '!=':
    case 'notin':
      return !has || !values.includes(value)
    case 'exists':
      return has
    case '!':
      return !has
    case 'gt':
    case 'lt': {
      if (!has || !/^[+-]?\d+$/.test(value)) return false
      return operator === 'gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0])
    }
  }
}

/** The `labelSelector` of specs: null matches nothing, an empty one everything. */
export function labelSelectorOf(object: JsonObject | null | undefined): LabelSelector | null {
  if (object === null || object === undefined) return null
  const { matchLabels = {}, matchExpressions = [] } = object as {
    matchLabels?: Record<string, string>
    matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[]
  }
  const operators: Readonly<Record<string, Operator>> = {
    In: 'in',
    NotIn: 'notin',
    Exists: 'exists',
    DoesNotExist: '!',
    Gt: 'gt',
    Lt: 'lt',
  }
  return [
    ...Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: 'in', values: [value] })),
    ...matchExpressions.map(({ key, operator, values = [] }): Requirement => ({ key, operator: own(operators, operator) ?? 'in', values })),
  ]
}

// ---- the query string's grammar ---------------------------------------------------------------------------------------

interface Token {
  readonly type: 'identifier' | 'end' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin' | 'error'
  readonly text: string
}

const OPERATOR_NAMES = 'in, notin, =, ==, !=, gt, lt'

export function parseLabelSelector(text: string): Parsed<LabelSelector> {
  const tokens = lex(text)
  let at = 0
  const look = () => tokens[at] ?? { type: 'end' as const, text: '' }
  const take = () => tokens[at++] ?? { type: 'end' as const, text: '' }
  const fail = (message: string): never => {
    throw new SelectorError(message)
  }
  const requirements: Requirement[] = []

  const values = (): string[] => {
    const open = take()
    if (open.type !== '(') fail(`found '${open.text}' expected: '('`)
    const out = new Set<string>()
    if (look().type === ')') {
      take()
      return ['']
    }
    for (;;) {
      const token = asValue(take())
      if (token.type === 'identifier') {
        out.add(token.text)
        const next = look()
        if (next.type === ',') {
          take()
          if (look().type === ')') {
            out.add('')
            take()
            return [...out].sort()
          }
          if (look().type === ',') {
            out.add('')
            take()
          }
        } else if (next.type === ')') {
          take()
          return [...out].sort()
        } else fail(`found '${next.text}', expected: ',' or ')'`)
      } else if (token.type === ',') {
        out.add('')
        if (look().type === ')') {
          take()
          return [...out].sort()
        }
      } else fail(`found '${token.text}', expected: ',', or identifier`)
    }
  }

  const requirement = (): Requirement => {
    let negated = false
    if (look().type === '!') {
      take()
      negated = true
    }
    const keyToken = asKey(take())
    if (keyToken.type !== 'identifier') fail(`found '${keyToken.text}', expected: identifier`)
    const key = keyToken.text
    checkKey(key)
    if (negated) return { key, operator: '!', values: [] }
    const next = look()
    if (next.type === 'end' || next.type === ',') return { key, operator: 'exists', values: [] }
    const operator = take()
    switch (operator.type) {
      case 'in':
      case 'notin':
        return checked({ key, operator: operator.type, values: values() })
      case '=':
      case '==':
      case '!=':
      case '>':
      case '<': {
        const value = exactValue()
        const words = { '=': '=', '==': '==', '!=': '!=', '>': 'gt', '<': 'lt' } as const
        return checked({ key, operator: words[operator.type], values: [value] })
      }
      default:
        return fail(`found '${operator.text}', expected: ${OPERATOR_NAMES}`)
    }
  }

  const exactValue = (): string => {
    const next = look()
    if (next.type === 'end' || next.type === ',') return ''
    const token = asValue(take())
    return token.type === 'identifier' ? token.text : fail(`found '${token.text}', expected: identifier`)
  }

  try {
    for (;;) {
      const token = look()
      if (token.type === 'identifier' || token.type === '!' || token.type === 'in' || token.type === 'notin') {
        try {
          requirements.push(requirement())
        } catch (error) {
          if (error instanceof SelectorError && !error.whole) throw new SelectorError(`unable to parse requirement: ${error.message}`, true)
          throw error
        }
        const next = take()
        if (next.type === 'end') break
        if (next.type !== ',') fail(`found '${next.text}', expected: ',' or 'end of string'`)
        const after = look()
        if (after.type !== 'identifier' && after.type !== '!' && after.type !== 'in' && after.type !== 'notin')
          fail(`found '${after.text}', expected: identifier after ','`)
      } else if (token.type === 'end') break
      else fail(`found '${token.text}', expected: !, identifier, or 'end of string'`)
    }
  } catch (error) {
    if (error instanceof SelectorError) return { error: error.message }
    throw error
  }
  return { selector: requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) }
}

class SelectorError extends Error {
  constructor(
    message: string,
    readonly whole = false,
  ) {
    super(message)
  }
}

function checkKey(key: string): void {
  const [error] = labelKeyErrors(key)
  if (error) throw new SelectorError(`<nil>: Invalid value: ${goQuote(key)}: ${error}`)
}

function checked(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement
  if (operator === 'gt' || operator === 'lt') {
    if (!/^[+-]?\d+$/.test(values[0] ?? ''))
      throw new SelectorError(
        `values[0]: Invalid value: ${goQuote(values[0] ?? '')}: for 'Gt', 'Lt' operators, the value must be an integer`,
      )
    return requirement
  }
  for (const [i, value] of values.entries()) {
    const [error] = labelValueErrors(value)
    if (error) throw new SelectorError(`values[${i}][${key}]: Invalid value: ${goQuote(value)}: ${error}`)
  }
  return requirement
}

/** `in` and `notin` are words like others where a key or a value is due. */
const asKey = (t: Token): Token => (t.type === 'in' || t.type === 'notin' ? { type: 'identifier', text: t.text } : t)
const asValue = asKey

function lex(text: string): Token[] {
  const out: Token[] = []
  let i = 0
  const special = '=!(),><'
  while (i < text.length) {
    const c = text[i]!
    if (/[ \t\r\n]/.test(c)) {
      i++
    } else if (special.includes(c)) {
      const two = text.slice(i, i + 2)
      const symbol = two === '==' || two === '!=' ? two : c
      out.push({ type: symbol as Token['type'], text: symbol })
      i += symbol.length
    } else {
      let end = i
      while (end < text.length && !special.includes(text[end]!) && !/[ \t\r\n]/.test(text[end]!)) end++
      const word = text.slice(i, end)
      out.push({ type: word === 'in' || word === 'notin' ? word : 'identifier', text: word })
      i = end
    }
  }
  return out
}

// ---- fields -------------------------------------------------------------------------------------------------------------

export interface FieldRequirement {
  readonly field: string
  readonly equals: boolean
  readonly value: string
}

/** `a=b,c!=d`; a backslash escapes `,`, `=` and itself. */
export function parseFieldSelector(text: string): Parsed<readonly FieldRequirement[]> {
  const out: FieldRequirement[] = []
  for (const part of splitTerms(text).sort()) {
    if (part === '') continue
    const match = /^((?:[^\\=!]|\\.)*?)(!=|==|=)([\s\S]*)$/.exec(part)
    if (!match) return { error: `invalid selector: '${text}'; can't understand '${part}'` }
    const [, field = '', operator, value = ''] = match
    const [odd] = value.replace(/\\[\\,=]/g, '').match(/\\[\s\S]?|[,=]/) ?? []
    if (odd?.startsWith('\\')) return { error: `invalid field selector: invalid escape sequence: ${odd}` }
    // The server prints the character as a number.
    if (odd) return { error: `invalid field selector: unescaped character in value: ${odd.charCodeAt(0)}` }
    // Upstream takes a term of nothing for everything.
    if (field === '' && value === '') continue
    out.push({ field, equals: operator !== '!=', value: value.replace(/\\(.)/g, '$1') })
  }
  return { selector: out }
}

function splitTerms(text: string): string[] {
  const out: string[] = []
  let term = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') {
      term += text.slice(i, i + 2)
      i++
    } else if (text[i] === ',') {
      out.push(term)
      term = ''
    } else term += text[i]
  }
  return [...out, term]
}
