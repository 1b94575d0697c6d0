// JSON as the engine handles it: immutable values that are shared, never edited in place.
// Leaves out: whole numbers that a double rounds, beyond 2⁵³ (upstream keeps int64 apart); text that is not JSON lives in `Body`.
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
export const jsonText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? goJson(value) : typeof value === 'number' ? numberText(value) : String(value)

/** A number with all its digits, as Go prints an int64; one that a double rounded has those of the nearest that there is. */
export function numberText(value: number): string {
  if (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) > 2 ** 63) return String(value)
  return String(value === 2 ** 63 ? MAX_INT64 : BigInt(value))
}
const MAX_INT64 = 2n ** 63n - 1n

/** As Go writes a number in YAML: a fraction from a million on, and a very small one, with an exponent. */
export function yamlNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 64) return numberText(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(value)
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}

/** JSON whose numbers have all their digits. */
export function goJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, null, indent)
  return LONG.test(text) ? text.replace(TOKENS, (token) => (token.startsWith('"') ? token : numberText(Number(token)))) : text
}
const LONG = /\d{16}/
/** Strings, which stay, and numbers that may be longer than JavaScript writes them. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.e])/g
