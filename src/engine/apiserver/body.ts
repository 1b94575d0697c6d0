// From a request's body to an object of the expected kind, with Go's words for what is wrong with it.
// Leaves out: protobuf.
// Upstream: apiserver pkg/endpoints/handlers/{create,rest}.go, apimachinery pkg/runtime/serializer

import { decodeObject } from '../api/decode'
import type { Kind } from '../api/kind'
import { groupVersion, parseGroupVersion, type ApiObject, type Json, type JsonObject } from '../api/object'
import { parseJson } from '../api/parseJson'
import type { StructSchema } from '../api/schema'
import { badRequest, requestEntityTooLarge, unsupportedMediaType, type Status } from '../api/status'
import { isObject } from '../base/json'
import { OBJECT_TYPES } from './mediaTypes'
import { mediaTypeOf } from './options'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'

const LIMIT = 3 * 1024 * 1024
const SCHEME = 'in scheme "pkg/runtime/scheme.go:111"'

export interface Expected {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly schema: StructSchema
}

export function expectedOf({ kind, subresource }: RequestContext): Expected {
  const parent = kind as Kind
  return {
    ...(subresource?.kind ?? { group: parent.group, version: parent.version, kind: parent.kind }),
    schema: subresource?.schema ?? parent.schema,
  }
}

export type Read = { readonly value: Json; readonly duplicates: readonly string[] } | { readonly status: Status }

/** The body as JSON. `expected` is named in the refusal of what cannot be read. */
export function readBody(ctx: RequestContext, expected: string, server: ServerState): Read {
  const { body } = ctx.http
  if (body !== undefined && typeof body !== 'string') return { value: body, duplicates: [] }
  const text = body ?? ''
  if (text.length > LIMIT) return { status: requestEntityTooLarge() }
  const type = mediaTypeOf(ctx)
  if (type === 'application/yaml' && server.yaml) {
    const parsed = server.yaml.parseYaml(text)
    return 'error' in parsed
      ? { status: unrecognized(expected, parsed.error, text) }
      : { value: parsed.documents[0] ?? null, duplicates: [] }
  }
  if (type !== '' && type !== 'application/json') return { status: unsupportedMediaType(OBJECT_TYPES) }
  const parsed = parseJson(text)
  return 'error' in parsed ? { status: unrecognized(expected, parsed.error, text) } : parsed
}

export function unrecognized(expected: string, error: string, text: string): Status {
  const head = text.slice(0, 30)
  const shown =
    text === ''
      ? '<empty>'
      : text.trimStart().startsWith('{')
        ? head
        : [...new TextEncoder().encode(text)]
            .slice(0, 30)
            .map((b) => b.toString(16).padStart(2, '0'))
            .join('')
  return badRequest(
    `the object provided is unrecognized (must be of type ${expected}): couldn't get version/kind; json parse error: ${error} (${shown})`,
  )
}

export type DecodedBody = { readonly object: ApiObject; readonly unknown: readonly string[] } | { readonly status: Status }

/** Checks kind and version, then decodes by the schema. */
export function decodeAs(value: Json, expected: Expected, server: ServerState): DecodedBody {
  const { group, version, kind, schema } = expected
  const given: JsonObject = isObject(value) ? value : {}
  const ownVersion = groupVersion(group, version)
  const apiVersion = typeof given.apiVersion === 'string' && given.apiVersion !== '' ? given.apiVersion : ownVersion
  const ownKind = typeof given.kind === 'string' && given.kind !== '' ? given.kind : kind
  const refuse = (error: string) => ({
    status: badRequest(`${ownKind} in version "${parseGroupVersion(apiVersion).version}" cannot be handled as a ${kind}: ${error}`),
  })
  if (ownKind !== kind || apiVersion !== ownVersion) {
    const other = parseGroupVersion(apiVersion)
    if (!server.scheme.byKind(other.group, other.version, ownKind) && !isKnownElsewhere(ownKind, apiVersion))
      return refuse(`no kind "${ownKind}" is registered for version "${apiVersion}" ${SCHEME}`)
    return refuse(`converting (${other.version}.${ownKind}) to (${internalName(group)}.${kind}): unknown conversion`)
  }
  const decoded = decodeObject(schema, given)
  if ('error' in decoded) return refuse(decoded.error)
  const { object } = decoded
  return { object: { kind, apiVersion, metadata: object.metadata ?? {}, ...object } as ApiObject, unknown: decoded.unknown }
}

/** Kinds that a server knows without serving them under a path of their own. */
const isKnownElsewhere = (kind: string, apiVersion: string) =>
  apiVersion === 'v1' && (kind === 'Binding' || kind === 'Status' || kind === 'DeleteOptions' || kind === 'List')

const internalName = (group: string) => (group === '' ? 'core' : group.split('.')[0]!)

/** Unknown and duplicate fields by `fieldValidation`: warnings, a refusal, or nothing. */
export function strictErrors(ctx: RequestContext, head: string, errors: readonly string[]): Status | null {
  if (errors.length === 0) return null
  const mode = ctx.info.query.get('fieldValidation') || 'Warn'
  if (mode === 'Strict') return badRequest(`${head}: strict decoding error: ${errors.join(', ')}`)
  if (mode === 'Warn') ctx.warnings.push(...errors)
  return null
}
