// An object as the JSON patch of a policy or of a webhook leaves it, decoded as if it came so. Throws JsonPatchError.
// Upstream: apiserver pkg/admission/plugin/policy/mutating/patch/json_patch.go, pkg/admission/plugin/webhook/mutating/dispatcher.go

import type { Decoded } from '../../api/serializer/decode'
import type { ApiObject, JsonObject } from '../../api/object'
import { applyJsonPatch } from '../../api/patch/jsonPatch'
import type { Expected } from '../body/expected'

export function jsonPatched(object: ApiObject, shape: Expected, operations: readonly JsonObject[]): Decoded {
  return shape.decode(applyJsonPatch(object, operations))
}
