// What a path takes: the group, version and kind of a body, and how one is decoded; and what is said of a body that is of another kind.
// Upstream: apiserver pkg/endpoints/handlers/{create,update,rest}.go, apimachinery pkg/runtime/{scheme,error}.go

import { convertObject, decodeObject, type Decoded } from '../../api/serializer/decode'
import type { Kind, Subresource } from '../../api/kind'
import { groupVersion, parseGroupVersion, type JsonObject } from '../../api/object'
import type { StructSchema } from '../../api/schema/schema'
import { isObject } from '../../base/json'
import { isReadable } from '../otherVersions'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import type { Unreadable } from './readBody'

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

/**
 * What a body says that it is (TypeMeta); what it leaves out is as expected.
 * Upstream: apimachinery pkg/runtime/serializer/json/json.go (gvkWithDefaults), pkg/runtime/schema/group_version.go (ParseGroupVersion)
 */
export function typeMetaOf(body: JsonObject, expected: Expected): { readonly kind: string; readonly apiVersion: string } {
  const kind = typeof body.kind === 'string' && body.kind !== '' ? body.kind : expected.kind
  const said = typeof body.apiVersion === 'string' ? body.apiVersion : ''
  const { group, version } = parseGroupVersion(said)
  const whole = groupVersion(group, version || expected.version)
  if (version === '') return { kind, apiVersion: group === '' ? groupVersion(expected.group, expected.version) : whole }
  return { kind, apiVersion: said.startsWith('/') ? version : said }
}

/** Why a body of another kind or version cannot become the expected one; null where it is the same. */
export function wrongType(body: JsonObject, expected: Expected, server: ServerState): Unreadable | null {
  const { kind, apiVersion } = typeMetaOf(body, expected)
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

/** Read as what the path takes, in whichever version. */
const ALSO_TAKEN = new Set(['policy/v1beta1 Eviction'])

/** Kinds that a server knows without serving them under a path of their own. */
const isKnownElsewhere = (kind: string, apiVersion: string) =>
  apiVersion === 'v1' && (kind === 'Binding' || kind === 'Status' || kind === 'DeleteOptions' || kind === 'List')

const internalName = (group: string) => (group === '' ? 'core' : group.split('.')[0]!)
