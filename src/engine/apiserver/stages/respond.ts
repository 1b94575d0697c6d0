// The answer in the form that the client accepts: the object, a list, a Table, metadata alone; JSON or YAML; or an open watch.
// Upstream: apiserver pkg/endpoints/handlers/{response,watch}.go, negotiation

import type { Kind } from '../../api/kind'
import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import type { Status } from '../../api/status'
import { partialOf, tableOf } from '../../api/table'
import type { Json } from '../../base/json'
import type { HttpResponse } from '../../base/wire'
import { accepted, includeOf, refusedMediaType, type Accepted } from '../mediaTypes'
import { nonResource } from '../nonResource'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import { answerReview } from '../reviews/reviews'
import type { ServerState } from '../serverState'
import { openWatch } from '../watching'
import { without } from '../../api/without'

export function respond(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.unrouted !== null)
    return typeof ctx.unrouted === 'string'
      ? plain(ctx, { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: ctx.unrouted })
      : refused(ctx.unrouted)
  if (ctx.route === 'nonResource') return plain(ctx, nonResource(ctx, server))
  if (ctx.route === 'review') {
    const status = answerReview(ctx, server)
    if (status) return refused(status)
  }
  const unacceptable = refusedMediaType(ctx.http.headers.accept, ctx.kind)
  if (unacceptable) return refused(unacceptable)
  const accept = accepted(ctx.http.headers.accept)!
  const { answer } = ctx
  if (!answer) return plain(ctx, { status: 200, headers: {} })
  if (answer.type === 'plain') return plain(ctx, answer.response)
  if (answer.type === 'watch') {
    ctx.response = { status: 200, headers: { 'content-type': 'application/json', ...warningsOf(ctx) }, streaming: true }
    openWatch(ctx, answer, accept, server)
    return passed
  }
  const body =
    answer.type === 'list' ? listBody(ctx.kind as Kind, answer, accept, ctx, server) : objectBody(ctx, answer.object, accept, server)
  return plain(ctx, encoded(answer.type === 'list' ? 200 : answer.status, body, accept, ctx, server))
}

function plain(ctx: RequestContext, response: HttpResponse): StageResult {
  ctx.response = response
  return passed
}

const JSON_HEADERS = { 'content-type': 'application/json' }

function encoded(status: number, body: Json, accept: Accepted, ctx: RequestContext, server: ServerState): HttpResponse {
  if (accept.type === 'yaml' && server.yaml)
    return { status, headers: { 'content-type': 'application/yaml', ...warningsOf(ctx) }, body: server.yaml.printYaml(body) }
  return { status, headers: ctx.warnings.length === 0 ? JSON_HEADERS : { ...JSON_HEADERS, ...warningsOf(ctx) }, body }
}

/** `299 - "unknown field \"spec.x\""`, each once. */
function warningsOf({ warnings }: RequestContext): Record<string, string> {
  if (warnings.length === 0) return {}
  return { warning: [...new Set(warnings)].map((w) => `299 - ${JSON.stringify(w)}`).join(', ') }
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
    })
  return partialOf(kind, object as ApiObject)
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
    return tableOf(kind, objects, { includeObject: includeOf(info.query), now: server.io.epochNow, metadata, withColumns: true })
  if (accept.as !== 'object')
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: objects.length === 0 && info.query.has('labelSelector') ? null : objects.map((object) => partialOf(kind, object)),
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

/** A refusal as it is sent. */
export function refusalOf(ctx: RequestContext, status: Status): HttpResponse {
  const retry = status.details?.retryAfterSeconds
  return {
    status: status.code ?? 500,
    headers: { ...JSON_HEADERS, ...warningsOf(ctx), ...(retry === undefined ? {} : { 'retry-after': String(retry) }) },
    body: status,
  }
}
