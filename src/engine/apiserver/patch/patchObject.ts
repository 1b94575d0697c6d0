// A PATCH, applied to the object that was read: each kind of patch in its own file, and here what all have in common, but for
// server-side apply (applyObject.ts).
// Upstream: apiserver pkg/endpoints/handlers/patch.go (patchResource)

import { invalid } from '../../api/errors/status'
import type { ApiObject, Json } from '../../api/object'
import type { Because, Facts } from '../../base/why'
import { withTypeMeta } from '../body/decodeBody'
import { expectedOf } from '../body/expected'
import { validateFields } from '../body/fieldValidation'
import { APPLY_PATCH, mediaTypeOf } from '../options'
import { otherNamespace, refusal, wrongName, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import { applyObject } from './applyObject'
import { jsonPatched, mergePatched } from './jsonPatcher'
import type { PatchedResult } from './patchedResult'
import { JSON_PATCH, MERGE_PATCH } from './patchTypes'
import { readPatch } from './readPatch'
import { strategicPatched } from './strategicPatcher'

/** Sets the request's object to the patched one; says why, if that cannot be. */
export function patchObject(ctx: RequestContext, server: ServerState): Refusal | null {
  const type = mediaTypeOf(ctx)
  if (type === APPLY_PATCH) return applyObject(ctx, server)
  const patch = readPatch(ctx, type)
  if ('status' in patch) return patch
  ctx.body = patch.value
  const result = resultOf(ctx, server, type, patch.value)
  if ('status' in result) return result
  const decoded = decodeResult(ctx, result, patch.strict)
  return 'status' in decoded ? decoded : place(ctx, decoded.object)
}

function resultOf(ctx: RequestContext, server: ServerState, type: string, patch: Json): PatchedResult | Refusal {
  if (type === JSON_PATCH) return jsonPatched(ctx, server, patch)
  return type === MERGE_PATCH ? mergePatched(ctx, server, patch) : strategicPatched(ctx, patch)
}

/** What the patch made, as an object of the kind with its fields validated. `strict`: what a strict reader has against the patch itself. */
function decodeResult(ctx: RequestContext, result: PatchedResult, strict: readonly string[]): { readonly object: ApiObject } | Refusal {
  const refuse = (detail: string, because: Because, facts: readonly Facts[]) =>
    refusal(invalid('', '', '', [{ type: 'FieldValueInvalid', field: 'patch', value: result.shown(), detail }]), because, ...facts)
  const { wrongType } = result
  if (wrongType) return refuse(wrongType.error, wrongType.because, [wrongType.facts])
  let decoded = result.decode()
  if ('error' in decoded && result.decodeInOrder) decoded = result.decodeInOrder()
  if ('error' in decoded) return refuse(decoded.error, 'wrongType', [decoded.at ?? { problem: decoded.error }])
  const refused = validateFields(ctx, [...strict, ...decoded.unknown], (text, facts) => refuse(text, 'strictFields', facts))
  return refused ?? { object: decoded.object as ApiObject }
}

/** Checks the name and namespace of the patched object against the URL. */
function place(ctx: RequestContext, object: ApiObject): Refusal | null {
  const old = ctx.old as ApiObject
  const { metadata } = object
  const { namespace } = old.metadata
  if (namespace !== undefined && (metadata.namespace ?? namespace) !== namespace)
    return otherNamespace(metadata.namespace ?? '', ctx.info.namespace)
  const misnamed = wrongName(metadata.name, ctx.info.name)
  if (misnamed) return misnamed
  ctx.sentVersion = metadata.resourceVersion === old.metadata.resourceVersion ? '' : (metadata.resourceVersion ?? '')
  ctx.object = withTypeMeta(
    expectedOf(ctx).kind,
    old.apiVersion ?? '',
    metadata.namespace === namespace ? object : { ...object, metadata: { ...metadata, namespace } },
  )
  return null
}
