// Server-side apply: the body is what its manager has an opinion on; merged into what is there, or the object's beginning.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (applyPatcher)

import { applyServerSide } from '../api/apply/applyServerSide'
import { typedError } from '../api/apply/typedErrors'
import type { Kind } from '../api/kind'
import { groupVersion, parseGroupVersion, type ApiObject, type Json, type JsonObject } from '../api/object'
import { parseJson } from '../api/parseJson'
import { badRequest, goError, requestEntityTooLarge, type Status } from '../api/status'
import { isObject } from '../base/json'
import { BODY_LIMIT, expectedOf, fieldValidationOf, unmarshalErrors, wrongName, wrongNamespace } from './body'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'

export function applied(ctx: RequestContext, server: ServerState): Status | null {
  const { namespaced } = ctx.kind as Kind
  const expected = expectedOf(ctx)
  const { group, version, kind, schema } = expected
  const ownVersion = groupVersion(group, version)
  const body = bodyOf(ctx, server)
  if ('status' in body) return body.status
  const given = isObject(body.value) ? body.value : {}
  ctx.body = given
  const word = (field: 'kind' | 'apiVersion') => (typeof given[field] === 'string' ? given[field] : '')
  // Without a version there is no group-version-kind at all, whatever the kind.
  const shown = gvkText(word('apiVersion'), word('kind'))
  if (shown !== gvkText(ownVersion, kind)) return badRequest(`invalid object type: ${shown}`)
  const metadata = isObject(given.metadata) ? given.metadata : {}
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) return badRequest('metadata.managedFields must be nil')
  const text = (field: 'name' | 'namespace') => (typeof metadata[field] === 'string' ? metadata[field] : '')
  const wrong = typedError(given, schema)
  if (wrong) return goError(`failed to create typed patch object (${text('namespace')}/${text('name')}; ${shown}): ${wrong}`)
  const config: JsonObject = {
    ...given,
    metadata: { ...metadata, name: ctx.info.name, ...(namespaced ? { namespace: ctx.info.namespace } : {}) },
  }
  const result = applyServerSide({
    live: ctx.old,
    applied: config,
    manager: ctx.fieldManager,
    force: ctx.info.query.get('force') === 'true',
    apiVersion: ownVersion,
    now: server.nowText,
    schema,
    subresource: ctx.info.subresource,
  })
  if ('conflict' in result) return result.conflict
  const misplaced = misplacedName(ctx, text('name'), text('namespace')) ?? repeatedKeys(ctx, body.duplicates)
  if (misplaced) return misplaced
  const whole = expected.decode(result.object)
  if ('error' in whole) return goError(whole.error)
  ctx.sentVersion = ctx.old && typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : ''
  const object = whole.object as ApiObject
  ctx.object = {
    kind,
    apiVersion: ownVersion,
    ...object,
    metadata: { ...object.metadata, resourceVersion: ctx.old?.metadata.resourceVersion },
  }
  return null
}

/** The URL's name and namespace stand in for what the body leaves out. */
function misplacedName({ info, kind }: RequestContext, name: string, namespace: string): Status | null {
  if (kind?.namespaced && namespace !== '' && namespace !== info.namespace) return wrongNamespace()
  return name === '' ? null : wrongName(name, info.name)
}

function repeatedKeys(ctx: RequestContext, duplicates: readonly string[]): Status | null {
  if (duplicates.length === 0) return null
  const mode = fieldValidationOf(ctx)
  if (mode === 'Strict') return badRequest(`error strict decoding YAML: error converting YAML to JSON: ${unmarshalErrors(duplicates)}`)
  if (mode === 'Warn') ctx.warnings.push(...duplicates)
  return null
}

function gvkText(apiVersion: string, kind: string): string {
  if (apiVersion === '') return `/, Kind=${kind}`
  const { group, version } = parseGroupVersion(apiVersion)
  return `${group}/${version}, Kind=${kind}`
}

type ApplyBody = { readonly value: Json; readonly duplicates: readonly string[] } | { readonly status: Status }

function bodyOf({ http }: RequestContext, server: ServerState): ApplyBody {
  const { body } = http
  if (body !== undefined && typeof body !== 'string') return { value: body, duplicates: [] }
  const text = body ?? ''
  if (text.length > BODY_LIMIT) return { status: requestEntityTooLarge() }
  // JSON is YAML; only its reader is there without the YAML one.
  const json = parseJson(text)
  if (!('error' in json) && (json.duplicates.length === 0 || !server.yaml)) return json
  const parsed = server.yaml?.parseYaml(text)
  if (!parsed || 'error' in parsed)
    return {
      status: badRequest(
        `error decoding YAML: error converting YAML to JSON: ${parsed ? parsed.error : 'error' in json ? json.error : ''}`,
      ),
    }
  return { value: parsed.documents[0] ?? null, duplicates: parsed.duplicates }
}
