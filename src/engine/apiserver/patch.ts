// A PATCH, applied to the object that was read: JSON patch, merge patch, strategic merge patch, server-side apply.
// Upstream: apiserver pkg/endpoints/handlers/patch.go

import { jsonType } from '../api/decodeError'
import { goJson } from '../api/goOrder'
import { goMap, sortedJson } from '../api/goValue'
import type { Kind } from '../api/kind'
import { childOf } from '../api/managedFields'
import type { ApiObject, Json, JsonObject } from '../api/object'
import { depthError, MAX_STRICT_ERRORS, parseJson, readJson } from '../api/parseJson'
import { applyJsonPatch, JsonPatchError } from '../api/patch/jsonPatch'
import { applyMergePatch } from '../api/patch/mergePatch'
import { applyStrategicPatch, StrategicPatchError } from '../api/patch/strategicMergePatch'
import type { StructSchema, TypeSchema } from '../api/schema'
import { badRequest, failure, goError, invalid, requestEntityTooLarge, unsupportedMediaType, type Status } from '../api/status'
import { isObject, jsonText } from '../base/json'
import type { Because, Facts } from '../base/why'
import { applied } from './apply'
import {
  expectedOf,
  fieldValidationOf,
  noGroupVersion,
  notJson,
  overflowText,
  type Read,
  strictFacts,
  strictText,
  tooLong,
  unknownType,
  withHead,
  wrongName,
  wrongType,
} from './body'
import { APPLY_PATCH, mediaTypeOf, sentTypeOf } from './options'
import { otherNamespace, refusal, type Refusal } from './refusal'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'

const MAX_OPERATIONS = 10_000
const JSON_PATCH = 'application/json-patch+json'
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json'

type Patcher = (old: ApiObject, patch: Json, schema: StructSchema) => { readonly result: JsonObject } | Refusal

const PATCHERS: Readonly<Record<string, Patcher>> = {
  [JSON_PATCH]: jsonPatch,
  'application/merge-patch+json': mergePatch,
  [STRATEGIC_PATCH]: strategicPatch,
}

const CUSTOM_PATCHES = [JSON_PATCH, 'application/merge-patch+json', APPLY_PATCH]

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

/** Why a patch cannot be read at all, whatever it is for; null where it can. */
export function unreadablePatch(ctx: RequestContext): Refusal | null {
  if (mediaTypeOf(ctx) === APPLY_PATCH) return null
  const read = readPatch(ctx)
  return 'status' in read ? read : null
}

/** Sets the request's object to the patched one; a refusal if that cannot be. */
export function patchedObject(ctx: RequestContext, server: ServerState): Refusal | null {
  const type = mediaTypeOf(ctx)
  if (type === APPLY_PATCH) return applied(ctx, server)
  const expected = expectedOf(ctx)
  const { kind, schema } = expected
  const old = ctx.old as ApiObject
  const patch = patchOf(ctx, type)
  if ('status' in patch) return patch
  ctx.body = patch.value
  const made = PATCHERS[type]!(old, patch.value, schema)
  if ('status' in made) return made
  const { result } = made
  const rejected = (detail: string, because: Because, facts: readonly Facts[]) => {
    const value = ctx.kind?.custom ? sortedJson(result) : type === STRATEGIC_PATCH ? goMap(patch.value) : touchedJson(result, old, schema)
    return refusal(invalid('', '', '', [{ type: 'FieldValueInvalid', field: 'patch', value, detail }]), because, ...facts)
  }
  const tooDeep = type === JSON_PATCH ? depthError(result) : null
  if (tooDeep) return refusal(badRequest(tooDeep), 'patchForm', { problem: tooDeep })
  const wrong =
    type === STRATEGIC_PATCH ? null : (noGroupVersion(result) ?? (ctx.kind?.custom ? null : wrongType(result, expected, server)))
  if (wrong) return rejected(wrong.error, wrong.because, [wrong.facts])
  const read = (value: JsonObject) => (type === STRATEGIC_PATCH ? expected.convert(value, old) : expected.decode(value, old))
  const found = read(result)
  // Of several mistakes Go meets the one that is first in its text, or in its struct.
  const text = () => (type === STRATEGIC_PATCH ? goJson(result, schema) : touchedJson(result, old, schema))
  const decoded = 'error' in found && !ctx.kind?.custom ? read(readJson(text()) as JsonObject) : found
  if ('error' in decoded) return rejected(decoded.error, 'wrongType', [decoded.at ?? { problem: decoded.error }])
  const strict = [...patch.strict, ...decoded.unknown]
  if (strict.length > 0 && fieldValidationOf(ctx) === 'Strict') return rejected(strictText(strict), 'strictFields', strictFacts(strict))
  if (fieldValidationOf(ctx) === 'Warn') ctx.warnings.push(...strict)
  const object = decoded.object as ApiObject
  const { metadata } = object
  const { namespace } = old.metadata
  if (namespace !== undefined && (metadata.namespace ?? namespace) !== namespace)
    return otherNamespace(metadata.namespace ?? '', ctx.info.namespace)
  const misnamed = wrongName(metadata.name, ctx.info.name)
  if (misnamed) return misnamed
  ctx.sentVersion = metadata.resourceVersion === old.metadata.resourceVersion ? '' : (metadata.resourceVersion ?? '')
  ctx.object = withHead(
    kind,
    old.apiVersion ?? '',
    metadata.namespace === namespace ? object : { ...object, metadata: { ...metadata, namespace } },
  )
  return null
}

