// Between what etcd holds and what clients see: the revision becomes metadata.resourceVersion, and a kind stored as another is turned into itself.
// Upstream: apiserver pkg/storage/api_object_versioner.go

import { asStored } from '../api/serializer/asStored'
import type { Kind } from '../api/kind'
import type { ApiObject } from '../api/object'
import { withFields, without } from '../base/without'
import { Recent } from '../base/recent'
import type { KeyValue, Revision } from '../base/wire'

const objects = new Recent<KeyValue, ApiObject>(1024)
const converted = new WeakMap<Kind, WeakMap<ApiObject, ApiObject>>()

/** A stored value as clients see it. One object for each version of late, shared by all. */
export function objectOf(kv: KeyValue): ApiObject {
  return objects.get(kv) ?? objects.add(kv, withVersion(kv.value as ApiObject, kv.modRevision))
}

export function withVersion(object: ApiObject, revision: Revision): ApiObject {
  return { ...object, metadata: withFields(object.metadata, { resourceVersion: String(revision) }) }
}

/** What is stored: without resourceVersion. */
export function withoutVersion(object: ApiObject): ApiObject {
  if (object.metadata.resourceVersion === undefined) return object
  return { ...object, metadata: without(object.metadata, 'resourceVersion') }
}

/** The stored object as this kind serves it. */
export function servedAs(kind: Kind, object: ApiObject): ApiObject {
  if (!kind.storedAs) return object
  let known = converted.get(kind)
  if (!known) converted.set(kind, (known = new WeakMap()))
  let served = known.get(object)
  if (!served) known.set(object, (served = kind.storedAs.fromStored(object)))
  return served
}

/** What of a kind decides how its objects are stored. */
export type StoredKind = Pick<Kind, 'storedAs' | 'custom'> & Partial<Pick<Kind, 'schema' | 'ttl'>>

export function storedFrom(kind: StoredKind, object: ApiObject): ApiObject {
  return withoutVersion(kind.storedAs ? kind.storedAs.toStored(object) : asReadBack(kind, object))
}

/** As etcd will give it back: only so can the whole of what an update makes be compared with what is there. */
export function asReadBack(kind: StoredKind, object: ApiObject): ApiObject {
  return kind.storedAs || kind.custom || !kind.schema ? object : asStored(kind.schema, object)
}

/** An object of a kind that is stored as another, in that form: its rules are the stored kind's. A custom resource's are its own version's. */
export function inStoredForm(kind: Kind, object: ApiObject): ApiObject {
  return kind.storedAs && !kind.custom ? kind.storedAs.toStored(object) : object
}
