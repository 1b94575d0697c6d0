// A PATCH, applied to the object that was read: JSON patch, merge patch, strategic merge patch, server-side apply.
// Upstream: apiserver pkg/endpoints/handlers/patch.go

import { jsonType } from '../api/decode'
import { goMap } from '../api/goValue'
import type { Kind } from '../api/kind'
import type { ApiObject, Json, JsonObject } from '../api/object'
import { parseJson } from '../api/parseJson'
import { applyJsonPatch, JsonPatchError } from '../api/patch/jsonPatch'
import { applyMergePatch } from '../api/patch/mergePatch'
import { applyStrategicPatch, StrategicPatchError } from '../api/patch/strategicMergePatch'
import type { StructSchema } from '../api/schema'
import { badRequest, failure, goError, invalid, requestEntityTooLarge, unsupportedMediaType, type Status } from '../api/status'
import { isObject } from '../base/json'
import { applied } from './apply'
import { BODY_LIMIT, expectedOf, fieldValidationOf, strictText, withHead } from './body'
import { APPLY_PATCH, mediaTypeOf } from './options'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'

const MAX_OPERATIONS = 10_000
type Patcher = (old: ApiObject, patch: Json, schema: StructSchema) => JsonObject | Status

const PATCHERS: Readonly<Record<string, Patcher>> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicPatch,
}

const CUSTOM_PATCHES = ['application/json-patch+json', 'application/merge-patch+json', APPLY_PATCH]

/** Why a patch of this type cannot be applied to this kind; null where it can. */
export function refusedPatchType(type: string, kind: Kind): Status | null {
  if (kind.custom) return CUSTOM_PATCHES.includes(type) ? null : unsupportedMediaType(CUSTOM_PATCHES.join(', '))
  return type === APPLY_PATCH || type in PATCHERS ? null : failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
}

/** Sets the request's object to the patched one; a Status if that cannot be. */
export function patchedObject(ctx: RequestContext, server: ServerState): Status | null {
  const type = mediaTypeOf(ctx)
  if (type === APPLY_PATCH) return applied(ctx, server)
  const expected = expectedOf(ctx)
  const { kind, schema } = expected
  const old = ctx.old as ApiObject
  const patch = patchOf(ctx, type)
  if ('status' in patch) return patch.status
  ctx.body = patch.value
  const result = PATCHERS[type]!(old, patch.value, schema)
  if (isStatus(result)) return result
  const rejected = (detail: string) =>
    invalid('', '', '', [
      {
        type: 'FieldValueInvalid',
        field: 'patch',
        value: ctx.kind?.custom ? sortedJson(result) : patchedText(type, result, old, patch.value),
        detail,
      },
    ])
  const decoded = expected.decode(result, old)
  if ('error' in decoded) return rejected(decoded.error)
  const strict = [...patch.strict, ...decoded.unknown]
  if (strict.length > 0 && fieldValidationOf(ctx) === 'Strict') return rejected(strictText(strict))
  if (fieldValidationOf(ctx) === 'Warn') ctx.warnings.push(...strict)
  const object = decoded.object as ApiObject
  const { metadata } = object
  if (metadata.name !== old.metadata.name)
    return badRequest(`the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${ctx.info.name})`)
  if (metadata.namespace !== old.metadata.namespace)
    return badRequest('the namespace of the provided object does not match the namespace sent on the request')
  ctx.sentVersion = metadata.resourceVersion === old.metadata.resourceVersion ? '' : (metadata.resourceVersion ?? '')
  ctx.object = withHead(kind, old.apiVersion ?? '', object)
  return null
}

type Patch = { readonly value: Json; readonly strict: readonly string[] } | { readonly status: Status }

const OPERATION = new Set(['op', 'path', 'from', 'value'])

function patchOf(ctx: RequestContext, type: string): Patch {
  const { body } = ctx.http
  if (body !== undefined && typeof body !== 'string') return { value: body, strict: [] }
  const text = body ?? ''
  if (text.length > BODY_LIMIT) return { status: requestEntityTooLarge() }
  const parsed = parseJson(text)
  const isList = type === 'application/json-patch+json'
  if ('error' in parsed) return { status: isList ? badRequest('invalid JSON patch') : badRequest(`error decoding patch: ${parsed.error}`) }
  const { value, duplicates } = parsed
  const into = isList ? '[]handlers.jsonPatchOp' : 'map[string]interface {}'
  if (value !== null && !(isList ? Array.isArray(value) : isObject(value)))
    return { status: badRequest(`error decoding patch: json: cannot unmarshal ${jsonType(value)} into Go value of type ${into}`) }
  if (!isList) return { value, strict: duplicates }
  const unknown = ((value ?? []) as readonly Json[]).flatMap((operation, i) =>
    isObject(operation) ? Object.keys(operation).flatMap((key) => (OPERATION.has(key) ? [] : [`unknown field "[${i}].${key}"`])) : [],
  )
  return { value, strict: [...duplicates, ...unknown].map((e) => `json patch ${e}`) }
}

/** What has no struct is written with its keys sorted. */
function sortedJson(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(sortedJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).filter((k) => value[k] !== undefined)
  return `{${keys
    .sort()
    .map((k) => `${JSON.stringify(k)}:${sortedJson(value[k] as Json)}`)
    .join(',')}}`
}

/** As the refusal shows what the patch made: a strategic patch as the Go map that it was, the others the text that they made. */
function patchedText(type: string, result: JsonObject, old: ApiObject, patch: Json): string {
  return type === 'application/strategic-merge-patch+json' ? goMap(patch) : touchedJson(result, old)
}

/** Go writes untouched parts as they stood, in the order of their struct, and what it took apart with its keys sorted. */
function touchedJson(value: Json, old: Json | undefined, name = ''): string {
  if (Array.isArray(value))
    return `[${(value as readonly Json[]).map((v, i) => touchedJson(v, Array.isArray(old) ? (old as readonly Json[])[i] : undefined)).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).filter((k) => value[k] !== undefined)
  if (value !== old) keys.sort()
  else if (name === 'metadata') keys.sort((a, b) => META_ORDER.indexOf(a) - META_ORDER.indexOf(b))
  return `{${keys.map((k) => `${JSON.stringify(k)}:${touchedJson(value[k] as Json, isObject(old) ? old[k] : undefined, k)}`).join(',')}}`
}

const META_ORDER = (
  'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp ' +
  'deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields'
).split(' ')

function jsonPatch(old: ApiObject, patch: Json): JsonObject | Status {
  const operations = (patch ?? []) as readonly JsonObject[]
  if (operations.length > MAX_OPERATIONS)
    return requestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`)
  try {
    return applyJsonPatch(old, operations)
  } catch (error) {
    if (error instanceof JsonPatchError)
      return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
    throw error
  }
}

function mergePatch(old: ApiObject, patch: Json): JsonObject {
  return applyMergePatch(old, (patch ?? {}) as JsonObject)
}

function strategicPatch(old: ApiObject, patch: Json, schema: StructSchema): JsonObject | Status {
  try {
    return applyStrategicPatch(old, (patch ?? {}) as JsonObject, schema)
  } catch (error) {
    if (error instanceof StrategicPatchError) return strategicStatus(error)
    throw error
  }
}

function strategicStatus({ code, message }: StrategicPatchError): Status {
  if (code === 400) return badRequest(message)
  return code === 422 ? failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {}) : goError(message)
}

export function isStatus(value: JsonObject | Status): value is Status {
  return value.kind === 'Status' && value.status === 'Failure'
}
