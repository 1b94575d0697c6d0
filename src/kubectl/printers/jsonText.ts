// JSON as Go writes it: `<`, `>` and `&` escaped; kubectl sorts keys and indents by four.
// Upstream: encoding/json, cli-runtime pkg/printers/json.go

import type { Json, JsonObject } from '../../engine/index'
import { anyDepth, goJson, isDeeperThan, isObject } from '../../engine/index'

/** So deep a value is shown line by line: what stands deeper would be indented by more than a line holds, for megabytes. */
export const MOST_SHOWN = 200

export function jsonText(value: Json, indent: number): string {
  return goJson(value, isDeeperThan(value, MOST_SHOWN) ? 0 : indent).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export const sortKeys = anyDepth(null, (value: Json): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => sortKeys(item))
  if (!isObject(value)) return value
  const object = value as JsonObject
  return Object.fromEntries(
    Object.keys(object)
      .filter((key) => object[key] !== undefined)
      .sort()
      .map((key) => [key, sortKeys(object[key]!)]),
  )
})
