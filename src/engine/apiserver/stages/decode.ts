// From the body to an object of the kind that the path names; for a PATCH, the patch is applied to what was read and the result decoded.
// Leaves out: protobuf. Server-side apply says that it is not modelled here yet.
// Upstream: apiserver pkg/endpoints/handlers/{create,update,patch,delete}.go

import { decodeObject } from '../../api/decode'
import type { Kind } from '../../api/kind'
import { groupVersion, parseGroupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { parseJson } from '../../api/parseJson'
import { applyJsonPatch, JsonPatchError } from '../../api/patch/jsonPatch'
import { applyMergePatch } from '../../api/patch/mergePatch'
import { applyStrategicPatch, StrategicPatchError } from '../../api/patch/strategicMergePatch'
import { badRequest, failure, goError, invalid, requestEntityTooLarge, unsupportedMediaType, type Status } from '../../api/status'
import type { StructSchema } from '../../api/schema'
import { isObject, type Json } from '../../base/json'
import { bodyType, OBJECT_TYPES, PATCH_TYPES } from '../mediaTypes'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { Server } from '../server'
import { objectOf } from '../watchCache'
import { checkOptions } from '../options'

const MAX_BODY = 3 * 1024 * 1024
const SCHEME = 'pkg/runtime/scheme.go:111'

export function decode(ctx: RequestContext, server: Server): StageResult {
  const refusal = checkOptions(ctx) ?? tooLarge(ctx) ?? (ctx.route === 'patch' ? decodePatch(ctx, server) : ctx.route === 'delete' ? decodeDelete(ctx) : decodeBody(ctx))
  if (refusal) return refused(refusal)
  return ctx.warnings.length > 0 ? { outcome: 'changed', detail: { says: ctx.warnings[0] } } : passed
}

function tooLarge({ http }: RequestContext): Status | null {
  return typeof http.body === 'string' && http.body.length > MAX_BODY ? requestEntityTooLarge() : null
}

function readBody(ctx: RequestContext): { readonly value: Json; readonly duplicates: readonly string[]; readonly text: string } | { readonly refusal: Status } {
  const { body } = ctx.http
  if (body !== undefined && typeof body !== 'string') return { value: body, duplicates: [], text: '' }
  const type = bodyType(ctx.http.headers['content-type'])
  if (type !== 'application/json' && type !== 'application/yaml') return { refusal: unsupportedMediaType(OBJECT_TYPES) }
  const text = body ?? ''
  const parsed = parseJson(text)
  if ('error' in parsed) return { refusal: unreadable(ctx, parsed.error, text) }
  return { ...parsed, text }
}

function unreadable(ctx: RequestContext, error: string, text: string): Status {
  const shown = text === '' ? '<empty>' : /^\s*\{/.test(text) ? text.slice(0, 30) : Array.from(new TextEncoder().encode(text.slice(0, 30)), (b) => b.toString(16).padStart(2, '0')).join('')
  return badRequest(`the object provided is unrecognized (must be of type ${expectedKind(ctx)}): couldn't get version/kind; json parse error: ${error} (${shown})`)
}

const expectedKind = (ctx: RequestContext) => ctx.subresource?.kind?.kind ?? ctx.kind!.kind

function decodeBody(ctx: RequestContext): Status | null {
  const read = readBody(ctx)
  if ('refusal' in read) return read.refusal
  if (read.value !== null && !isObject(read.value)) {
    const type = Array.isArray(read.value) ? 'array' : typeof read.value
    return unreadable(ctx, `json: cannot unmarshal ${type} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`, read.text)
  }
  const special = ctx.subresource?.kind && ctx.subresource.schema ? ctx.subresource : null
  const expected = special ? special.kind! : { group: ctx.kind!.group, version: ctx.kind!.version, kind: ctx.kind!.kind }
  const schema = special ? special.schema! : ctx.kind!.schema
  const wrong = checkKind(read.value ?? {}, expected)
  if (wrong) return wrong
  return finish(ctx, read.value ?? {}, expected, schema, read.duplicates)
}

interface Expected {
  readonly group: string
  readonly version: string
  readonly kind: string
}

function checkKind(value: JsonObject, expected: Expected): Status | null {
  const { apiVersion, kind } = value
  const bodyVersion = typeof apiVersion === 'string' && apiVersion ? apiVersion : groupVersion(expected.group, expected.version)
  const bodyKind = typeof kind === 'string' && kind ? kind : expected.kind
  const { group, version } = parseGroupVersion(bodyVersion)
  if (group === expected.group && version === expected.version && bodyKind === expected.kind) return null
  const cannot = `${bodyKind} in version "${version}" cannot be handled as a ${expected.kind}`
  if (group === expected.group && version === expected.version) return badRequest(`${cannot}: converting (v1.${bodyKind}) to (${expected.group === '' ? 'core' : expected.group.split('.')[0]}.${expected.kind}): unknown conversion`)
  return badRequest(`${cannot}: no kind "${bodyKind}" is registered for version "${bodyVersion}" in scheme "${SCHEME}"`)
}

/** Decodes and keeps the object; strict errors become warnings, a refusal or nothing, as the client asked. */
function finish(ctx: RequestContext, value: JsonObject, expected: Expected, schema: StructSchema, duplicates: readonly string[]): Status | null {
  const decoded = decodeObject(schema, value)
  const cannot = `${expected.kind} in version "${expected.version}" cannot be handled as a ${expected.kind}`
  if ('error' in decoded) return badRequest(`${cannot}: ${decoded.error}`)
  const strict = [...duplicates, ...decoded.unknown]
  const mode = ctx.info.query.get('fieldValidation') ?? ''
  if (strict.length > 0) {
    if (mode === 'Strict') return badRequest(`${cannot}: strict decoding error: ${strict.join(', ')}`)
    if (mode !== 'Ignore') ctx.warnings.push(...strict)
  }
  const apiVersion = groupVersion(expected.group, expected.version)
  const object = decoded.object as ApiObject
  const whole: ApiObject = object.kind === expected.kind && object.apiVersion === apiVersion ? object : { kind: expected.kind, apiVersion, ...without(object), metadata: object.metadata ?? {} }
  ctx.decoded = whole.metadata ? whole : { ...whole, metadata: {} }
  ctx.object = ctx.decoded
  ctx.sentVersion = ctx.decoded.metadata.resourceVersion ?? ''
  return checkIdentity(ctx)
}

function without({ kind: _kind, apiVersion: _apiVersion, ...rest }: JsonObject): JsonObject {
  return rest
}

/** Name and namespace of the body against those of the URL; an empty namespace is filled in. */
function checkIdentity(ctx: RequestContext): Status | null {
  const { info } = ctx
  const object = ctx.object!
  const { name = '', namespace = '' } = object.metadata
  const namespaced = ctx.kind!.namespaced
  if (namespaced && namespace !== info.namespace) {
    if (namespace !== '') return badRequest('the namespace of the provided object does not match the namespace sent on the request')
    ctx.object = ctx.decoded = { ...object, metadata: { ...object.metadata, namespace: info.namespace } }
  }
  if (ctx.route === 'update' || ctx.route === 'patch') {
    if (name === '') ctx.object = ctx.decoded = { ...ctx.object!, metadata: { ...ctx.object!.metadata, name: info.name } }
    else if (name !== info.name) return badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`)
  }
  return null
}

function decodePatch(ctx: RequestContext, server: Server): Status | null {
  const type = PATCH_TYPES[bodyType(ctx.http.headers['content-type'] ?? 'none') as keyof typeof PATCH_TYPES]
  if (!type) return failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  if (type === 'apply') return failure(415, 'UnsupportedMediaType', 'server-side apply is not modelled here yet; json, merge and strategic merge patches are', {})
  const { body } = ctx.http
  const parsed = typeof body === 'string' || body === undefined ? parseJson(body ?? '') : { value: body as Json, duplicates: [] }
  if ('error' in parsed) return badRequest(type === 'json' ? 'invalid JSON patch' : `couldn't get version/kind; json parse error: ${parsed.error}`)
  const kind = ctx.kind!
  const current = server.served(kind, objectOf(ctx.existing!))
  const patched = applyPatch(type, current, parsed.value, kind)
  if ('refusal' in patched) return patched.refusal
  if (ctx.info.query.get('fieldValidation') !== 'Ignore' && parsed.duplicates.length > 0) ctx.warnings.push(...parsed.duplicates)
  const decoded = decodeObject(kind.schema, patched.object)
  if ('error' in decoded) return invalid('', '', '', [{ type: 'FieldValueInvalid', field: 'patch', value: JSON.stringify(patched.object), detail: decoded.error }])
  return finish(ctx, patched.object, { group: kind.group, version: kind.version, kind: kind.kind }, kind.schema, [])
}

function applyPatch(type: 'json' | 'merge' | 'strategic', current: ApiObject, patch: Json, kind: Kind): { readonly object: JsonObject } | { readonly refusal: Status } {
  try {
    if (type === 'json') {
      if (!Array.isArray(patch)) return { refusal: badRequest(`error decoding patch: json: cannot unmarshal ${isObject(patch) ? 'object' : typeof patch} into Go value of type []handlers.jsonPatchOp`) }
      return { object: applyJsonPatch(current, patch as unknown as readonly JsonObject[]) }
    }
    if (!isObject(patch)) return { refusal: badRequest(`error decoding patch: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`) }
    return { object: type === 'merge' ? applyMergePatch(current, patch) : applyStrategicPatch(current, patch, kind.schema) }
  } catch (error) {
    if (error instanceof JsonPatchError) return { refusal: failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {}) }
    if (error instanceof StrategicPatchError) return { refusal: goError(error.message) }
    throw error
  }
}

function decodeDelete(ctx: RequestContext): Status | null {
  const { body } = ctx.http
  if (body === undefined || body === '') return null
  const read = readBody(ctx)
  if ('refusal' in read) {
    const parsed = typeof body === 'string' ? parseJson(body) : null
    return parsed && 'error' in parsed ? badRequest(`couldn't get version/kind; json parse error: ${parsed.error}`) : read.refusal
  }
  const { kind, apiVersion, ...options } = (isObject(read.value) ? read.value : {}) as JsonObject
  if (kind !== undefined && kind !== 'DeleteOptions') return badRequest(`no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "${SCHEME}"`)
  ctx.deleteOptions = { ...ctx.deleteOptions, ...options }
  return checkOptions(ctx)
}
