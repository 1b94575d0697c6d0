// DeleteOptions, from the body or, when there is none, from the query.
// Upstream: apiserver pkg/endpoints/handlers/delete.go, apimachinery pkg/apis/meta/v1/validation

import { decodeObject } from '../api/serializer/decode'
import type { FieldError } from '../api/errors/fieldErrors'
import { types } from '../api/kinds/types'
import type { JsonObject } from '../api/object'
import { badRequest } from '../api/errors/status'
import { int64, isObject, jsonText } from '../base/json'
import { authorize, forbiddenBeside } from './authorization/authorize'
import { SCHEME } from './body/expected'
import { parsedBody, type Parsed } from './body/readBody'
import { dryRunErrors } from './options'
import { isTrue } from './queryValues'
import { invalidFields, refusal, type Refusal } from './refusal'
import { notANumber } from './selection'
import type { DeleteOptions, RequestContext } from './requestContext'
import type { ServerState } from './serverState'
import { attributesOf } from './stages/authorization'

const POLICIES = ['Foreground', 'Background', 'Orphan', 'nil']

export function readDeleteOptions(ctx: RequestContext, server: ServerState): Refusal | null {
  const { query } = ctx.info
  const { body } = ctx.http
  let given: JsonObject = {}
  if (body !== undefined && body !== '') {
    const read: Parsed = typeof body === 'string' ? parsedBody(ctx, body, server) : { value: body, duplicates: [] }
    if ('status' in read) return read
    if ('error' in read) return refusal(badRequest(read.error), read.because, read.facts)
    if (isObject(read.value)) given = read.value
    const { kind, apiVersion } = given
    if (kind !== undefined && kind !== 'DeleteOptions')
      return refusal(
        badRequest(`no kind "${jsonText(kind)}" is registered for version "${jsonText(apiVersion ?? 'v1')}" ${SCHEME}`),
        'unknownKind',
        { kind: jsonText(kind), apiVersion: jsonText(apiVersion ?? 'v1'), expected: 'DeleteOptions' },
      )
    const decoded = decodeObject(types.struct('DeleteOptions'), given)
    if ('error' in decoded) return refusal(badRequest(decoded.error), 'wrongType', decoded.at ?? { problem: decoded.error })
    given = decoded.object
    ctx.body = given
  } else {
    const out: Record<string, JsonObject[string]> = {}
    const grace = query.get('gracePeriodSeconds')
    if (grace !== null) {
      const wrong = notANumber('gracePeriodSeconds', grace)
      if (wrong) return wrong
      out.gracePeriodSeconds = int64(grace)
    }
    const policy = query.get('propagationPolicy')
    if (policy !== null) out.propagationPolicy = policy
    const orphan = query.get('orphanDependents')
    if (orphan !== null) out.orphanDependents = isTrue(orphan)
    const unread = query.get(UNSAFE)
    if (unread !== null) out[UNSAFE] = isTrue(unread)
    const dryRun = query.getAll('dryRun')
    if (dryRun.length > 0) out.dryRun = dryRun
    const [uid, resourceVersion] = [query.get('uid'), query.get('resourceVersion')]
    if (uid || resourceVersion) out.preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) }
    given = out
  }
  const options = given as DeleteOptions
  const wrong = wrongOptions(options)
  if (wrong) return wrong
  ctx.deleteOptions = options
  ctx.dryRun = (options.dryRun?.length ?? 0) > 0
  return unsafeDeletion(ctx, server)
}

/** Why nothing can be deleted in this way. */
export function wrongOptions(options: DeleteOptions): Refusal | null {
  const errors: FieldError[] = []
  if (options.propagationPolicy !== undefined && !POLICIES.slice(0, 3).includes(options.propagationPolicy))
    errors.push({
      type: 'FieldValueNotSupported',
      field: 'propagationPolicy',
      value: options.propagationPolicy,
      detail: `supported values: ${POLICIES.map((p) => JSON.stringify(p)).join(', ')}`,
      allowed: POLICIES.slice(0, 3),
    })
  if (options.propagationPolicy !== undefined && options.orphanDependents !== undefined)
    errors.push({
      type: 'FieldValueInvalid',
      field: 'propagationPolicy',
      value: options.propagationPolicy,
      detail: 'orphanDependents and deletionPropagation cannot be both set',
    })
  errors.push(...dryRunErrors(options.dryRun ?? []), ...unsafeErrors(options))
  return errors.length > 0 ? invalidFields('meta.k8s.io', 'DeleteOptions', '', errors) : null
}

/** Deletes only what cannot be read. */
export const UNSAFE = 'ignoreStoreReadErrorWithClusterBreakingPotential'
const BESIDE = ['propagationPolicy', 'orphanDependents', 'gracePeriodSeconds', 'preconditions'] as const

function unsafeErrors(options: DeleteOptions): FieldError[] {
  if (!options[UNSAFE]) return []
  return BESIDE.filter((name) => options[name] !== undefined).map((name) => unsafe(`cannot be set together with .${name}`))
}

const unsafe = (detail: string): FieldError => ({ type: 'FieldValueInvalid', field: UNSAFE, value: true, detail })

/** To delete what cannot be read is a right of its own, and is done one by one. */
function unsafeDeletion(ctx: RequestContext, server: ServerState): Refusal | null {
  if (!ctx.deleteOptions[UNSAFE]) return null
  if (ctx.info.verb === 'deletecollection') {
    const detail = 'is not allowed with DELETECOLLECTION, try again after removing the option'
    return invalidFields('meta.k8s.io', 'DeleteOptions', '', [unsafe(detail)])
  }
  const attributes = { ...attributesOf(ctx), verb: RIGHT }
  const verdict = authorize(server, attributes)
  return verdict.allowed
    ? null
    : forbiddenBeside(server, attributes, verdict, `not permitted to do ${JSON.stringify(RIGHT)}, reason: ${verdict.reason}`)
}

const RIGHT = 'unsafe-delete-ignore-read-errors'
