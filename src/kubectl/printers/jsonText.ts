// JSON as Go writes it: `<`, `>` and `&` escaped; kubectl sorts keys and indents by four.
// Upstream: encoding/json, cli-runtime pkg/printers/json.go

import type { Json, JsonObject } from '../../engine/index'
import { goJson, isObject } from '../../engine/index'

export function jsonText(value: Json, indent: number): string {
  return goJson(value, indent).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sortKeys)
  if (!isObject(value)) return value
  const object = value as JsonObject
  return Object.fromEntries(
    Object.keys(object)
      .filter((key) => object[key] !== undefined)
      .sort()
      .map((key) => [key, sortKeys(object[key]!)]),
  )
}
