// What a manager applied once and applies no more goes, unless somebody else owns it, too.
// Upstream: structured-merge-diff merge/update.go (Updater.prune), typed/remove.go

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { isEmpty, isMember } from '../managedfields/fieldSets'
import { itemsByElement } from '../managedfields/listElements'
import type { FieldsV1 } from '../object'
import { childOf, isAssociative, type StructSchema, type TypeSchema } from '../schema/schema'

/** The object without the fields of `gone` that nobody `elsewhere` owns. */
export const prune = (object: JsonObject, gone: FieldsV1, elsewhere: FieldsV1, schema: StructSchema) =>
  pruned(object, gone, elsewhere, schema) as JsonObject

/** Undefined for a map or list that ends up empty. */
const pruned = anyDepth(null, (value: Json, gone: FieldsV1, elsewhere: FieldsV1, type: TypeSchema | undefined): Json | undefined => {
  const next = (element: string, item: Json, itemType: TypeSchema | undefined): Json | undefined => {
    const node = gone[element]
    if (!node) return item
    const theirs = elsewhere[element]
    if (!theirs && isMember(node)) return undefined
    return isEmpty(node) ? item : pruned(item, node, theirs ?? {}, itemType)
  }
  if (isObject(value)) {
    const out: Record<string, Json> = {}
    for (const [key, item] of Object.entries(value)) {
      const left = item === undefined ? undefined : next(`f:${key}`, item, childOf(type, key))
      if (left !== undefined) out[key] = left
    }
    return type?.type === 'map' && Object.keys(out).length === 0 ? undefined : out
  }
  if (Array.isArray(value) && isAssociative(type)) {
    const items = itemsByElement(value as readonly Json[], type)
    const out = [...items].flatMap(([element, item]) => next(element, item, type.items) ?? [])
    return out.length === 0 ? undefined : out
  }
  return value
})
