// JSON merge patch: null deletes, objects merge, everything else replaces.
// Upstream: RFC 7386; gopkg.in/evanphx/json-patch.v4

import { isObject, type Json, type JsonObject } from '../../base/json'
import { copyOf, without } from '../without'

export function applyMergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  let out: Record<string, Json | undefined> = copyOf(target)
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) out = without(out, key)
    else if (isObject(value)) out[key] = applyMergePatch(isObject(out[key]) ? out[key] : {}, value)
    else out[key] = value
  }
  return out
}
