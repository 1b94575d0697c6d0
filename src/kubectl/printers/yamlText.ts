// YAML as Go's yaml.v2 writes it: keys sorted, lists not indented, long scalars folded at 80 columns. What stands very deep is written on one
// line, as JSON, which is YAML too.
// Upstream: sigs.k8s.io/yaml, goyaml.v2 emitterc.go

import { goJson, isNumber, isUnprinted, yamlNumber, yamlQuote, type Json, type JsonObject } from '../../engine/index'
import { MOST_SHOWN } from './jsonText'

const WIDTH = 80

/** One printed entry, with the place in the value that it stands for; a scalar that is folded over lines is one entry. */
export interface YamlLine {
  readonly text: string
  readonly path: readonly (string | number)[]
}

type Path = YamlLine['path']

export function yamlText(value: Json): string {
  return yamlLines(value)
    .map((line) => `${line.text}\n`)
    .join('')
}

export function yamlLines(value: Json): readonly YamlLine[] {
  if (typeof value !== 'object' || value === null) return [{ text: scalar(value, 0, 0), path: [] }]
  if (isEmpty(value)) return [{ text: Array.isArray(value) ? '[]' : '{}', path: [] }]
  return block(value, 0, [])
}

function block(value: JsonObject | readonly Json[], indent: number, path: Path): YamlLine[] {
  return Array.isArray(value) ? list(value as readonly Json[], indent, path) : map(value as JsonObject, indent, path)
}

function map(value: JsonObject, indent: number, path: Path): YamlLine[] {
  return keysOf(value).flatMap((key) => {
    const head = `${' '.repeat(indent)}${text(key, 0, 0)}:`
    return entry(head, value[key]!, indent, head.length + 1, [...path, key])
  })
}

function list(value: readonly Json[], indent: number, path: Path): YamlLine[] {
  return value.flatMap((item, i) => {
    const head = `${' '.repeat(indent)}-`
    if (typeof item !== 'object' || item === null || isEmpty(item) || path.length >= MOST_SHOWN)
      return entry(head, item, indent, indent + 2, [...path, i])
    const [first, ...rest] = block(item, indent + 2, [...path, i])
    return [{ ...first!, text: `${head} ${first!.text.slice(indent + 2)}` }, ...rest]
  })
}

/** `head: value`, or the head and the block below it. */
function entry(head: string, value: Json, indent: number, column: number, path: Path): YamlLine[] {
  if (typeof value !== 'object' || value === null) return [{ text: `${head} ${scalar(value, indent + 2, column)}`, path }]
  if (isEmpty(value)) return [{ text: `${head} ${Array.isArray(value) ? '[]' : '{}'}`, path }]
  if (path.length > MOST_SHOWN) return [{ text: `${head} ${goJson(value)}`, path }]
  return [{ text: head, path }, ...block(value, Array.isArray(value) ? indent : indent + 2, path)]
}

function scalar(value: null | boolean | number | bigint | string, indent: number, column: number): string {
  if (typeof value === 'string') return text(value, indent, column)
  return isNumber(value) ? yamlNumber(value) : String(value)
}

function text(value: string, indent: number, column: number): string {
  if (value === '') return '""'
  if (isUnprinted(value) || (value.includes('\t') && !value.includes('\n'))) return yamlQuote(value)
  if (value.includes('\n')) return literal(value, indent)
  if (looksLikeAnotherType(value)) return `"${value}"`
  const special = /^[-?:](?:\s|$)|^[,[\]{}#&*!|>'"%@`]|: |:$| #|^\s|\s$|^---|^\.\.\./.test(value)
  return special ? `'${fold(value.replaceAll("'", "''"), indent, column + 1)}'` : fold(value, indent, column)
}

/** What a reader would take for a number, a bool, a null or a time. */
function looksLikeAnotherType(value: string): boolean {
  return (
    /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|=)$/.test(value) ||
    /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(value) ||
    /^[-+]?(?:0b[01_]+|0x[\da-fA-F_]+|0o?[0-7_]+|\.inf|\.Inf|\.INF)$/.test(value) ||
    /^(?:\.nan|\.NaN|\.NAN)$/.test(value) ||
    /^\d{4}-\d\d?-\d\d?(?:[Tt ]+\d\d?:\d\d:\d\d(?:\.\d*)?(?: *(?:Z|[-+]\d\d?(?::\d\d)?))?)?$/.test(value) ||
    /^[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?$/.test(value)
  )
}

function literal(value: string, indent: number): string {
  const chomp = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-'
  const hint = /^[ \n]/.test(value) ? '2' : ''
  const rows = value.replace(/\n$/, '').split('\n')
  return `|${hint}${chomp}\n${rows.map((row) => (row === '' ? '' : ' '.repeat(indent) + row)).join('\n')}`
}

function fold(value: string, indent: number, column: number): string {
  if (column + value.length <= WIDTH) return value
  let out = ''
  let at = column
  for (let i = 0; i < value.length; i++) {
    const breaks = value[i] === ' ' && at > WIDTH && i > 0 && i < value.length - 1 && value[i - 1] !== ' ' && value[i + 1] !== ' '
    out += breaks ? `\n${' '.repeat(indent)}` : value[i]!
    at = breaks ? indent : at + 1
  }
  return out
}

function keysOf(value: JsonObject): string[] {
  return Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : keysOf(value as JsonObject).length === 0
}
