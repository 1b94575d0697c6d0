// Server-side apply: the body is what its manager has an opinion on; merged into what is there, or the object's beginning.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (applyPatcher)

import { applyServerSide } from '../api/apply/applyServerSide'
import { decodeObject } from '../api/decode'
import type { Kind } from '../api/kind'
import { groupVersion, type ApiObject, type Json, type JsonObject } from '../api/object'
import { parseJson } from '../api/parseJson'
import { badRequest, goError, type Status } from '../api/status'
import { isObject } from '../base/json'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'

export function applied(ctx: RequestContext, server: ServerState): Status | null {
  const kind = ctx.kind as Kind
  const body = bodyOf(ctx, server)
  if ('status' in body) return body.status
  const given = body.value
  if (!isObject(given) || typeof given.kind !== 'string' || typeof given.apiVersion !== 'string')
    return badRequest('invalid object type: /, Kind=')
  ctx.body = given
  const metadata = (given.metadata ?? {}) as JsonObject
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) return badRequest('metadata.managedFields must be nil')
  if (metadata.name !== undefined && metadata.name !== ctx.info.name)
    return badRequest(`the name of the object (${String(metadata.name)}) does not match the name on the URL (${ctx.info.name})`)
  const typed = (why: string) =>
    goError(
      `failed to create typed patch object (${ctx.info.namespace}/${ctx.info.name}; ${String(given.apiVersion)}, Kind=${kind.kind}): ${why}`,
    )
  const decoded = decodeObject(kind.schema, given)
  if ('error' in decoded) return typed(decoded.error)
  const [unknown] = decoded.unknown
  if (unknown) return typed(`.${unknown.replace(/^unknown field "|"$/g, '')}: field not declared in schema`)
  const config: JsonObject = {
    ...given,
    metadata: { ...metadata, name: ctx.info.name, ...(kind.namespaced ? { namespace: ctx.info.namespace } : {}) },
  }
  const result = applyServerSide({
    live: ctx.old,
    applied: config,
    manager: ctx.fieldManager,
    force: ctx.info.query.get('force') === 'true',
    apiVersion: groupVersion(kind.group, kind.version),
    now: server.nowText,
    schema: kind.schema,
    subresource: ctx.info.subresource,
  })
  if ('conflict' in result) return result.conflict
  const whole = decodeObject(kind.schema, result.object)
  if ('error' in whole) return goError(whole.error)
  ctx.sentVersion = ctx.old && typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : ''
  const object = whole.object as ApiObject
  ctx.object = {
    kind: kind.kind,
    apiVersion: groupVersion(kind.group, kind.version),
    ...object,
    metadata: { ...object.metadata, resourceVersion: ctx.old?.metadata.resourceVersion },
  }
  return null
}

function bodyOf({ http }: RequestContext, server: ServerState): { readonly value: Json } | { readonly status: Status } {
  const { body } = http
  if (body !== undefined && typeof body !== 'string') return { value: body }
  const text = body ?? ''
  const json = parseJson(text)
  if (!('error' in json)) return json
  const parsed = server.yaml?.parseYaml(text)
  if (!parsed || 'error' in parsed) return { status: badRequest(`error decoding YAML: ${parsed ? parsed.error : json.error}`) }
  return { value: parsed.documents[0] ?? null }
}
