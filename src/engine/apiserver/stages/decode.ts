// The body becomes an object: media type, JSON or YAML, kind, field validation, namespace and name. A PATCH is applied here, to what was read.
// Upstream: apiserver pkg/endpoints/handlers/{create,update,patch,delete}.go

import type { ApiObject, ObjectMeta } from '../../api/object'
import { badRequest, type Status } from '../../api/status'
import { decodeAs, expectedOf, readBody, strictErrors, strictErrorsOf } from '../body'
import { readDeleteOptions } from '../deleteOptions'
import { refusedMediaType } from '../mediaTypes'
import { readOptions } from '../options'
import { patchedObject } from '../patch'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'
import { withFields, without } from '../../api/without'

const MISMATCH = 'the namespace of the provided object does not match the namespace sent on the request'

export function decode(ctx: RequestContext, server: ServerState): StageResult {
  const wrong = refusedMediaType(ctx.http.headers.accept, ctx.kind) ?? readOptions(ctx)
  if (wrong) return refused(wrong)
  if (ctx.route === 'delete') {
    const status = readDeleteOptions(ctx, server)
    return status ? refused(status) : passed
  }
  const status = ctx.route === 'patch' ? patchedObject(ctx, server) : objectOfBody(ctx, server)
  return status ? refused(status) : passed
}

function objectOfBody(ctx: RequestContext, server: ServerState): Status | null {
  const expected = expectedOf(ctx)
  const read = readBody(ctx, expected.kind, server)
  if ('status' in read) return read.status
  ctx.body = read.value
  const decoded = decodeAs(read.value, expected, server, ctx.kind?.custom !== undefined && !ctx.subresource?.schema)
  if ('status' in decoded) return decoded.status
  const head = `${expected.kind} in version "${expected.version}" cannot be handled as a ${expected.kind}`
  const strict = strictErrors(ctx, head, strictErrorsOf(read, decoded.unknown))
  if (strict) return strict
  return place(ctx, decoded.object)
}

/** Checks name and namespace against the URL, and drops what only the server may set. */
function place(ctx: RequestContext, object: ApiObject): Status | null {
  const { info, kind, route } = ctx
  let { metadata } = object
  if (kind?.namespaced) {
    if (metadata.namespace && metadata.namespace !== info.namespace) return badRequest(MISMATCH)
    if (!metadata.namespace) metadata = withFields(metadata, { namespace: info.namespace })
  } else if (metadata.namespace && route !== 'review') return badRequest(MISMATCH)
  if (route === 'update' && metadata.name !== info.name) {
    if (metadata.name) return badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`)
    return badRequest('name must be provided')
  }
  ctx.sentVersion = metadata.resourceVersion ?? ''
  ctx.sentUid = metadata.uid ?? ''
  if (route === 'create') metadata = wiped(metadata)
  ctx.object = metadata === object.metadata ? object : { ...object, metadata }
  return null
}

const SYSTEM_FIELDS = ['creationTimestamp', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const

function wiped(metadata: ObjectMeta): ObjectMeta {
  return without(metadata, ...SYSTEM_FIELDS)
}
