// A PATCH, applied to the object that was read: JSON patch, merge patch, strategic merge patch; server-side apply is in applyObject.ts.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (jsonPatcher, smpPatcher)

import { anyDepth } from '../../base/anyDepth'
import { goStructJson } from '../../api/go/goOrder'
import { goMap, sortedJson } from '../../api/go/goValue'
import type { Kind } from '../../api/kind'
import type { ApiObject, Json, JsonObject } from '../../api/object'
import { depthError, readJson } from '../../api/serializer/parseJson'
import { applyJsonPatch, JsonPatchError } from '../../api/patch/jsonPatch'
import { applyMergePatch } from '../../api/patch/mergePatch'
import { StrategicPatchError } from '../../api/patch/directives'
import { applyStrategicPatch } from '../../api/patch/strategicMergePatch'
import { childOf, type StructSchema, type TypeSchema } from '../../api/schema/schema'
import { badRequest, failure, goError, invalid, requestEntityTooLarge, unsupportedMediaType, type Status } from '../../api/errors/status'
import { isObject, jsonText, listText } from '../../base/json'
import type { Because, Facts } from '../../base/why'
import { withTypeMeta } from '../body/decodeBody'
import { expectedOf, wrongType } from '../body/expected'
import { validateFields } from '../body/fieldValidation'
import { noGroupVersion, unknownType } from '../body/readBody'
import { APPLY_PATCH, mediaTypeOf, sentTypeOf } from '../options'
import { otherNamespace, refusal, wrongName, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import { applyObject } from './applyObject'
import { JSON_PATCH, MERGE_PATCH, readPatch, STRATEGIC_PATCH, type Patch } from './readPatch'

/** Upstream: apiserver pkg/endpoints/handlers/patch.go maxJSONPatchOperations */
const MAX_OPERATIONS = 10_000

type Patcher = (old: ApiObject, patch: Json, schema: StructSchema) => { readonly result: JsonObject } | Refusal

const PATCHERS: Readonly<Record<string, Patcher>> = {
  [JSON_PATCH]: jsonPatch,
  [MERGE_PATCH]: mergePatch,
  [STRATEGIC_PATCH]: strategicPatch,
}

/** No strategic merge patch: a custom resource has no Go type whose lists would say how they merge. */
const CUSTOM_PATCHES = [JSON_PATCH, MERGE_PATCH, APPLY_PATCH]

/** Why a patch of this type cannot be applied to this kind; null where it can. */
export function refusedPatchType(ctx: RequestContext, kind: Kind): Refusal | null {
  const type = sentTypeOf(ctx)
  if (kind.custom) {
    const supported = CUSTOM_PATCHES.join(', ')
    return CUSTOM_PATCHES.includes(type) ? null : unknownType(ctx, unsupportedMediaType(supported), supported)
  }
  if (type === APPLY_PATCH || Object.hasOwn(PATCHERS, type)) return null
  const supported = [...Object.keys(PATCHERS), APPLY_PATCH].join(', ')
  return unknownType(ctx, failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}), supported)
}

/** Sets the request's object to the patched one; says why, if that cannot be. */
export function patchObject(ctx: RequestContext, server: ServerState): Refusal | null {
  const type = mediaTypeOf(ctx)
  if (type === APPLY_PATCH) return applyObject(ctx, server)
  const patch = readPatch(ctx, type)
  if ('status' in patch) return patch
  ctx.body = patch.value
  const patched = PATCHERS[type]!(ctx.old as ApiObject, patch.value, expectedOf(ctx).schema)
  if ('status' in patched) return patched
  const tooDeep = type === JSON_PATCH ? depthError(patched.result) : null
  if (tooDeep) return refusal(badRequest(tooDeep), 'patchForm', { problem: tooDeep })
  const decoded = decodePatched(ctx, type, patch, patched.result, server)
  return 'status' in decoded ? decoded : place(ctx, decoded.object)
}

