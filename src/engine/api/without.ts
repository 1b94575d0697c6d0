// An object less some of its fields; the same object when it has none of them.

import type { JsonObject } from '../base/json'

/** For fields that may be absent: the type stays. */
export function without<T extends JsonObject>(object: T, ...fields: readonly (keyof T & string)[]): T {
  if (!fields.some((f) => f in object)) return object
  const gone = new Set<string>(fields)
  return Object.fromEntries(Object.entries(object).filter(([key]) => !gone.has(key))) as unknown as T
}
