// YAML as kubectl and the server read and print it. With what it imports, the only user of the yaml package in the engine; load this file lazily.
// Leaves out: comments, anchors on output, line folding, multi-document streams on output.
// Upstream: sigs.k8s.io/yaml (a fork of go-yaml v2)

import { isAlias, isMap, isNode, isScalar, LineCounter, type Document, type YAMLMap } from 'yaml'
import { anyDepth } from '../../base/anyDepth'
import { isNumber, isObject, listText, yamlNumber, type Json } from '../../base/json'
import { isUnprinted, isUnreadable, isUnwritable, NO_CONTROL_CHARACTERS, yamlQuote } from '../../base/yamlQuote'
import { goQuote } from '../go/goQuote'
import { documentsOf, nodesOf } from './documents'
import { yamlProblem } from './yamlProblems'
import { isMergeKey, YamlError, YamlReader } from './yamlValues'

/** Every document of the text that is not empty, with the keys that stand twice (the last one counts). */
export type ParsedYaml =
  | { readonly documents: readonly Json[]; readonly duplicates: readonly string[] }
  /** In go-yaml's words; `at`: where it was noticed, as an index of the text. */
  | { readonly error: string; readonly at?: number }

const BYTE_ORDER_MARK = '\ufeff'
/** Whatever a line ends with, a line feed is read. */
const LINE_BREAK = /\r\n?|\u0085/g

export function parseYaml(given: string): ParsedYaml {
  const text = (given.startsWith(BYTE_ORDER_MARK) ? given.slice(1) : given).replace(LINE_BREAK, '\n')
  if (isUnreadable(text) || !text.isWellFormed()) return { error: NO_CONTROL_CHARACTERS }
  const lines = new LineCounter()
  const documents: Json[] = []
  const duplicates: string[] = []
  try {
    for (const document of documentsOf(text, lines)) {
      const [problem] = document.errors
      if (problem) return { error: yamlProblem(problem, text, lines), at: placeGiven(given, problem.pos[0]) }
      const unknown = unknownAnchor(document)
      if (unknown !== null) return { error: `yaml: unknown anchor '${unknown}' referenced` }
      const value = new YamlReader().read(document.contents)
      if (value !== null) documents.push(value)
      for (const repeated of repeatedKeys(document, lines)) duplicates.push(repeated)
    }
    return { documents, duplicates }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return { error: error.message }
  }
}

/** Where in the text as it was given that is which lies there once its lines end with a line feed. */
function placeGiven(given: string, at: number): number {
  let place = given.startsWith(BYTE_ORDER_MARK) ? at + 1 : at
  for (const { index } of given.matchAll(/\r\n/g)) if (index < place) place++
  return place
}

function unknownAnchor(document: Document): string | null {
  const known = new Set<string>()
  for (const node of nodesOf(document)) {
    if (isAlias(node) && !known.has(node.source)) return node.source
    if (!isAlias(node) && node.anchor) known.add(node.anchor)
  }
  return null
}

/** `line 5: key "name" already set in map`, inner maps first. */
function repeatedKeys(document: Document, lines: LineCounter): readonly string[] {
  const found: string[] = []
  const look = (map: YAMLMap) => {
    const seen = new Set<unknown>()
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) continue
      const name = isScalar(key) ? key.value : key
      const node = isNode(value) ? value : key
      const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : 0
      if (seen.has(name))
        found.push(`line ${line}: key ${typeof name === 'string' ? goQuote(name) : JSON.stringify(name)} already set in map`)
      seen.add(name)
    }
  }
  for (const node of nodesOf(document)) if (isMap(node)) look(node)
  return found
}

/** Keys sorted, lists at their parent's indentation, strings quoted where YAML 1.1 would read them as something else. Or why it cannot be. */
export function printYaml(value: Json): string | { readonly error: string } {
  try {
    return `${block(value, 0, 0, false).slice(1)}\n`
  } catch (error) {
    if (error instanceof YamlError) return { error: error.message }
    throw error
  }
}

/**
 * The value with what stands between it and its key or dash: a blank, or a line break. `column` is where it begins if it stays on the line;
 * `stays`: behind a dash, where what it holds begins on the same line.
 */
const block = anyDepth('', (value: Json, indent: number, column: number, stays: boolean): string => {
  const before = (i: number) => (stays && i === 0 ? ' ' : `\n${' '.repeat(indent)}`)
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    const items = (value as readonly Json[]).map((item, i) => `${before(i)}-${block(item, indent + 2, indent + 2, true)}`)
    return listText(items, '', '', '')
  }
  if (isObject(value)) {
    const keys = Object.keys(value)
      .filter((k) => value[k] !== undefined)
      .sort(naturally)
    if (keys.length === 0) return ' {}'
    const fields = keys.map((key, i) => {
      const name = scalar(key, indent, null)
      const below = Array.isArray(value[key]) ? indent : indent + 2
      return `${before(i)}${name}:${block(value[key]!, below, indent + name.length + 2, false)}`
    })
    return listText(fields, '', '', '')
  }
  if (isNumber(value)) return ` ${yamlNumber(value)}`
  return ` ${typeof value === 'string' ? scalar(value, indent, column) : String(value)}`
})

const WORDS =
  /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|true|True|TRUE|false|False|FALSE|~|null|Null|NULL|\.nan|\.NaN|\.NAN|[+-]?\.(inf|Inf|INF)|<<|=|)$/
const NUMBER =
  /^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9_]+([eE][-+]?[0-9]+)?|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$/
const TIME = /^\d{4}-\d\d?-\d\d?([Tt ]\s*\d\d?:\d\d?:\d\d?(\.\d+)?\s*(Z|[-+]\d\d?(:\d\d)?)?)?$/
const NOT_PLAIN = /^[-?:](\s|$)|^[,[\]{}#&*!|>'"%@`]|: |:$| #|^\s|\s$|^---|^\.\.\./

/** A key has no column: it is never broken. */
function scalar(text: string, indent: number, column: number | null): string {
  if (WORDS.test(text) || NUMBER.test(text) || TIME.test(text)) return JSON.stringify(text)
  const strange = isUnprinted(text)
  if (strange && isUnwritable(text)) throw new YamlError(NO_CONTROL_CHARACTERS)
  if (text.includes('\n') && !strange) return literal(text, indent)
  if (/[\t\n]/.test(text) || strange) return yamlQuote(text)
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
  if (/ \n/.test(text) || text.endsWith(' ')) return yamlQuote(text)
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
