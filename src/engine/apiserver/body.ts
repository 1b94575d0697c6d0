// From a request's body to an object of the expected kind, with Go's words for what is wrong with it.
// Leaves out: protobuf that is well-formed (a body is text here).
// Upstream: apiserver pkg/endpoints/handlers/{create,rest}.go, apimachinery pkg/runtime/serializer

import { convertObject, decodeObject, type Decoded } from '../api/decode'
import { jsonType } from '../api/decodeError'
import type { Kind, Subresource } from '../api/kind'
import { groupVersion, parseGroupVersion, type ApiObject, type Json, type JsonObject } from '../api/object'
import { depthError, MAX_DEPTH, MAX_STRICT_ERRORS, parseJson, TOO_DEEP, type ParsedJson } from '../api/parseJson'
import type { StructSchema } from '../api/schema'
import { badRequest, requestEntityTooLarge, unsupportedMediaType, type Status } from '../api/status'
import { byteLength, isLongerThan } from '../base/byteLength'
import { isObject, jsonText } from '../base/json'
import type { Because, Facts } from '../base/why'
import { typesOf } from './mediaTypes'
import { mediaTypeOf } from './options'
import { isReadable } from './otherVersions'
import { placeIn } from './place'
import { invalidFields, otherName, refusal, type Refusal } from './refusal'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'
import { roomFor } from '../base/roomFor'

export const BODY_LIMIT = 3 * 1024 * 1024
/** Where Go registers the types that bodies are read as. */
export const SCHEME = 'in scheme "pkg/runtime/scheme.go:111"'

export interface Expected {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly schema: StructSchema
  /** From JSON to an object of this kind. `known`: an object of the same type that was decoded before; what `value` shares with it is not walked again. */
  decode(value: JsonObject, known?: JsonObject): Decoded
  /** As `decode`, of a map that a strategic merge patch made. */
  convert(value: JsonObject, known?: JsonObject): Decoded
}

const expected = new WeakMap<Kind, Map<Subresource | null, Expected>>()

/** What a resource, or a subresource of it, takes. */
export function expectedOf({ kind, subresource }: RequestContext): Expected {
  const parent = kind as Kind
  let bySubresource = expected.get(parent)
  if (!bySubresource) expected.set(parent, (bySubresource = new Map()))
  let found = bySubresource.get(subresource)
  if (!found) bySubresource.set(subresource, (found = expectedAt(parent, subresource)))
  return found
}

function expectedAt(parent: Kind, subresource: Subresource | null): Expected {
  const { custom } = parent
  return {
    ...(subresource?.kind ?? { group: parent.group, version: parent.version, kind: parent.kind }),
    schema: subresource?.schema ?? parent.schema,
    decode:
      custom && !subresource?.schema
        ? (value) => custom.decode(forgetting(value))
        : (value, known) => decodeObject(subresource?.schema ?? parent.schema, forgetting(value), known),
    convert: (value, known) => convertObject(subresource?.schema ?? parent.schema, forgetting(value), known),
  }
}

/** An empty list of managedFields, which no object keeps, asks for the same as one with an empty entry: that all owners be forgotten. */
function forgetting(value: JsonObject): JsonObject {
  const { metadata } = value
  const asks = isObject(metadata) && Array.isArray(metadata.managedFields) && metadata.managedFields.length === 0
  return asks ? { ...value, metadata: { ...metadata, managedFields: [{}] } } : value
}

export type Read =
  (Pick<Extract<ParsedJson, { value: Json }>, 'value' | 'duplicates' | 'places' | 'overflow' | 'deep'> & { readonly yaml?: true }) | Refusal

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

/** By its media type; as an error what says nothing of its kind. */
export function parsedBody(ctx: RequestContext, text: string, server: ServerState): Parsed {
  const long = tooLong(text)
  if (long) return long
  const type = mediaTypeOf(ctx)
  if (type === 'application/yaml' && server.yaml) {
    const parsed = server.yaml.parseYaml(text)
    if ('error' in parsed) return { error: parsed.error, because: 'notYaml', facts: { ...placeIn(text, parsed.at), problem: parsed.error } }
    const value = parsed.documents[0] ?? null
    return notInterpreted(value) ?? { value, duplicates: parsed.duplicates, yaml: true }
  }
  if (type === PROTOBUF && !ctx.kind?.custom) return notProtobuf(text)
  if (type !== '' && type !== 'application/json') return unknownType(ctx, unsupportedMediaType(typesOf(ctx.kind)), typesOf(ctx.kind))
  const parsed = parseJson(text, isUntyped(ctx) ? undefined : MAX_DEPTH)
  if ('error' in parsed) return { error: `${NO_KIND}${parsed.error}`, ...notJson(text, parsed) }
  return notInterpreted(parsed.value) ?? parsed
}

