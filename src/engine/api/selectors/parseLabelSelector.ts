// The grammar of label selectors as the query strings of LIST and WATCH write them.
// Upstream: apimachinery pkg/labels/selector.go (Lexer, Parser)

import { goQuote } from '../go/goQuote'
import { labelKeyErrors, labelValueErrors } from '../validation/labels'
import type { LabelSelector, Requirement } from './labelSelector'

export type Parsed<T> = { readonly selector: T } | { readonly error: string }

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
