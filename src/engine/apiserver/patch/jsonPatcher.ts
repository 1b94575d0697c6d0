// JSON patches and JSON merge patches: both change an object's JSON, which is decoded anew.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (jsonPatcher)

import { badRequest, requestEntityTooLarge } from '../../api/errors/status'
import { goStructJson } from '../../api/go/goOrder'
import { sortedJson } from '../../api/go/goValue'
import type { ApiObject, Json, JsonObject } from '../../api/object'
import { applyJsonPatch, JsonPatchError } from '../../api/patch/jsonPatch'
import { applyMergePatch } from '../../api/patch/mergePatch'
import { childOf, type TypeSchema } from '../../api/schema/schema'
import { depthError, readJson } from '../../api/serializer/parseJson'
import { anyDepth } from '../../base/anyDepth'
import { isObject, jsonText, listText } from '../../base/json'
import { expectedOf, wrongType } from '../body/expected'
import { noGroupVersion } from '../body/readBody'
import { refusal, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import { REJECTED, type PatchedResult } from './patchedResult'

/** Upstream: apiserver pkg/endpoints/handlers/patch.go maxJSONPatchOperations */
const MAX_OPERATIONS = 10_000

export function jsonPatched(ctx: RequestContext, server: ServerState, patch: Json): PatchedResult | Refusal {
  const result = operated(ctx.old as ApiObject, (patch ?? []) as readonly (JsonObject | null)[])
  return 'status' in result ? result : decodable(ctx, server, result.object)
}

export function mergePatched(ctx: RequestContext, server: ServerState, patch: Json): PatchedResult {
  return decodable(ctx, server, applyMergePatch(ctx.old as ApiObject, (patch ?? {}) as JsonObject))
}

function operated(old: ApiObject, operations: readonly (JsonObject | null)[]): { readonly object: JsonObject } | Refusal {
  if (operations.length > MAX_OPERATIONS)
    return refusal(
      requestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`),
      'tooLarge',
      { size: String(operations.length), limit: String(MAX_OPERATIONS) },
    )
  try {
    const object = applyJsonPatch(old, operations)
    const tooDeep = depthError(object)
    return tooDeep ? refusal(badRequest(tooDeep), 'patchForm', { problem: tooDeep }) : { object }
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error
    const { op = '', path = '' } = (operations[error.operation] ?? {}) as { op?: Json; path?: Json }
    return refusal(REJECTED, 'patchOperation', {
      operation: `[${error.operation}] ${jsonText(op)} ${jsonText(path)}`,
      problem: error.message,
    })
  }
}

function decodable(ctx: RequestContext, server: ServerState, result: JsonObject): PatchedResult {
  const old = ctx.old as ApiObject
  const expected = expectedOf(ctx)
  const isCustom = ctx.kind?.custom !== undefined
  const decode = (value: JsonObject) => expected.decode(value, old)
  const text = () => touchedJson(result, old, expected.schema)
  return {
    wrongType: noGroupVersion(result) ?? (isCustom ? null : wrongType(result, expected, server)),
    decode: () => decode(result),
    // A custom resource has no Go type that would be read in an order of its own.
    ...(isCustom ? {} : { decodeInOrder: () => decode(readJson(text()) as JsonObject) }),
    shown: () => (isCustom ? sortedJson(result) : text()),
  }
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
