// Strategic merge patches: they change an object as Go has it, a map by the fields of its struct, which is converted back.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (smpPatcher, applyPatchToObject)

import { badRequest, goError, type Status } from '../../api/errors/status'
import { goStructJson } from '../../api/go/goOrder'
import { goMap } from '../../api/go/goValue'
import type { ApiObject, Json, JsonObject } from '../../api/object'
import { StrategicPatchError } from '../../api/patch/directives'
import { applyStrategicPatch } from '../../api/patch/strategicMergePatch'
import { readJson } from '../../api/serializer/parseJson'
import { expectedOf } from '../body/expected'
import { refusal, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import { REJECTED, type PatchedResult } from './patchedResult'

export function strategicPatched(ctx: RequestContext, patch: Json): PatchedResult | Refusal {
  const old = ctx.old as ApiObject
  const expected = expectedOf(ctx)
  const { schema } = expected
  try {
    const result = applyStrategicPatch(old, (patch ?? {}) as JsonObject, schema)
    return {
      decode: () => expected.convert(result, old),
      decodeInOrder: () => expected.convert(readJson(goStructJson(result, schema)) as JsonObject, old),
      shown: () => goMap(patch),
    }
  } catch (error) {
    if (error instanceof StrategicPatchError) return refusal(statusOf(error), 'patchForm', { problem: error.message })
    throw error
  }
}

function statusOf({ code, message }: StrategicPatchError): Status {
  if (code === 400) return badRequest(message)
  return code === 422 ? REJECTED : goError(message)
}