type Patch = { readonly value: Json; readonly strict: readonly string[] } | Refusal

const OPERATION = new Set(['op', 'path', 'from', 'value'])

function readPatch({ http: { body } }: RequestContext): Read {
  if (body !== undefined && typeof body !== 'string') return { value: body, duplicates: [] }
  const text = body ?? ''
  const long = tooLong(text)
  if (long) return long
  const parsed = parseJson(text)
  if (!('error' in parsed)) return parsed
  const { because, facts } = notJson(text, parsed)
  return refusal(badRequest('invalid JSON patch'), because, facts)
}

function patchOf(ctx: RequestContext, type: string): Patch {
  const read = readPatch(ctx)
  if ('status' in read) return read
  if (typeof ctx.http.body !== 'string' && ctx.http.body !== undefined) return { value: read.value, strict: [] }
  const { value, duplicates, overflow } = read
  const loose = fieldValidationOf(ctx) === 'Ignore'
  const wrongForm = (problem: string) => refusal(badRequest(problem), 'patchForm', { problem })
  if (overflow !== undefined) {
    const error = overflowText(overflow, type === JSON_PATCH ? 'struct field jsonPatchOp.value' : 'value')
    return wrongForm(type === STRATEGIC_PATCH ? error : `error decoding patch: ${error}`)
  }
  if (type !== JSON_PATCH) {
    const wrong = wrongMerge(value, type, loose)
    return wrong === null ? { value, strict: duplicates } : wrongForm(wrong)
  }
  const wrong = loose ? wrongOperations(value) : wrongStrictOperations(value)
  if (wrong !== null) return wrongForm(wrong)
  const unknown = ((value ?? []) as readonly Json[]).flatMap((operation, i) =>
    isObject(operation) ? Object.keys(operation).flatMap((key) => (OPERATION.has(key) ? [] : [`unknown field "[${i}].${key}"`])) : [],
  )
  return { value, strict: [...duplicates, ...unknown].slice(0, MAX_STRICT_ERRORS).map((e) => `json patch ${e}`) }
}

const unmarshal = (value: Json, into: string) => `json: cannot unmarshal ${jsonType(value)} into Go ${into}`

/** What a patch that is no JSON object is told; null where it may be applied. */
function wrongMerge(value: Json, type: string, loose: boolean): string | null {
  if (isObject(value)) return null
  const wrong = unmarshal(value, 'value of type map[string]interface {}')
  if (type === STRATEGIC_PATCH) return value === null ? null : wrong
  return value === null || loose ? 'Invalid JSON Patch' : `error decoding patch: ${wrong}`
}

/** JSON patches are read twice where fields are validated: into the type that knows its fields first. */
function wrongStrictOperations(value: Json): string | null {
  const wrong = (error: string) => `error decoding patch: ${error}`
  if (value === null) return null
  if (!Array.isArray(value)) return wrong(unmarshal(value, 'value of type []handlers.jsonPatchOp'))
  for (const operation of value as readonly Json[]) {
    if (operation === null) continue
    if (!isObject(operation)) return wrong(unmarshal(operation, 'value of type handlers.jsonPatchOp'))
    for (const field of ['op', 'path', 'from']) {
      const given = operation[field]
      if (typeof given !== 'string' && given !== undefined && given !== null)
        return wrong(unmarshal(given, `struct field jsonPatchOp.${field} of type string`))
    }
  }
  return null
}

function wrongOperations(value: Json): string | null {
  if (value === null) return null
  if (!Array.isArray(value)) return unmarshal(value, 'value of type jsonpatch.Patch')
  const odd = (value as readonly Json[]).find((operation) => operation !== null && !isObject(operation))
  return odd === undefined ? null : unmarshal(odd, 'value of type jsonpatch.Operation')
}

/** Go writes untouched parts as they stood, and what it took apart with its keys sorted. */
function touchedJson(value: Json, old: Json | undefined, type: TypeSchema | undefined): string {
  if (value === old) return goJson(value, type)
  if (Array.isArray(value)) {
    const items = type?.type === 'list' ? type.items : undefined
    const was = Array.isArray(old) ? (old as readonly Json[]) : []
    return `[${(value as readonly Json[]).map((v, i) => touchedJson(v, was[i], items)).join(',')}]`
  }
  if (!isObject(value)) return goJson(value, type)
  const keys = Object.keys(value).filter((k) => value[k] !== undefined)
  const was = isObject(old) ? old : {}
  return `{${keys
    .sort()
    .map((k) => `${JSON.stringify(k)}:${touchedJson(value[k] as Json, was[k], childOf(type, k))}`)
    .join(',')}}`
}

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
