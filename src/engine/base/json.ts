// JSON as the engine handles it: immutable values that are shared, never edited in place.
// Leaves out: numbers beyond a double (upstream keeps int64 apart); text that is not JSON lives in `Body`.
// Upstream: k8s.io/apimachinery/pkg/runtime (unstructured content)

export type Json = null | boolean | number | string | JsonArray | JsonObject
export type JsonArray = readonly Json[]
export interface JsonObject {
  readonly [field: string]: Json | undefined
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a table has under a name that came from outside: nothing for `constructor` and what else every object has. */
export function own<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}

/** A value as a text: an object as JSON, for it may have no words of its own. */
export const jsonText = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))
