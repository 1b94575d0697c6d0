// When nothing of an object changes but the times of its managed fields, the times stay what they were, and nothing is written: what was
// applied may only be put in another form (`1000m`), and what was changed may have been changed back by admission.
// Upstream: apiserver pkg/endpoints/handlers/fieldmanager/equality.go (IgnoreManagedFieldsTimestampsTransformer), asked by
// pkg/registry/generic/registry/store.go (Update) after BeforeUpdate; v1.37

import { anyDepth } from '../base/anyDepth'
import { equalJson } from '../base/equal'
import { withEntries } from '../api/managedfields/entries'
import type { ApiObject, ManagedFieldsEntry } from '../api/object'
import { without } from '../base/without'
import { isObject, type Json } from '../base/json'
import { storedFrom, type StoredKind } from './storedObject'

/** The object as it is to be written over `old`. */
export function withKeptTimes(kind: StoredKind, object: ApiObject, old: ApiObject): ApiObject {
  const is = object.metadata.managedFields ?? []
  const was = old.metadata.managedFields ?? []
  if (is === was || is.length !== was.length || is.every(({ time }, i) => time === was[i]!.time)) return object
  if (!is.every((entry, i) => equalJson(timeless(entry), timeless(was[i]!)))) return object
  const kept = withEntries(object, was)
  return equalJson(storedFrom(kind, kept), storedFrom(kind, old)) ? kept : object
}

const timeless = (entry: ManagedFieldsEntry): Json => without(entry, 'time') as unknown as Json

/** Whether decoding dropped an empty list or map: etcd keeps none, but until it is written Go tells one from nothing. */
export const dropsEmpty = anyDepth(false, (given: Json | undefined, decoded: Json | undefined): boolean => {
  if (given === decoded) return false
  if (Array.isArray(given))
    return Array.isArray(decoded) ? given.some((item, i) => dropsEmpty(item as Json, decoded[i] as Json)) : given.length === 0
  if (!isObject(given)) return false
  if (!isObject(decoded)) return Object.keys(given).length === 0
  return Object.keys(given).some((key) => dropsEmpty(given[key], decoded[key]))
})
