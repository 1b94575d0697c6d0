// The text of a request's body as JSON, by its media type, with Go's words for what cannot be read. Nothing of its kind is known here:
// expected.ts says what a path takes, decodeBody.ts makes an object of it.
// Leaves out: protobuf that is well-formed (a body is text here).
// Upstream: apiserver pkg/endpoints/handlers/{create,rest}.go, apimachinery pkg/runtime/serializer

import { jsonType } from '../../api/serializer/decodeError'
import type { Json, JsonObject } from '../../api/object'
import { deepTextError, parseJson, type ParsedJson } from '../../api/serializer/parseJson'
import { badRequest, requestEntityTooLarge, unsupportedMediaType, type Status } from '../../api/errors/status'
import { byteLength, isLongerThan } from '../../base/byteLength'
import { isObject, jsonText } from '../../base/json'
import type { Because, Facts } from '../../base/why'
import { typesOf } from '../mediaTypes'
import { mediaTypeOf } from '../options'
import { refusal, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import { placeIn } from './place'

/** Bytes. Upstream: apiserver pkg/server/config.go MaxRequestBodyBytes */
export const BODY_LIMIT = 3 * 1024 * 1024
/** `overflow`: the first number that no float64 holds, for whoever decodes to judge. */
export type Read =
  (Pick<Extract<ParsedJson, { value: Json }>, 'value' | 'duplicates' | 'places' | 'overflow'> & { readonly yaml?: true }) | Refusal

/** The body as JSON. `expected` is named in the refusal of what cannot be read. */
export function readBody(ctx: RequestContext, expected: string, server: ServerState): Read {
  const { body = '' } = ctx.http
  const parsed = typeof body === 'string' ? parsedBody(ctx, body, server) : (notInterpreted(body) ?? { value: body, duplicates: [] })
  if (!('error' in parsed)) return parsed
  const { error, because, facts } = parsed
  return refusal(
    badRequest(`the object provided is unrecognized (must be of type ${expected}): ${error} (${summaryOf(jsonText(body))})`),
    because,
    facts,
  )
}

export type Parsed = Read | Unreadable

/** Why a text is nothing that can be decoded, without a word of what was expected. */
export interface Unreadable {
  readonly error: string
  readonly because: Because
  readonly facts: Facts
}

/** As `readBody`, for those who say in words of their own what is wrong with a text. */
export function parsedBody(ctx: RequestContext, text: string, server: ServerState): Parsed {
  const long = tooLong(text)
  if (long) return long
  const type = mediaTypeOf(ctx)
  if (type === 'application/yaml' && server.yaml) {
    const parsed = server.yaml.parseYaml(text)
    if ('error' in parsed) return { error: parsed.error, because: 'notYaml', facts: { ...placeIn(text, parsed.at), problem: parsed.error } }
    const value = parsed.documents[0] ?? null
    const problem = deepTextError(value)
    if (problem !== null) return { error: `${NO_KIND}${problem}`, because: 'notYaml', facts: { problem } }
    return notInterpreted(value) ?? { value, duplicates: parsed.duplicates, yaml: true }
  }
  if (type === PROTOBUF && !ctx.kind?.custom) return notProtobuf(text)
  if (type !== '' && type !== 'application/json') return unknownType(ctx, unsupportedMediaType(typesOf(ctx.kind)), typesOf(ctx.kind))
  const parsed = parseJson(text)
  if ('error' in parsed) return { error: `${NO_KIND}${parsed.error}`, ...notJson(text, parsed) }
  return notInterpreted(parsed.value) ?? parsed
}

/** What Go says of a number that no float64 holds. */
export const overflowText = (literal: string, into = 'value') => `json: cannot unmarshal number ${literal} into Go ${into} of type float64`

/** A custom resource: it is read without types, and all of it is kept, or at least looked through. */
export const isUntyped = ({ kind, subresource }: RequestContext) => kind?.custom !== undefined && !subresource?.schema

const PROTOBUF = 'application/vnd.kubernetes.protobuf'

/** Upstream: apimachinery pkg/runtime/serializer/protobuf/protobuf.go */
function notProtobuf(text: string): Unreadable {
  const error = text === '' ? 'empty data' : 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'
  return { error, because: 'contentType', facts: { header: 'Content-Type', sent: PROTOBUF, problem: error } }
}

export const notJson = (text: string, { error, at }: Extract<ParsedJson, { error: string }>) =>
  ({ because: 'notJson', facts: { ...placeIn(text, at), problem: error } }) as const

/** The refusal of a body over the limit, which counts bytes. */
export const tooLong = (text: string): Refusal | null =>
  isLongerThan(text, BODY_LIMIT)
    ? refusal(requestEntityTooLarge(), 'tooLarge', { size: String(byteLength(text)), limit: String(BODY_LIMIT) })
    : null

export const unknownType = ({ http }: Pick<RequestContext, 'http'>, status: Status, supported: string): Refusal =>
  refusal(status, 'contentType', { header: 'Content-Type', sent: http.headers['content-type'] ?? '', supported })

const NO_KIND = "couldn't get version/kind; json parse error: "
const META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

/** The serializer looks for kind and version before anything else is read: they must be texts, in an object. */
function notInterpreted(value: Json): Unreadable | null {
  if (value === null) return null
  if (!isObject(value))
    return {
      error: `${NO_KIND}json: cannot unmarshal ${jsonType(value)} into Go value of type ${META}`,
      because: 'notAnObject',
      facts: { expected: 'object', found: jsonType(value) },
    }
  for (const field of ['apiVersion', 'kind']) {
    const given = value[field]
    if (given !== undefined && given !== null && typeof given !== 'string')
      return {
        error: `${NO_KIND}json: cannot unmarshal ${jsonType(given)} into Go struct field .${field} of type string`,
        because: 'wrongType',
        facts: { field, expected: 'string', found: jsonType(given) },
      }
  }
  return noGroupVersion(value)
}

/** An apiVersion that is more than a group and a version; null where there is none such. */
export function noGroupVersion({ apiVersion }: JsonObject): Unreadable | null {
  if (typeof apiVersion !== 'string' || apiVersion.split('/').length <= 2) return null
  const facts = { field: 'apiVersion', sent: apiVersion, expected: '<group>/<version>' }
  return { error: `unexpected GroupVersion string: ${apiVersion}`, because: 'otherKind', facts }
}

/** The body's first 30 bytes: as they are if they begin an object, else in hexadecimal. */
function summaryOf(text: string): string {
  if (text === '') return '<empty>'
  const bytes = new TextEncoder().encode(text.slice(0, 31))
  const more = bytes.length > 30 ? ' ...' : ''
  if (text.startsWith('{')) return new TextDecoder().decode(bytes.slice(0, 30)) + more
  return [...bytes.slice(0, 30)].map((b) => b.toString(16).padStart(2, '0')).join('') + more
}
