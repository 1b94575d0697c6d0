// The answer in the form that the client accepts: the object, a list, a Table, metadata alone; JSON or YAML; or an open watch.
// Upstream: apiserver pkg/endpoints/handlers/{response,watch}.go, negotiation

import { goQuote } from '../../api/go/goQuote'
import type { Kind } from '../../api/kind'
import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { badRequest, failure, goError, type Status } from '../../api/errors/status'
import { partialOf, tableOf } from '../../api/table'
import type { Json } from '../../base/json'
import type { HttpResponse } from '../../base/wire'
import type { Why } from '../../base/why'
import { accepted, includeOf, type Accepted } from '../mediaTypes'
import { nonResource } from '../nonResource'
import { refusal, type Refusal } from '../refusal'
import { noted, passed, refused, type Answer, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState, YamlCodec } from '../serverState'
import { warningHeader } from '../warnings'
import { openWatch } from '../watching'
import { without } from '../../base/without'

export function respond(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.unrouted !== null) return refused(ctx.unrouted)
  if (ctx.route === 'nonResource') {
    const found = nonResource(ctx, server)
    return 'why' in found ? refused(found) : plain(ctx, found)
  }
  const accept = accepted(ctx.http.headers.accept, ctx.kind)!
  const { answer } = ctx
  if (!answer) return plain(ctx, { status: 200, headers: {} })
  if (answer.type === 'plain') return plain(ctx, answer.response)
  const impossible = impossibleView(ctx, answer, accept)
  if (impossible) return refused(impossible)
  if (answer.type === 'watch') {
    ctx.response = { status: 200, headers: { 'content-type': 'application/json', ...warningsOf(ctx) }, streaming: true }
    openWatch(ctx, answer, accept, server)
    const { begins } = server.cacheOf(ctx.kind as Kind)
    return answer.from < begins ? noted({ why: tooOld(answer.from, begins) }) : passed
  }
  const body =
    answer.type === 'list' ? listBody(ctx.kind as Kind, answer, accept, ctx, server) : objectBody(ctx, answer.object, accept, server)
  const response = encoded(answer.type === 'list' ? 200 : answer.status, body, accept, ctx, server)
  return 'error' in response
    ? refused(refusal(goError(response.error), 'unwritable', { header: 'Accept', sent: 'application/yaml', problem: response.error }))
    : plain(ctx, response)
}

/** Answered with 200: it is an event of the stream that says that it cannot begin there. */
const tooOld = (from: number, begins: number): Why => ({
  kind: 'because',
  because: 'versionExpired',
  facts: [{ parameter: 'resourceVersion', sent: String(from), expected: `≥ ${begins}` }],
})

function plain(ctx: RequestContext, response: HttpResponse): StageResult {
  ctx.response = response
  return passed
}

const INCLUDES = ['', 'None', 'Metadata', 'Object']

/** A view that cannot be made of this answer. */
function impossibleView({ info, kind }: RequestContext, answer: Answer, { as }: Accepted): Refusal | null {
  if (!kind || as === 'object' || (answer.type === 'object' && answer.object.kind === 'Status')) return null
  const include = info.query.get('includeObject') ?? ''
  if (as === 'Table')
    return INCLUDES.includes(include)
      ? null
      : refusal(
          badRequest(
            `Unable to convert to Table as requested: includeObject: Invalid value: ${goQuote(include)}: must be 'Metadata', 'Object', 'None', or empty`,
          ),
          'parameter',
          { parameter: 'includeObject', sent: include, expected: INCLUDES.filter(Boolean).join(', ') },
        )
  if (answer.type === 'watch') return null
  const isList = answer.type === 'list'
  if (isList === (as === 'PartialObjectMetadataList')) return null
  const type = `*${internalPackage(kind)}.${kind.kind}${isList ? 'List' : ''}`
  return refusal(
    failure(406, 'NotAcceptable', `you requested ${as}, but the requested object is ${isList ? '' : 'not '}a list (${type})`),
    'view',
    { header: 'Accept', sent: as, found: isList ? `${kind.kind}List` : kind.kind },
  )
}

