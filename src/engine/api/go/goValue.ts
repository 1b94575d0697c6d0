// Values as Go prints them in error texts.
// Upstream: fmt's %v and %T of decoded JSON

import { isNumber, isObject, isWhole, type Json } from '../../base/json'

/** %v: `map[name:web port:80]`, `[a b]`, `<nil>`. */
export function goMap(value: Json | undefined): string {
  if (isObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((k) => `${k}:${goMap(value[k])}`)
      .join(' ')}]`
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goMap).join(' ')}]`
  return value === null || value === undefined ? '<nil>' : String(value)
}

/** %T of a decoded value. */
export function goTypeOf(value: Json): string {
  if (value === null) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  if (isObject(value)) return 'map[string]interface {}'
  if (isWhole(value)) return 'int64'
  if (typeof value === 'number') return 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

/** Keys sorted, fields that are undefined left out: as Go's json.Marshal writes a map. */
export function sortedJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => sortedJson(item)).join(',')}]`
  if (!isObject(value)) return scalarJson(value ?? null)
  const fields = Object.keys(value).filter((key) => value[key] !== undefined)
  return `{${fields
    .sort()
    .map((key) => `${scalarJson(key)}:${sortedJson(value[key])}`)
    .join(',')}}`
}

/** A value that holds no others, as json.Marshal writes it. */
export function scalarJson(value: Json): string {
  if (isNumber(value)) return String(value)
  return JSON.stringify(value).replace(ESCAPED, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const ESCAPED = /[<>&\u2028\u2029]/g
