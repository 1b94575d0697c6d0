// An object as the JSON patch of a policy or of a webhook leaves it, decoded as if it came so. Throws JsonPatchError.
// Upstream: apiserver pkg/admission/plugin/policy/mutating/patch/json_patch.go, pkg/admission/plugin/webhook/mutating/dispatcher.go

import { decodeObject, type Decoded } from '../../api/decode'
import type { Kind } from '../../api/kind'
import type { ApiObject, JsonObject } from '../../api/object'
import { applyJsonPatch } from '../../api/patch/jsonPatch'

export function jsonPatched(object: ApiObject, { custom, schema }: Kind, operations: readonly JsonObject[]): Decoded {
  const result = applyJsonPatch(object, operations)
  return custom ? custom.decode(result) : decodeObject(schema, result)
}
