// The body of a PATCH: a list of operations or an object that says what changes, in the form that its media type asks for.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (jsonPatcher.applyJSPatch, smpPatcher.applyPatchToCurrentObject)

import { jsonType } from '../../api/serializer/decodeError'
import type { Json } from '../../api/object'
import { MAX_STRICT_ERRORS, parseJson } from '../../api/serializer/parseJson'
import { badRequest } from '../../api/errors/status'
import { isObject } from '../../base/json'
import { fieldValidationOf } from '../body/fieldValidation'
import { notJson, overflowText, tooLong, type Read } from '../body/readBody'
import { APPLY_PATCH, mediaTypeOf } from '../options'
import { refusal, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import { JSON_PATCH, STRATEGIC_PATCH } from './patchTypes'

export interface Patch {
  readonly value: Json
  /** What a strict reader has against the patch itself. */
  readonly strict: readonly string[]
}

/** Why a patch cannot be read at all, whatever it is for; null where it can. */
export function unreadablePatch(ctx: RequestContext): Refusal | null {
  if (mediaTypeOf(ctx) === APPLY_PATCH) return null
  const read = jsonOf(ctx)
  return 'status' in read ? read : null
}

/** `type`: the media type of any patch but an apply. */
export function readPatch(ctx: RequestContext, type: string): Patch | Refusal {
  const read = jsonOf(ctx)
  if ('status' in read) return read
  const { value, duplicates, overflow } = read
  const { body } = ctx.http
  if (body !== undefined && typeof body !== 'string') return { value, strict: [] }
  const isLoose = fieldValidationOf(ctx) === 'Ignore'
  const wrongForm = (problem: string) => refusal(badRequest(problem), 'patchForm', { problem })
  if (overflow !== undefined) {
    const error = overflowText(overflow, type === JSON_PATCH ? 'struct field jsonPatchOp.value' : 'value')
    return wrongForm(type === STRATEGIC_PATCH ? error : `error decoding patch: ${error}`)
  }
  if (type !== JSON_PATCH) {
    const wrong = wrongMerge(value, type, isLoose)
    return wrong === null ? { value, strict: duplicates } : wrongForm(wrong)
  }
  const wrong = isLoose ? wrongOperations(value) : wrongStrictOperations(value)
  if (wrong !== null) return wrongForm(wrong)
  const strict = [...duplicates, ...unknownFields((value ?? []) as readonly Json[])]
  return { value, strict: strict.slice(0, MAX_STRICT_ERRORS).map((error) => `json patch ${error}`) }
}

/** A client inside of the engine sends JSON that needs no reading. */
function jsonOf({ http: { body = '' } }: RequestContext): Read {
  if (typeof body !== 'string') return { value: body, duplicates: [] }
  const long = tooLong(body)
  if (long) return long
  const parsed = parseJson(body)
  if (!('error' in parsed)) return parsed
  const { because, facts } = notJson(body, parsed)
  return refusal(badRequest('invalid JSON patch'), because, facts)
}

const OPERATION = new Set(['op', 'path', 'from', 'value'])

const unknownFields = (operations: readonly Json[]): readonly string[] =>
  operations.flatMap((operation, i) =>
    isObject(operation) ? Object.keys(operation).flatMap((key) => (OPERATION.has(key) ? [] : [`unknown field "[${i}].${key}"`])) : [],
  )

const unmarshal = (value: Json, into: string) => `json: cannot unmarshal ${jsonType(value)} into Go ${into}`

/** What a patch that is no JSON object is told; null where it may be applied. */
function wrongMerge(value: Json, type: string, isLoose: boolean): string | null {
  if (isObject(value)) return null
  const wrong = unmarshal(value, 'value of type map[string]interface {}')
  if (type === STRATEGIC_PATCH) return value === null ? null : wrong
  return value === null || isLoose ? 'Invalid JSON Patch' : `error decoding patch: ${wrong}`
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
