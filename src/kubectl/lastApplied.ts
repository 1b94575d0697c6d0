// What kubectl apply leaves in an object, and compares the next file with.
// Upstream: kubectl pkg/util/apply.go

import { goJson, isObject, readJson, type JsonObject } from '../engine/index'
import { sortKeys } from './printers/jsonText'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object with itself, as text, in the annotation. */
export function withLastApplied(object: JsonObject): JsonObject {
  const metadata = (object.metadata ?? {}) as JsonObject
  const { [LAST_APPLIED]: _old, ...annotations } = (metadata.annotations ?? {}) as JsonObject
  const plain = sortKeys({ ...object, metadata: { ...metadata, annotations } })
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: `${goJson(plain)}\n` } } }
}

/** Null: it was not applied, or nobody can tell as what. */
export function lastAppliedOf(live: JsonObject): JsonObject | null {
  const text = ((live.metadata as JsonObject | undefined)?.annotations as JsonObject | undefined)?.[LAST_APPLIED]
  if (typeof text !== 'string') return null
  try {
    const value = readJson(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
