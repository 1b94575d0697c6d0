// A body that was read becomes an object of the kind that its path takes, or a refusal in Go's words.
// Upstream: apiserver pkg/endpoints/handlers/create.go, apimachinery pkg/runtime/serializer/{codec_factory,versioning}, for custom resources
// apiextensions-apiserver pkg/apiserver/customresource_handler.go (schemaCoercingDecoder)

import { groupVersion, parseGroupVersion, type ApiObject, type Json, type JsonObject } from '../../api/object'
import { badRequest } from '../../api/errors/status'
import { isObject } from '../../base/json'
import { roomFor } from '../../base/roomFor'
import type { Because, Facts } from '../../base/why'
import { isReadable } from '../otherVersions'
import { invalidFields, refusal, type Refusal } from '../refusal'
import type { ServerState } from '../serverState'
import { typeMetaOf, wrongType, type Expected } from './expected'
import { overflowText, type Read } from './readBody'

/** Characters of a number that are shown to the reader. */
const SHOWN = 120

/** `unknown`: the fields that the kind does not have, in Go's words. */
export type DecodedBody = { readonly object: ApiObject; readonly unknown: readonly string[] } | Refusal

/**
 * Checks kind and version, then decodes by the schema. `custom`: a custom resource, which is read without types: that leaves a float64 for
 * every number.
 */
export function decodeBody(
  { value, overflow }: Exclude<Read, Refusal>,
  expected: Expected,
  server: ServerState,
  custom = false,
): DecodedBody {
  const given: JsonObject = isObject(value) ? value : {}
  const { kind, apiVersion } = typeMetaOf(given, expected)
  const refuse = (error: string, because: Because, facts: Facts) =>
    refusal(
      badRequest(`${kind} in version "${parseGroupVersion(apiVersion).version}" cannot be handled as a ${expected.kind}: ${error}`),
      because,
      facts,
    )
  if (custom && overflow !== undefined)
    return refuse(overflowText(overflow), 'wrongType', { expected: 'float64', found: `number ${overflow.slice(0, SHOWN)}` })
  const wrongCustom = custom ? wrongCustomType(given, expected) : null
  if (wrongCustom) return wrongCustom
  const other = custom ? null : otherVersion(kind, apiVersion, expected)
  if (other) return other
  const wrong = wrongType(given, expected, server)
  if (wrong) return refuse(wrong.error, wrong.because, wrong.facts)
  const decoded = expected.decode(given)
  if ('error' in decoded) return refuse(decoded.error, 'wrongType', decoded.at ?? { problem: decoded.error })
  const { object } = decoded
  return { object: withTypeMeta(kind, apiVersion, object), unknown: decoded.unknown }
}

/** The same kind in a version that the server knows and the path does not serve. */
function otherVersion(kind: string, apiVersion: string, expected: Expected): Refusal | null {
  const own = groupVersion(expected.group, expected.version)
  if (kind !== expected.kind || apiVersion === own || !isReadable(kind, apiVersion)) return null
  return versionMismatch(kind, apiVersion, own)
}

const versionMismatch = (kind: string, apiVersion: string, own: string): Refusal =>
  refusal(badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${own})`), 'otherKind', {
    kind,
    apiVersion,
    expected: `${own} ${kind}`,
  })

/** Why a custom resource is not the expected one. It must say itself what it is: a decoder that knows no types takes its word. */
function wrongCustomType({ kind, apiVersion, metadata }: JsonObject, expected: Expected): Refusal | null {
  const own = groupVersion(expected.group, expected.version)
  if (typeof kind !== 'string' || kind === '')
    return refusal(badRequest("Object 'Kind' is missing in 'object has no kind field '"), 'unknownKind', {
      field: 'kind',
      expected: expected.kind,
    })
  if (apiVersion !== own) return versionMismatch(kind, typeof apiVersion === 'string' ? apiVersion : '', own)
  if (kind === expected.kind) return null
  const name = isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : ''
  return invalidFields(expected.group, kind, name, [
    { type: 'FieldValueInvalid', field: 'kind', value: kind, detail: `must be ${expected.kind}` },
  ])
}

/** The object with its TypeMeta: kind and version first, then the fields in their order. */
export function withTypeMeta(kind: string, apiVersion: string, object: JsonObject): ApiObject {
  const names = Object.keys(object)
  const out: Record<string, Json | undefined> = roomFor(names.length + 3)
  out.kind = kind
  out.apiVersion = apiVersion
  out.metadata = {}
  for (const name of names) if (name !== 'kind' && name !== 'apiVersion') out[name] = object[name]
  return out as unknown as ApiObject
}
