// The fields that an applied configuration names: what its manager owns from then on.
// Upstream: structured-merge-diff typed/tofieldset.go

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { isEmpty } from '../managedfields/fieldSets'
import { itemsByElement } from '../managedfields/listElements'
import type { Resets } from '../managedfields/resetFields'
import type { FieldsV1 } from '../object'
import { childOf, isAssociative, isGranular, type StructSchema, type TypeSchema } from '../schema/schema'

/** All but what `resets` says that nobody can write this way. */
export function appliedFields(config: JsonObject, schema: StructSchema, resets: Resets): FieldsV1 {
  const out: Record<string, FieldsV1> = {}
  for (const [key, value] of Object.entries(config)) {
    const skip = resets[key]
    if (key === 'apiVersion' || key === 'kind' || value === undefined || skip === true) continue
    if (!skip || !isObject(value)) out[`f:${key}`] = setOf(value, schema.field(key))
    else {
      const own = Object.fromEntries(Object.entries(value).filter(([name]) => !skip.has(name)))
      if (Object.keys(own).length > 0) out[`f:${key}`] = setOf(own, schema.field(key))
    }
  }
  return out
}

/** Leaves, and the items of keyed lists and of maps themselves. */
const setOf = anyDepth({}, (value: Json, type: TypeSchema | undefined): FieldsV1 => {
  const out: Record<string, FieldsV1> = {}
  if (isObject(value) && isGranular(type)) {
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue
      const inner = setOf(item, childOf(type, key))
      out[`f:${key}`] = isEmpty(inner) || isDeclared(type, key) ? inner : { '.': {}, ...inner }
    }
  } else if (Array.isArray(value) && isAssociative(type)) {
    for (const [element, item] of itemsByElement(value as readonly Json[], type))
      out[element] = isGranular(type.items) ? { '.': {}, ...setOf(item, type.items) } : {}
  }
  return out
})

const isDeclared = (type: TypeSchema | undefined, key: string) => type?.type === 'struct' && type.fieldNames.includes(key)