/** What the patch made, as an object of the kind with its fields validated. */
function decodePatched(
  ctx: RequestContext,
  type: string,
  patch: Patch,
  result: JsonObject,
  server: ServerState,
): { readonly object: ApiObject } | Refusal {
  const old = ctx.old as ApiObject
  const expected = expectedOf(ctx)
  const { schema } = expected
  const isCustom = ctx.kind?.custom !== undefined
  const isStrategic = type === STRATEGIC_PATCH
  const refuse = (detail: string, because: Because, facts: readonly Facts[]) => {
    const value = isCustom ? sortedJson(result) : isStrategic ? goMap(patch.value) : touchedJson(result, old, schema)
    return refusal(invalid('', '', '', [{ type: 'FieldValueInvalid', field: 'patch', value, detail }]), because, ...facts)
  }
  const wrong = isStrategic ? null : (noGroupVersion(result) ?? (isCustom ? null : wrongType(result, expected, server)))
  if (wrong) return refuse(wrong.error, wrong.because, [wrong.facts])
  const decode = (value: JsonObject) => (isStrategic ? expected.convert(value, old) : expected.decode(value, old))
  let decoded = decode(result)
  if ('error' in decoded && !isCustom) {
    // Of several mistakes Go meets the one that is first in its text, or in its struct.
    const text = isStrategic ? goStructJson(result, schema) : touchedJson(result, old, schema)
    decoded = decode(readJson(text) as JsonObject)
  }
  if ('error' in decoded) return refuse(decoded.error, 'wrongType', [decoded.at ?? { problem: decoded.error }])
  const refused = validateFields(ctx, [...patch.strict, ...decoded.unknown], (text, facts) => refuse(text, 'strictFields', facts))
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

/** Go writes untouched parts as they stood, and what it took apart with its keys sorted. */
const touchedJson = anyDepth('', (value: Json, old: Json | undefined, type: TypeSchema | undefined): string => {
  if (value === old) return goStructJson(value, type)
  if (Array.isArray(value)) {
    const items = type?.type === 'list' ? type.items : undefined
    const was = Array.isArray(old) ? (old as readonly Json[]) : []
    return listText(
      (value as readonly Json[]).map((v, i) => touchedJson(v, was[i], items)),
      '[',
      ']',
    )
  }
  if (!isObject(value)) return goStructJson(value, type)
  const keys = Object.keys(value).filter((k) => value[k] !== undefined)
  const was = isObject(old) ? old : {}
  return listText(
    keys.sort().map((k) => `${JSON.stringify(k)}:${touchedJson(value[k] as Json, was[k], childOf(type, k))}`),
    '{',
    '}',
  )
})

function jsonPatch(old: ApiObject, patch: Json): ReturnType<Patcher> {
  const operations = (patch ?? []) as readonly (JsonObject | null)[]
  if (operations.length > MAX_OPERATIONS)
    return refusal(
      requestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`),
      'tooLarge',
      { size: String(operations.length), limit: String(MAX_OPERATIONS) },
    )
  try {
    return { result: applyJsonPatch(old, operations) }
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error
    const { op = '', path = '' } = (operations[error.operation] ?? {}) as { op?: Json; path?: Json }
    return refusal(REJECTED, 'patchOperation', {
      operation: `[${error.operation}] ${jsonText(op)} ${jsonText(path)}`,
      problem: error.message,
    })
  }
}

function mergePatch(old: ApiObject, patch: Json): ReturnType<Patcher> {
  return { result: applyMergePatch(old, (patch ?? {}) as JsonObject) }
}

function strategicPatch(old: ApiObject, patch: Json, schema: StructSchema): ReturnType<Patcher> {
  try {
    return { result: applyStrategicPatch(old, (patch ?? {}) as JsonObject, schema) }
  } catch (error) {
    if (error instanceof StrategicPatchError) return refusal(strategicStatus(error), 'patchForm', { problem: error.message })
    throw error
  }
}

function strategicStatus({ code, message }: StrategicPatchError): Status {
  if (code === 400) return badRequest(message)
  return code === 422 ? REJECTED : goError(message)
}

const REJECTED = failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
