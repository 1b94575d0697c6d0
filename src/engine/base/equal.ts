// Equality of JSON values; shared subtrees are equal at once. A field that is undefined counts as absent.
// Upstream: apimachinery pkg/api/equality (Semantic)

import { anyDepth } from './anyDepth'
import { isObject, type Json, type JsonArray, type JsonObject } from './json'

export const equalJson = (a: Json | undefined, b: Json | undefined): boolean => equal(a, b, false)

/** As rules compare a field with what it was: a list without items is none. For fields of which the type is known: in others it is a value. */
export const equalSemantic = (a: Json | undefined, b: Json | undefined): boolean => equal(a, b, true)

function equal(a: Json | undefined, b: Json | undefined, semantic: boolean): boolean {
  if (a === b || (semantic && isNone(a) && isNone(b))) return true
  return typeof a === 'object' && a !== null && typeof b === 'object' && b !== null && equalInside(a, b, semantic)
}

const equalInside = anyDepth(true, (a: JsonArray | JsonObject, b: JsonArray | JsonObject, semantic: boolean): boolean => {
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item as Json, b[i] as Json, semantic))
  if (!isObject(a) || !isObject(b)) return false
  for (const key in a) if (!equal(a[key], b[key], semantic)) return false
  for (const key in b) if (b[key] !== undefined && a[key] === undefined && !(semantic && isNone(b[key]))) return false
  return true
})

const isNone = (value: Json | undefined) => value === undefined || value === null || (Array.isArray(value) && value.length === 0)