/** The Go package of a kind's internal type. */
function internalPackage({ storedAs, group }: Kind): string {
  const stored = storedAs?.group ?? group
  return stored === '' ? 'core' : stored.split('.')[0]!
}

const JSON_HEADERS = { 'content-type': 'application/json' }

/** Or why there is no such text. */
type Unwritable = Exclude<ReturnType<YamlCodec['printYaml']>, string>

function encoded(status: number, body: Json, accept: Accepted, ctx: RequestContext, server: ServerState): HttpResponse | Unwritable {
  if (accept.type === 'yaml' && server.yaml) {
    const text = server.yaml.printYaml(body)
    return typeof text === 'string' ? { status, headers: { 'content-type': 'application/yaml', ...warningsOf(ctx) }, body: text } : text
  }
  return { status, headers: ctx.warnings.length === 0 ? JSON_HEADERS : { ...JSON_HEADERS, ...warningsOf(ctx) }, body }
}

function warningsOf({ warnings }: RequestContext): Record<string, string> {
  const warning = warningHeader(warnings)
  return warning === null ? {} : { warning }
}

function objectBody({ info, kind, subresource }: RequestContext, object: JsonObject, accept: Accepted, server: ServerState): JsonObject {
  if (accept.as === 'object' || object.kind === 'Status' || !kind) return object
  const { resourceVersion = '' } = (object as ApiObject).metadata
  if (accept.as === 'Table')
    return tableOf(subresource?.view ?? kind, [object as ApiObject], {
      includeObject: includeOf(info.query),
      now: server.io.epochNow,
      metadata: { resourceVersion },
      withColumns: true,
      version: accept.version,
    })
  return partialOf(kind, object as ApiObject, accept.version)
}

const bare = new WeakMap<ApiObject, JsonObject>()

/** An item of a list carries no kind and apiVersion. */
function itemOf(object: ApiObject): JsonObject {
  let item = bare.get(object)
  if (!item) {
    item = without(object, 'kind', 'apiVersion')
    bare.set(object, item)
  }
  return item
}

function listBody(
  kind: Kind,
  { objects, metadata }: { readonly objects: readonly ApiObject[]; readonly metadata: JsonObject },
  accept: Accepted,
  { info }: RequestContext,
  server: ServerState,
): JsonObject {
  if (accept.as === 'Table')
    return tableOf(kind, objects, {
      includeObject: includeOf(info.query),
      now: server.io.epochNow,
      metadata,
      withColumns: true,
      version: accept.version,
    })
  if (accept.as !== 'object')
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${accept.version}`,
      metadata,
      items: objects.length === 0 ? null : objects.map((object) => partialOf(kind, object, accept.version)),
    }
  if (kind.custom)
    return {
      kind: kind.custom.listKind,
      apiVersion: groupVersion(kind.group, kind.version),
      metadata: { continue: '', ...metadata },
      items: objects,
    }
  return { kind: `${kind.kind}List`, apiVersion: groupVersion(kind.group, kind.version), metadata, items: objects.map(itemOf) }
}

/** A refusal as it is sent. What cannot be written as it was asked for is sent as text. Upstream: responsewriters/writers.go SerializeObject */
export function refusalOf(ctx: RequestContext, status: Status, server: ServerState): HttpResponse {
  const { code = 500, reason = '', message = '' } = status
  const retry = status.details?.retryAfterSeconds
  const accept = accepted(ctx.http.headers.accept, ctx.kind) ?? JSON_OBJECT
  const written = encoded(code, status as unknown as JsonObject, accept, ctx, server)
  const { headers, ...response } =
    'error' in written
      ? { status: code, headers: { 'content-type': 'text/plain', ...warningsOf(ctx) }, body: `${reason}: ${message}` }
      : written
  return { ...response, headers: retry === undefined ? headers : { ...headers, 'retry-after': String(retry) } }
}

const JSON_OBJECT: Accepted = { type: 'json', as: 'object', version: 'v1' }
