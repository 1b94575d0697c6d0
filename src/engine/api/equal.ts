// Equality of JSON values; shared subtrees are equal at once. A field that is undefined counts as absent.

import { isObject, type Json } from '../base/json'

export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equalJson(item as Json, b[i] as Json))
  if (!isObject(a) || !isObject(b)) return false
  for (const key in a) if (!equalJson(a[key], b[key])) return false
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false
  return true
}
