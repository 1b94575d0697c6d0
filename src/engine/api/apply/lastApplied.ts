// How server-side apply by `kubectl` takes over from the client-side one: what the annotation says that kubectl wrote, and is still so, is no
// conflict; and the annotation follows what is applied from now on.
// Upstream: apimachinery pkg/util/managedfields/internal/{lastapplied,lastappliedmanager,lastappliedupdater}.go

import { isObject, type JsonObject } from '../../base/json'
import { subtract } from '../managedfields/fieldSets'
import { sortedJson } from '../go/goValue'
import { compareObjects } from '../managedfields/compareFields'
import type { ApiObject, FieldsV1 } from '../object'
import { parseJson } from '../serializer/parseJson'
import { UNRESET } from '../managedfields/resetFields'
import type { StructSchema } from '../schema/schema'
import { without } from '../../base/without'

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'

/** The one manager for whom all this is done. */
export const KUBECTL = 'kubectl'

/** The fields that kubectl once wrote and that nobody has changed since. */
export function ownedByLastApplied(
  live: ApiObject | null,
  apiVersion: string,
  schema: StructSchema,
  ownedBy: (config: JsonObject) => FieldsV1,
): FieldsV1 {
  const text = live?.metadata.annotations?.[ANNOTATION]
  if (!live || !text) return {}
  const read = parseJson(text)
  if ('error' in read || !isObject(read.value) || read.value.apiVersion !== apiVersion) return {}
  const { changed, removed } = compareObjects(read.value, live, schema, UNRESET)
  return subtract(subtract(ownedBy(read.value), changed), removed)
}

/** The object with its annotation brought up to date, if it has one. */
export function withLastApplied(object: ApiObject, applied: JsonObject): ApiObject {
  const { annotations } = object.metadata
  if (!annotations?.[ANNOTATION]) return object
  const metadata = isObject(applied.metadata) ? applied.metadata : {}
  const own = isObject(metadata.annotations) ? without(metadata.annotations, ANNOTATION) : undefined
  const plain = { ...applied, metadata: own ? { ...metadata, annotations: own } : metadata }
  const text = `${sortedJson(plain)}\n`
  return text === annotations[ANNOTATION]
    ? object
    : { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [ANNOTATION]: text } } }
}
