// An object less some of its fields; the same object when it has none of them.
// A loop, not rest syntax or `delete`: those leave V8 with a hidden class for each object, which costs more memory than its fields.

import type { JsonObject } from '../base/json'

/** For fields that may be absent: the type stays. */
export function without<T extends JsonObject>(object: T, ...fields: readonly (keyof T & string)[]): T {
  if (!fields.some((f) => f in object)) return object
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(object)) if (!fields.includes(name)) out[name] = object[name]
  return out as T
}