export const overflowText = (literal: string, into = 'value') => `json: cannot unmarshal number ${literal} into Go ${into} of type float64`
const SHOWN = 120

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

/** Kind and version are looked for before anything else is read. */
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

export type DecodedBody = { readonly object: ApiObject; readonly unknown: readonly string[] } | Refusal

/**
 * Checks kind and version, then decodes by the schema. `custom`: a custom resource, which is read without types: that leaves a float64 for
 * every number.
 */
export function decodeAs(
  { value, overflow, deep }: Exclude<Read, Refusal>,
  expected: Expected,
  server: ServerState,
  custom = false,
): DecodedBody {
  const given: JsonObject = isObject(value) ? value : {}
  const { kind, apiVersion } = typeOfBody(given, expected)
  const refuse = (error: string, because: Because, facts: Facts) =>
    refusal(
      badRequest(`${kind} in version "${parseGroupVersion(apiVersion).version}" cannot be handled as a ${expected.kind}: ${error}`),
      because,
      facts,
    )
  if (custom && overflow !== undefined)
    return refuse(overflowText(overflow), 'wrongType', { expected: 'float64', found: `number ${overflow.slice(0, SHOWN)}` })
  const strange = custom ? strangeCustom(given, expected) : null
  if (strange) return strange
  const other = custom ? null : otherVersion(kind, apiVersion, expected)
  if (other) return other
  const wrong = wrongType(given, expected, server)
  if (wrong) return refuse(wrong.error, wrong.because, wrong.facts)
  const decoded = expected.decode(given)
  if ('error' in decoded) return refuse(decoded.error, 'wrongType', decoded.at ?? { problem: decoded.error })
  const { object } = decoded
  if (deep && depthError(object)) return refuse(TOO_DEEP, 'notJson', { problem: TOO_DEEP })
  return { object: withHead(kind, apiVersion, object), unknown: decoded.unknown }
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

/**
 * What a body says that it is; what it leaves out is as expected. Upstream: apimachinery pkg/runtime/serializer/json/json.go (gvkWithDefaults),
 * pkg/runtime/schema/group_version.go (ParseGroupVersion)
 */
function typeOfBody(body: JsonObject, expected: Expected): { readonly kind: string; readonly apiVersion: string } {
  const kind = typeof body.kind === 'string' && body.kind !== '' ? body.kind : expected.kind
  const said = typeof body.apiVersion === 'string' ? body.apiVersion : ''
  const { group, version } = parseGroupVersion(said)
  const whole = groupVersion(group, version || expected.version)
  if (version === '') return { kind, apiVersion: group === '' ? groupVersion(expected.group, expected.version) : whole }
  return { kind, apiVersion: said.startsWith('/') ? version : said }
}

/** Why a body of another kind or version cannot become the expected one; null where it is the same. */
export function wrongType(body: JsonObject, expected: Expected, server: ServerState): Unreadable | null {
  const { kind, apiVersion } = typeOfBody(body, expected)
  const own = groupVersion(expected.group, expected.version)
  if (kind === expected.kind && (apiVersion === own || ALSO_TAKEN.has(`${apiVersion} ${kind}`))) return null
  const facts = { kind, apiVersion, expected: `${own} ${expected.kind}` }
  const { group, version } = parseGroupVersion(apiVersion)
  const known = (name: string) => server.scheme.byKind(group, version, name) !== undefined || isReadable(name, apiVersion)
  // What it says that it is, it is read as first.
  const other = server.scheme.byKind(group, version, kind)
  const misread = other && !other.custom ? decodeObject(other.schema, body) : null
  if (misread && 'error' in misread) return { error: misread.error, because: 'wrongType', facts: misread.at ?? { problem: misread.error } }
  if (!known(kind) && !known(kind.replace(/List$/, '')) && !isKnownElsewhere(kind, apiVersion))
    return { error: `no kind "${kind}" is registered for version "${apiVersion}" ${SCHEME}`, because: 'unknownKind', facts }
  const error = `converting (${version}.${kind}) to (${internalName(expected.group)}.${expected.kind}): unknown conversion`
  return { error, because: 'otherKind', facts }
}

/** Kind and version first, then the fields in their order. */
export function withHead(kind: string, apiVersion: string, object: JsonObject): ApiObject {
  const names = Object.keys(object)
  const out: Record<string, Json | undefined> = roomFor(names.length + 3)
  out.kind = kind
  out.apiVersion = apiVersion
  out.metadata = {}
  for (const name of names) if (name !== 'kind' && name !== 'apiVersion') out[name] = object[name]
  return out as unknown as ApiObject
}

/** A custom resource says itself what it is; a decoder that knows no types takes its word. */
function strangeCustom({ kind, apiVersion, metadata }: JsonObject, expected: Expected): Refusal | null {
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

/** Read as what the path takes, in whichever version. */
const ALSO_TAKEN = new Set(['policy/v1beta1 Eviction'])

/** Kinds that a server knows without serving them under a path of their own. */
const isKnownElsewhere = (kind: string, apiVersion: string) =>
  apiVersion === 'v1' && (kind === 'Binding' || kind === 'Status' || kind === 'DeleteOptions' || kind === 'List')

const internalName = (group: string) => (group === '' ? 'core' : group.split('.')[0]!)

/** What a strict reader has against a body: of YAML its repeated keys all in one, then the unknown fields. */
export function strictErrorsOf(read: Exclude<Read, Refusal>, unknown: readonly string[]): readonly string[] {
  // YAML becomes JSON on the way, with its keys sorted.
  const found = read.yaml ? [...unknown].sort(byPath) : unknown
  if (!read.yaml || read.duplicates.length === 0) return inTheirOrder(read, found).slice(0, MAX_STRICT_ERRORS)
  return [unmarshalErrors(read.duplicates), ...found]
}

/** As a decoder meets them that reads the text once. */
function inTheirOrder({ duplicates, places }: Exclude<Read, Refusal>, unknown: readonly string[]): readonly string[] {
  const all = [...repeatedIn(duplicates, unknown), ...unknown]
  if (!places || unknown.length === 0) return all
  const at = places()
  const placeOf = (error: string) => at.get(error) ?? at.get(pathOf(error)) ?? 0
  return all.sort((a, b) => placeOf(a) - placeOf(b))
}

/** What repeats itself within a field that nobody knows, or as one, is not looked at. */
function repeatedIn(duplicates: readonly string[], unknown: readonly string[]): readonly string[] {
  const passedOver = unknown.map(pathOf)
  return duplicates.filter((error) => !passedOver.some((path) => pathOf(error) === path || /^[.[]/.test(after(path, pathOf(error)))))
}

const after = (start: string, path: string) => (path.startsWith(start) ? path.slice(start.length) : '')

function byPath(a: string, b: string): number {
  const [one, other] = [stepsOf(a), stepsOf(b)]
  for (const [i, step] of one.entries()) {
    const beside = other[i]
    if (beside === undefined) return 1
    if (step === beside) continue
    const [index, besides] = [Number(step), Number(beside)]
    if (Number.isInteger(index) && Number.isInteger(besides)) return index - besides
    return step < beside ? -1 : 1
  }
  return one.length - other.length
}

/** `unknown field "spec.containers[0].x"` → spec, containers, 0, x. */
const stepsOf = (error: string): readonly string[] => pathOf(error).split(/[.[\]]+/)
const pathOf = (error: string) => /"(.*)"/.exec(error)?.[1] ?? error

const UNMARSHAL = 'yaml: unmarshal errors:'
export const unmarshalErrors = (lines: readonly string[]) => [UNMARSHAL, ...lines].join('\n  ')

/** Unknown and duplicate fields by `fieldValidation`: warnings, a refusal, or nothing. */
export function strictErrors(ctx: RequestContext, head: string, errors: readonly string[]): Refusal | null {
  if (errors.length === 0) return null
  const mode = fieldValidationOf(ctx)
  if (mode === 'Strict') return refusal(badRequest(`${head}: ${strictText(errors)}`), 'strictFields', ...strictFacts(errors))
  if (mode === 'Warn') warnOf(ctx, errors)
  return null
}

export const strictFacts = (errors: readonly string[]): readonly Facts[] => errors.map((problem) => ({ problem }))

export const strictText = (errors: readonly string[]) => `strict decoding error: ${errors.join(', ')}`

export const fieldValidationOf = ({ info }: RequestContext) => info.query.get('fieldValidation') || 'Warn'

/** Each repeated key of a YAML body is a warning of its own. */
export function warnOf(ctx: RequestContext, errors: readonly string[]): void {
  for (const error of errors) {
    if (error.startsWith(UNMARSHAL)) for (const line of error.slice(UNMARSHAL.length + 1).split('\n')) ctx.warnings.push(line.trim())
    else ctx.warnings.push(error)
  }
}

/** Why an object may not be written under this name of a URL. Upstream: apiserver pkg/endpoints/handlers/rest.go checkName */
export function wrongName(given: string | undefined, name: string): Refusal | null {
  if (given === name) return null
  if (!given) return otherName('', name, `the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  return otherName(given, name)
}
