// kubectl's JSONPath templates: fields, indexes, `[*]`, filters by one comparison, range … end, quoted text.
// Leaves out: `..`, unions, negative steps.
// Upstream: client-go util/jsonpath

import type { Json, JsonObject } from '../../engine/index'
import { isObject, own, readJson } from '../../engine/index'
import { CommandError } from '../context'
import { jsonText } from './jsonText'

export function jsonPathText(template: string, root: Json): string {
  const parts = [...template.matchAll(/\{((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^{}"'])*)\}|([^{]+)/g)].map((m) => ({
    expression: m[1]?.trim(),
    text: m[2],
  }))
  const render = (from: number, to: number, current: Json): string => {
    let out = ''
    for (let i = from; i < to; i++) {
      const { expression, text } = parts[i]!
      if (expression === undefined) out += text ?? ''
      else if (expression.startsWith('range')) {
        const end = endOf(parts, i)
        for (const item of evaluatePath(expression.slice(5).trim(), current)) out += render(i + 1, end, item)
        i = end
      } else if (/^["']/.test(expression)) out += unquote(expression)
      else out += evaluatePath(expression, current).map(valueText).join(' ')
    }
    return out
  }
  return render(0, parts.length, root)
}

/** All values at a path such as `.spec.containers[0].image`; the leading dot, `$` or `{…}` may be left out. */
export function evaluatePath(path: string, root: Json): readonly Json[] {
  let values: readonly Json[] = [root]
  let rest = path.replace(/^\{(.*)\}$/, '$1').replace(/^[$@]/, '')
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`
  while (rest !== '' && rest !== '.') {
    const step = /^\.?\[\?\(([^\]]*)\)\]|^\.?\[([^\]]+)\]|^\.((?:\\.|[^.[\\])+)/.exec(rest)
    if (!step) throw new CommandError(`apiscope: the JSONPath ${path} is not modelled\n`)
    rest = rest.slice(step[0].length)
    values = values.flatMap((value) => stepInto(value, step))
  }
  return values
}

function stepInto(value: Json, [, filter, index, field]: RegExpExecArray): readonly Json[] {
  const items: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : []
  if (filter !== undefined) return items.filter((item) => holds(filter, item))
  const key = field?.replace(/\\(.)/g, '$1') ?? index!.replace(/^['"]|['"]$/g, '')
  if (key === '*') return isObject(value) ? Object.values(value as JsonObject).filter((child): child is Json => child !== undefined) : items
  if (index !== undefined && /^-?\d+$/.test(index)) return items.slice(Number(index), Number(index) + 1 || undefined)
  if (index !== undefined && /^-?\d*:-?\d*$/.test(index))
    return items.slice(...index.split(':').map((n) => (n === '' ? undefined : Number(n))))
  const child = isObject(value) ? own(value as JsonObject, key) : undefined
  return child === undefined ? [] : [child]
}

function holds(filter: string, item: Json): boolean {
  const parts = /^\s*@?(\S+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$/.exec(filter)
  if (!parts) return evaluatePath(filter.trim(), item).length > 0
  const left = evaluatePath(parts[1]!, item)[0]
  if (left === undefined) return false
  const right = literalOf(parts[3]!)
  if (typeof left === 'object' || typeof right === 'object') return (parts[2] === '!=') !== (left === right)
  // As JavaScript compares what is of one type; others are never less nor more.
  const [a, b] = [left as string, right as string]
  return { '==': a === b, '!=': a !== b, '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b }[parts[2]!] ?? false
}

function literalOf(text: string): Json {
  if (/^["']/.test(text)) return unquote(text)
  try {
    return readJson(text)
  } catch {
    throw new CommandError(`error: error parsing jsonpath, unrecognized identifier ${text}\n`)
  }
}

function endOf(parts: readonly { expression?: string }[], range: number): number {
  let depth = 0
  for (let i = range; i < parts.length; i++) {
    if (parts[i]!.expression?.startsWith('range')) depth++
    if (parts[i]!.expression === 'end' && --depth === 0) return i
  }
  throw new CommandError('error: error parsing jsonpath, unexpected end of range\n')
}

function unquote(text: string): string {
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
  return text.slice(1, -1).replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c)
}

function valueText(value: Json): string {
  return typeof value === 'string' ? value : value === null ? '' : jsonText(value, 0)
}
