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
