// A PATCH, applied to the object that was read: JSON patch, merge patch, strategic merge patch, server-side apply.
// Upstream: apiserver pkg/endpoints/handlers/patch.go

import { decodeObject } from '../api/decode'
import type { ApiObject, Json, JsonObject } from '../api/object'
import { parseJson } from '../api/parseJson'
import { applyJsonPatch, JsonPatchError } from '../api/patch/jsonPatch'
import { applyMergePatch } from '../api/patch/mergePatch'
import { applyStrategicPatch, StrategicPatchError } from '../api/patch/strategicMergePatch'
import type { StructSchema } from '../api/schema'
import { badRequest, failure, goError, invalid, requestEntityTooLarge, type Status } from '../api/status'
import { isObject } from '../base/json'
import { applied } from './apply'
import { expectedOf, strictErrors } from './body'
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

export function isPatchType(type: string): boolean {
  return type === APPLY_PATCH || type in PATCHERS
}

/** Sets the request's object to the patched one; a Status if that cannot be. */
export function patchedObject(ctx: RequestContext, server: ServerState): Status | null {
  const type = mediaTypeOf(ctx)
  if (type === APPLY_PATCH) return applied(ctx, server)
  const { kind, version, schema } = expectedOf(ctx)
  const old = ctx.old as ApiObject
  const patch = patchOf(ctx, type)
  if ('status' in patch) return patch.status
  ctx.body = patch.value
  const result = PATCHERS[type]!(old, patch.value, schema)
  if (isStatus(result)) return result
  const decoded = decodeObject(schema, result)
  if ('error' in decoded)
    return invalid('', '', '', [{ type: 'FieldValueInvalid', field: 'patch', value: JSON.stringify(result), detail: decoded.error }])
  const strict = strictErrors(ctx, `${kind} in version "${version}" cannot be handled as a ${kind}`, decoded.unknown)
  if (strict) return strict
  const object = decoded.object as ApiObject
  const { metadata } = object
  if (metadata.name !== old.metadata.name)
    return badRequest(`the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${ctx.info.name})`)
  if (metadata.namespace !== old.metadata.namespace)
    return badRequest('the namespace of the provided object does not match the namespace sent on the request')
  ctx.sentVersion = metadata.resourceVersion === old.metadata.resourceVersion ? '' : (metadata.resourceVersion ?? '')
  ctx.sentUid = metadata.uid === old.metadata.uid ? '' : (metadata.uid ?? '')
  ctx.object = { kind, apiVersion: old.apiVersion, ...object, metadata }
  return null
}

function patchOf(ctx: RequestContext, type: string): { value: Json } | { status: Status } {
  const { body } = ctx.http
  if (body !== undefined && typeof body !== 'string') return { value: body }
  const parsed = parseJson(body ?? '')
  if ('error' in parsed)
    return {
      status:
        type === 'application/json-patch+json' ? badRequest('invalid JSON patch') : badRequest(`error decoding patch: ${parsed.error}`),
    }
  const wanted = type === 'application/json-patch+json' ? Array.isArray(parsed.value) : isObject(parsed.value)
  if (!wanted && parsed.value !== null) {
    const what = Array.isArray(parsed.value)
      ? 'array'
      : isObject(parsed.value)
        ? 'object'
        : typeof parsed.value === 'boolean'
          ? 'bool'
          : typeof parsed.value
    return {
      status: badRequest(
        `error decoding patch: json: cannot unmarshal ${what} into Go value of type ${type === 'application/json-patch+json' ? '[]handlers.jsonPatchOp' : 'map[string]interface {}'}`,
      ),
    }
  }
  return { value: parsed.value }
}

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
    if (error instanceof StrategicPatchError) return goError(error.message)
    throw error
  }
}

export function isStatus(value: JsonObject | Status): value is Status {
  return value.kind === 'Status' && value.status === 'Failure'
}
