// YAML as Go's yaml.v2 writes it: keys sorted, lists not indented, long scalars folded at 80 columns.
// Upstream: sigs.k8s.io/yaml, goyaml.v2 emitterc.go

import type { Json, JsonObject } from '../../engine/index'

const WIDTH = 80

export function yamlText(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]\n' : list(value as readonly Json[], 0)
  if (typeof value === 'object' && value !== null) return isEmpty(value) ? '{}\n' : map(value as JsonObject, 0)
  return `${scalar(value as Exclude<Json, object>, 0, 0)}\n`
}

function map(value: JsonObject, indent: number): string {
  return keysOf(value)
    .map((key) => {
      const head = `${' '.repeat(indent)}${text(key, 0, 0)}:`
      return head + after(value[key]!, indent, head.length + 1, false)
    })
    .join('')
}

function list(value: readonly Json[], indent: number): string {
  return value
    .map((item) => {
      const head = `${' '.repeat(indent)}-`
      const nested = typeof item === 'object' && item !== null && !isEmpty(item)
      if (!nested) return head + after(item, indent, indent + 2, true)
      return `${head} ${(Array.isArray(item) ? list(item as readonly Json[], indent + 2) : map(item as JsonObject, indent + 2)).slice(indent + 2)}`
    })
    .join('')
}

function after(value: Json, indent: number, column: number, inList: boolean): string {
  if (Array.isArray(value)) return value.length === 0 ? ' []\n' : `\n${list(value as readonly Json[], inList ? indent + 2 : indent)}`
  if (typeof value === 'object' && value !== null) return isEmpty(value) ? ' {}\n' : `\n${map(value as JsonObject, indent + 2)}`
  return ` ${scalar(value as Exclude<Json, object>, indent + 2, column)}\n`
}

function scalar(value: null | boolean | number | string, indent: number, column: number): string {
  return typeof value === 'string' ? text(value, indent, column) : String(value)
}

function text(value: string, indent: number, column: number): string {
  if (value === '') return '""'
  const control = [...value].some((c) => (c < ' ' && c !== '\n' && c !== '\t') || c === '\u007f')
  if (control || (value.includes('\t') && !value.includes('\n'))) return JSON.stringify(value)
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
