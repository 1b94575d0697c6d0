// Values as Go prints them in error texts.
// Upstream: fmt's %v and %T of decoded JSON

import { anyDepth } from '../../base/anyDepth'
import { isNumber, isObject, isWhole, type Json, listText } from '../../base/json'

/** %v: `map[name:web port:80]`, `[a b]`, `<nil>`. */
export const goMap = anyDepth('', (value: Json | undefined): string => {
  if (isObject(value)) {
    const fields = Object.keys(value).sort()
    return listText(
      fields.map((k) => `${k}:${goMap(value[k])}`),
      'map[',
      ']',
      ' ',
    )
  }
  if (Array.isArray(value))
    return listText(
      (value as readonly Json[]).map((item) => goMap(item)),
      '[',
      ']',
      ' ',
    )
  return value === null || value === undefined ? '<nil>' : String(value)
})

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
export const sortedJson = anyDepth('', (value: Json | undefined): string => {
  if (Array.isArray(value))
    return listText(
      value.map((item: Json) => sortedJson(item)),
      '[',
      ']',
    )
  if (!isObject(value)) return scalarJson(value ?? null)
  const fields = Object.keys(value).filter((key) => value[key] !== undefined)
  return listText(
    fields.sort().map((key) => `${scalarJson(key)}:${sortedJson(value[key])}`),
    '{',
    '}',
  )
})

/** A value that holds no others, as json.Marshal writes it. */
export function scalarJson(value: Json): string {
  if (isNumber(value)) return String(value)
  return JSON.stringify(value).replace(ESCAPED, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const ESCAPED = /[<>&\u2028\u2029]/g
