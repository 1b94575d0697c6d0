// What is left of an object on its way through etcd: protobuf knows no empty list, so a list that Go always writes comes back as null
// when nothing is in it. (One that is left out when empty is gone since it was decoded.)
// Upstream: apimachinery pkg/runtime/serializer/protobuf, the fields of k8s.io/api without omitempty

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { withFields } from '../../base/without'
import type { StructSchema, TypeSchema } from '../schema/schema'

/** The same object when no such list is empty. */
export const asStored = <T extends JsonObject>(schema: StructSchema, object: T): T => storedStruct(schema, object) as T

const storedStruct = anyDepth({}, (schema: StructSchema, object: JsonObject): JsonObject => {
  let changed: Record<string, Json> | null = null
  for (const { name, type, always } of placesOf(schema)) {
    const value = object[name]
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
      if (always && value !== null) (changed ??= {})[name] = null
      continue
    }
    const stored = within(type, value)
    if (stored !== value) (changed ??= {})[name] = stored
  }
  return changed ? withFields(object, changed) : object
})

function within(type: TypeSchema, value: Json): Json {
  if (type.type === 'struct') return isObject(value) ? storedStruct(type, value) : value
  if (type.type === 'list' && Array.isArray(value)) {
    const items = value.map((item: Json) => within(type.items, item))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  if (type.type === 'map' && isObject(value)) {
    const items = Object.entries(value).map(([key, item]) => [key, within(type.values, item as Json)] as const)
    return items.some(([key, item]) => item !== value[key]) ? Object.fromEntries(items) : value
  }
  return value
}

interface Place {
  readonly name: string
  readonly type: TypeSchema
  /** A list that is written even when it is empty; other places only lead to such lists. */
  readonly always: boolean
}

const places = new WeakMap<StructSchema, readonly Place[]>()

/** A type that holds itself is taken to lead to one while it is being looked at. */
const HOLDS_ITSELF: readonly Place[] = [{ name: '', type: { type: 'any' }, always: false }]

function placesOf(schema: StructSchema): readonly Place[] {
  let found = places.get(schema)
  if (!found) {
    places.set(schema, HOLDS_ITSELF)
    found = schema.fieldNames.flatMap((name) => {
      const type = schema.field(name)!
      const always = type.type === 'list' && schema.required.includes(name)
      return always || leadsOn(type) ? [{ name, type, always }] : []
    })
    places.set(schema, found)
  }
  return found
}

function leadsOn(type: TypeSchema): boolean {
  if (type.type === 'struct') return placesOf(type).length > 0
  if (type.type === 'list') return leadsOn(type.items)
  return type.type === 'map' && leadsOn(type.values)
}
