// An object less some of its fields, or with some more. Not rest or spread syntax or `delete`: where fields are added after a spread,
// or taken away, V8 (Node 20) gives each object a hidden class of its own, which costs more memory than its fields.

import type { JsonObject } from './json'
import { roomFor } from './roomFor'

/** The same object when it has none of them. For fields that may be absent: the type stays. */
export function without<T extends JsonObject>(object: T, ...fields: readonly (keyof T & string)[]): T {
  if (!fields.some((f) => f in object)) return object
  const names = Object.keys(object)
  const out: Record<string, unknown> = roomFor(names.length - 1)
  for (const name of names) if (!fields.includes(name)) out[name] = object[name]
  return out as T
}

/** As `{ ...object, ...fields }`, for objects of which there will be thousands. */
export function withFields<T extends JsonObject, F extends JsonObject>(object: T, fields: F): T & F {
  let more = 0
  for (const name in fields) if (!(name in object)) more++
  const out: Record<string, unknown> = copyOf(object, more)
  for (const name in fields) out[name] = fields[name]
  return out as T & F
}

/** A copy to which up to `more` fields will be added. */
export function copyOf<T extends JsonObject>(object: T, more = 0): T {
  const names = Object.keys(object)
  const out: Record<string, unknown> = roomFor(names.length + more)
  for (const name of names) out[name] = object[name]
  return out as T
}

/** As `without`, of any number of fields, each of which it has. */
export function withoutAll<T extends JsonObject>(object: T, fields: ReadonlySet<string>): T {
  const out: Record<string, unknown> = roomFor(Object.keys(object).length - fields.size)
  for (const name in object) if (!fields.has(name)) out[name] = object[name]
  return out as T
}
