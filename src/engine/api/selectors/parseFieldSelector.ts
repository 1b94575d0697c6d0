// Field selectors, as the query strings of LIST and WATCH write them.
// Upstream: apimachinery pkg/fields/selector.go

import type { Parsed } from './parseLabelSelector'

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
