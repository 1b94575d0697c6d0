// Upstream: cli-runtime pkg/printers/managedfields.go

import { isObject, type JsonObject } from '../../engine/index'

/** An object, or the objects of a list, as kubectl shows them: the bookkeeping of managedFields is left out. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  if (Array.isArray(object.items)) return { ...object, items: (object.items as readonly JsonObject[]).map(withoutManagedFields) }
  if (!isObject(object.metadata) || !('managedFields' in object.metadata)) return object
  const { managedFields: _fields, ...metadata } = object.metadata
  return { ...object, metadata }
}
