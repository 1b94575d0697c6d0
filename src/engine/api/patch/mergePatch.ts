// JSON merge patch: null deletes, objects merge, everything else replaces. What goes in unmerged loses its nulls, also those inside of lists.
// Upstream: RFC 7386; gopkg.in/evanphx/json-patch.v4

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { copyOf, withoutAll } from '../../base/without'

/** The patched object; `target` is not changed. */
export const applyMergePatch = anyDepth({}, (target: JsonObject, patch: JsonObject): JsonObject => {
  const names = Object.keys(patch)
  const out: Record<string, Json | undefined> = copyOf(target, names.length)
  const gone = new Set<string>()
  for (const key of names) {
    const value = patch[key]
    const before = out[key]
    if (value === null) {
      if (before !== undefined) gone.add(key)
    } else if (value !== undefined) out[key] = isObject(before) && isObject(value) ? applyMergePatch(before, value) : withoutNulls(value)
  }
  return gone.size === 0 ? out : withoutAll(out, gone)
})

const NOTHING: JsonObject = {}

/** Nulls that are fields go, those that are items of a list stay. */
const withoutNulls = anyDepth(null, (value: Json): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => withoutNulls(item))
  return isObject(value) ? applyMergePatch(NOTHING, value) : value
})
