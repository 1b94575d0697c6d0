// YAML as kubectl and the server read and print it. The only importer of the yaml package in the engine; load this file lazily.
// Leaves out: comments, anchors on output, line folding, multi-document streams on output.
// Upstream: sigs.k8s.io/yaml (a fork of go-yaml v2)

import { parseAllDocuments } from 'yaml'
import { isObject, type Json } from '../base/json'

/** Every document of the text that is not empty; a bomb of aliases is refused like any other bad text. */
export function parseYaml(text: string): { readonly documents: readonly Json[] } | { readonly error: string } {
  try {
    const documents: Json[] = []
    for (const document of parseAllDocuments(text, { version: '1.1', merge: true, schema: 'yaml-1.1' })) {
      const [problem] = document.errors
      if (problem) return { error: `error converting YAML to JSON: yaml: ${problem.message.split('\n')[0]}` }
      const value = asJson(document.toJS({ maxAliasCount: 100 }))
      if (value !== null) documents.push(value)
    }
    return { documents }
  } catch (error) {
    if (error instanceof Error) return { error: `error converting YAML to JSON: yaml: ${error.message}` }
    throw error
  }
}

/** Keys sorted, lists at their parent's indentation, strings quoted where YAML 1.1 would read them as something else. */
export function printYaml(value: Json): string {
  return `${block(value, 0).replace(/^[\n ]/, '')}\n`
}

/** Dates come back as text and binary as base64, as they stand in JSON. */
function asJson(value: unknown): Json {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (Array.isArray(value)) return value.map(asJson)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, asJson(v)]))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** The value with what stands between it and its key or dash: a blank, or a line break. */
function block(value: Json, indent: number): string {
  const pad = ' '.repeat(indent)
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    return (value as readonly Json[]).map((item) => `\n${pad}-${block(item, indent + 2).replace(/^\n */, ' ')}`).join('')
  }
  if (isObject(value)) {
    const keys = Object.keys(value)
      .filter((k) => value[k] !== undefined)
      .sort(naturally)
    if (keys.length === 0) return ' {}'
    return keys
      .map((key) => `\n${pad}${scalar(key, indent)}:${block(value[key]!, Array.isArray(value[key]) ? indent : indent + 2)}`)
      .join('')
  }
  return ` ${typeof value === 'string' ? scalar(value, indent) : String(value)}`
}

const WORDS =
  /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|true|True|TRUE|false|False|FALSE|~|null|Null|NULL|\.nan|\.NaN|\.NAN|[+-]?\.(inf|Inf|INF)|<<|=|)$/
const NUMBER =
  /^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9_]+([eE][-+]?[0-9]+)?|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$/
const TIME = /^\d{4}-\d\d?-\d\d?([Tt ]\s*\d\d?:\d\d?:\d\d?(\.\d+)?\s*(Z|[-+]\d\d?(:\d\d)?)?)?$/
const NOT_PLAIN = /^[-?:](\s|$)|^[,[\]{}#&*!|>'"%@`]|: |:$| #|^\s|\s$|^---|^\.\.\./
// eslint's no-control-regex does not see code points given as text.
const UNPRINTABLE = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\ufeff\\ud800-\\udfff]')

function scalar(text: string, indent: number): string {
  if (WORDS.test(text) || NUMBER.test(text) || TIME.test(text)) return JSON.stringify(text)
  if (text.includes('\n') && !UNPRINTABLE.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''))) return literal(text, indent)
  if (/[\t\n]/.test(text) || UNPRINTABLE.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''))) return JSON.stringify(text)
  return NOT_PLAIN.test(text) ? `'${text.replace(/'/g, "''")}'` : text
}

function literal(text: string, indent: number): string {
  if (/ \n/.test(text) || text.endsWith(' ')) return JSON.stringify(text)
  const chomp = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-'
  const pad = ' '.repeat(Math.max(indent, 2))
  const body = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : pad + line))
    .join('\n')
  return `|${/^[ \n]/.test(text) ? '2' : ''}${chomp}\n${body}`
}

/** go-yaml's order of keys: numbers inside compare as numbers, letters after other characters. */
function naturally(a: string, b: string): number {
  const [x, y] = [[...a], [...b]]
  const letter = (c: string) => /\p{L}/u.test(c)
  const digits = /^\d+/
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] === y[i]) continue
    const [p, q] = [x[i]!, y[i]!]
    if (letter(p) !== letter(q)) return letter(p) ? 1 : -1
    const [m, n] = [digits.exec(x.slice(i).join(''))?.[0], digits.exec(y.slice(i).join(''))?.[0]]
    if (m && n && Number(m) !== Number(n)) return Number(m) - Number(n)
    return p < q ? -1 : 1
  }
  return x.length - y.length
}
