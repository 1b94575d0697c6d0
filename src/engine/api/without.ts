// An object less some of its fields, or with some more. Not rest or spread syntax or `delete`: where fields are added after a spread,
// or taken away, V8 (Node 20) gives each object a hidden class of its own, which costs more memory than its fields.

import type { JsonObject } from '../base/json'

/** The same object when it has none of them. For fields that may be absent: the type stays. */
export function without<T extends JsonObject>(object: T, ...fields: readonly (keyof T & string)[]): T {
  if (!fields.some((f) => f in object)) return object
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(object)) if (!fields.includes(name)) out[name] = object[name]
  return out as T
}

/** As `{ ...object, ...fields }`, for objects of which there will be thousands. */
export function withFields<T extends JsonObject, F extends JsonObject>(object: T, fields: F): T & F {
  return Object.assign({}, object, fields)
}
