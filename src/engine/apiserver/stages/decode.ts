// The body becomes an object: media type, JSON or YAML, kind, field validation, namespace and name. A PATCH is applied here, to what was read.
// Of a connection the query is looked at.
// Upstream: apiserver pkg/endpoints/handlers/{create,update,patch,delete}.go

import type { ApiObject, ObjectMeta } from '../../api/object'
import { badRequest } from '../../api/errors/status'
import { withFields, without } from '../../base/without'
import { decodeBody } from '../body/decodeBody'
import { expectedOf } from '../body/expected'
import { strictErrorsOf, validateFields } from '../body/fieldValidation'
import { isUntyped, readBody } from '../body/readBody'
import { wrongConnection } from '../connectRights'
import { readDeleteOptions } from '../deleteOptions'
import { refusedMediaType } from '../mediaTypes'
import { waitsForNewKind } from '../newKind'
import { readOptions } from '../options'
import { patchObject } from '../patch/patchObject'
import { otherNamespace, refusal, wrongName, type Refusal } from '../refusal'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'

export function decode(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.route === 'connect') {
    const strange = wrongConnection(ctx)
    return strange ? refused(strange) : passed
  }
  if (waitsForNewKind(ctx, server)) return { outcome: 'suspended' }
  // A patch was looked at before what it is for was read.
  const wrong = ctx.route === 'patch' ? null : (refusedMediaType(ctx) ?? badOptions(ctx, server))
  if (wrong) return refused(wrong)
  if (ctx.route === 'delete') return passed
  const bad = ctx.route === 'patch' ? patchObject(ctx, server) : objectOfBody(ctx, server)
  return bad ? refused(bad) : passed
}

const badOptions = (ctx: RequestContext, server: ServerState) =>
  ctx.route === 'delete' ? readDeleteOptions(ctx, server) : readOptions(ctx)

function objectOfBody(ctx: RequestContext, server: ServerState): Refusal | null {
  const expected = expectedOf(ctx)
  const read = readBody(ctx, expected.kind, server)
  if ('status' in read) return read
  ctx.body = read.value
  const decoded = decodeBody(read, expected, server, isUntyped(ctx))
  if ('status' in decoded) return decoded
  const head = `${expected.kind} in version "${expected.version}" cannot be handled as a ${expected.kind}`
  const strict = validateFields(ctx, strictErrorsOf(read, decoded.unknown), (text, facts) =>
    refusal(badRequest(`${head}: ${text}`), 'strictFields', ...facts),
  )
  return strict ?? place(ctx, decoded.object)
}

/** Checks name and namespace against the URL, and drops what only the server may set. */
function place(ctx: RequestContext, object: ApiObject): Refusal | null {
  const { info, kind, route } = ctx
  let { metadata } = object
  if (kind?.namespaced) {
    if (metadata.namespace && metadata.namespace !== info.namespace) return otherNamespace(metadata.namespace, info.namespace)
    if (!metadata.namespace) metadata = withFields(metadata, { namespace: info.namespace })
  } else if (metadata.namespace) metadata = without(metadata, 'namespace')
  const misnamed = route === 'update' ? wrongName(metadata.name, info.name) : null
  if (misnamed) return misnamed
  // Zero is as good as none.
  ctx.sentVersion = metadata.resourceVersion === '0' ? '' : (metadata.resourceVersion ?? '')
  ctx.sentUid = metadata.uid ?? ''
  if (route === 'create') metadata = wiped(metadata)
  ctx.object = metadata === object.metadata ? object : { ...object, metadata }
  return null
}

const SYSTEM_FIELDS = ['creationTimestamp', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const

function wiped(metadata: ObjectMeta): ObjectMeta {
  return without(metadata, ...SYSTEM_FIELDS)
}
