// YAML as kubectl and the server read and print it. The only importer of the yaml package in the engine; load this file lazily.
// Leaves out: comments, anchors on output, line folding, multi-document streams on output.
// Upstream: sigs.k8s.io/yaml (a fork of go-yaml v2)

import { isAlias, isMap, isNode, isScalar, LineCounter, parseAllDocuments, visit, type Document, type YAMLMap } from 'yaml'
import { isObject, type Json } from '../base/json'
import { yamlProblem } from './yamlProblems'

/** Every document of the text that is not empty, with the keys that stand twice (the last one counts). */
export type ParsedYaml =
  | { readonly documents: readonly Json[]; readonly duplicates: readonly string[] }
  /** In go-yaml's words; `at`: where it was noticed, as an index of the text. */
  | { readonly error: string; readonly at?: number }

/** Upstream lets an alias be used often, but not so that aliases make up nearly all of a document. */
const MAX_ALIASES = 10_000
const MAX_DEPTH = 1_000

export function parseYaml(text: string): ParsedYaml {
  if (UNPRINTABLE.test(withoutPairs(text))) return { error: 'yaml: control characters are not allowed' }
  const lines = new LineCounter()
  try {
    const documents: Json[] = []
    const duplicates: string[] = []
    const options = { version: '1.1', merge: true, schema: 'yaml-1.1', uniqueKeys: false, prettyErrors: false, lineCounter: lines } as const
    for (const document of parseAllDocuments(text, options)) {
      const [problem] = document.errors
      if (problem) return { error: yamlProblem(problem, text, lines), at: problem.pos[0] }
      const unknown = unknownAnchor(document)
      if (unknown !== null) return { error: `yaml: unknown anchor '${unknown}' referenced` }
      const value = asJson(document.toJS({ maxAliasCount: MAX_ALIASES }), 0)
      if (value !== null) documents.push(value)
      duplicates.push(...repeatedKeys(document, lines))
    }
    return { documents, duplicates }
  } catch (error) {
    if (error instanceof ReferenceError) return { error: 'yaml: document contains excessive aliasing' }
    if (error instanceof RangeError) return { error: 'yaml: exceeded max depth of 10000' }
    throw error
  }
}

function unknownAnchor(document: Document): string | null {
  const known = new Set<string>()
  let unknown: string | null = null
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) && !known.has(node.source)) unknown ??= node.source
      else if (!isAlias(node) && node.anchor) known.add(node.anchor)
    },
  })
  return unknown
}

/** `line 5: key "name" already set in map`, inner maps first. */
function repeatedKeys(document: Document, lines: LineCounter): readonly string[] {
  const found: string[] = []
  const look = (map: YAMLMap) => {
    const seen = new Set<unknown>()
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? key.value : key
      const node = isNode(value) ? value : key
      const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : 0
      if (seen.has(name)) found.push(`line ${line}: key ${JSON.stringify(name)} already set in map`)
      seen.add(name)
    }
  }
  visit(document, {
    Map(_key, map) {
      if (isMap(map)) look(map)
    },
  })
  return found
}

/** Keys sorted, lists at their parent's indentation, strings quoted where YAML 1.1 would read them as something else. */
export function printYaml(value: Json): string {
  return `${block(value, 0, 0).replace(/^[\n ]/, '')}\n`
}

/** Dates come back as text and binary as base64, as they stand in JSON. */
function asJson(value: unknown, depth: number): Json {
  if (depth > MAX_DEPTH) throw new RangeError('too deep')
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (Array.isArray(value)) return value.map((item) => asJson(item, depth + 1))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, asJson(v, depth + 1)]))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** The value with what stands between it and its key or dash: a blank, or a line break. `column` is where it begins if it stays on the line. */
function block(value: Json, indent: number, column: number): string {
  const pad = ' '.repeat(indent)
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    return (value as readonly Json[]).map((item) => `\n${pad}-${block(item, indent + 2, indent + 2).replace(/^\n */, ' ')}`).join('')
  }
  if (isObject(value)) {
    const keys = Object.keys(value)
      .filter((k) => value[k] !== undefined)
      .sort(naturally)
    if (keys.length === 0) return ' {}'
    return keys
      .map((key) => {
        const name = scalar(key, indent, null)
        const below = Array.isArray(value[key]) ? indent : indent + 2
        return `\n${pad}${name}:${block(value[key]!, below, indent + name.length + 2)}`
      })
      .join('')
  }
  return ` ${typeof value === 'string' ? scalar(value, indent, column) : String(value)}`
}

const WORDS =
  /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|true|True|TRUE|false|False|FALSE|~|null|Null|NULL|\.nan|\.NaN|\.NAN|[+-]?\.(inf|Inf|INF)|<<|=|)$/
const NUMBER =
  /^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9_]+([eE][-+]?[0-9]+)?|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$/
const TIME = /^\d{4}-\d\d?-\d\d?([Tt ]\s*\d\d?:\d\d?:\d\d?(\.\d+)?\s*(Z|[-+]\d\d?(:\d\d)?)?)?$/
const NOT_PLAIN = /^[-?:](\s|$)|^[,[\]{}#&*!|>'"%@`]|: |:$| #|^\s|\s$|^---|^\.\.\./
// eslint's no-control-regex does not see code points given as text.
const UNPRINTABLE = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\ufeff\\ud800-\\udfff]')
const withoutPairs = (text: string) => text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')

/** A key has no column: it is never broken. */
function scalar(text: string, indent: number, column: number | null): string {
  if (WORDS.test(text) || NUMBER.test(text) || TIME.test(text)) return JSON.stringify(text)
  const strange = UNPRINTABLE.test(withoutPairs(text))
  if (text.includes('\n') && !strange) return literal(text, indent)
  if (/[\t\n]/.test(text) || strange) return JSON.stringify(text)
  const written = NOT_PLAIN.test(text) ? `'${text.replace(/'/g, "''")}'` : text
  return column === null ? written : folded(written, indent, column)
}

const WIDTH = 80

/** Broken at the first single blank after the 80th column, as often as there is one. */
function folded(text: string, indent: number, column: number): string {
  if (column + text.length <= WIDTH) return text
  const characters = [...text]
  let at = column
  return characters
    .map((c, i) => {
      const alone = c === ' ' && characters[i - 1] !== ' ' && characters[i + 1] !== ' ' && characters[i + 1] !== undefined
      if (alone && at > WIDTH) {
        at = indent
        return `\n${' '.repeat(indent)}`
      }
      at++
      return c
    })
    .join('')
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
