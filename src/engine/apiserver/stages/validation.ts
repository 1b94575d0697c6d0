// BeforeCreate and BeforeUpdate: what the server sets itself, then the kind's own rules and the rules of all metadata. Errors are 422.
// Upstream: apiserver pkg/registry/rest/{create,update}.go, pkg/registry/generic/registry/store.go

import type { FieldError } from '../../api/fieldErrors'
import type { Kind } from '../../api/kind'
import type { ApiObject } from '../../api/object'
import { conflict, invalid, MODIFIED } from '../../api/status'
import { validateObjectMeta, validateObjectMetaUpdate } from '../../api/validation/objectMeta'
import { checkAction } from '../actions'
import { checkGrant } from '../authorization/escalation'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'
import { inStoredForm } from '../storedObject'
import { withFields, without } from '../../api/without'

const LONGEST_PREFIX = 58

export function validation(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.route === 'action') return checkAction(ctx)
  if (ctx.route === 'review') return passed
  const kind = ctx.kind as Kind
  const before = ctx.object as ApiObject
  if (!ctx.creating && ctx.sentVersion !== '' && ctx.sentVersion !== ctx.old?.metadata.resourceVersion) return lostRace(ctx, kind)
  if (!ctx.creating && ctx.sentVersion === '' && ctx.route === 'update' && kind.allowUnconditionalUpdate === false)
    return refused(
      invalid(kind.group, kind.resource, before.metadata.name ?? '', [
        { type: 'FieldValueInvalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' },
      ]),
    )
  const escalation = checkGrant(ctx, server)
  if (escalation) return refused(escalation)
  const object = ctx.creating ? newObject(kind, before, server) : changedObject(ctx, kind, before, server)
  const errors = ctx.creating ? createErrors(kind, object) : updateErrors(ctx, kind, object)
  if (errors.length > 0) {
    const status = invalid(kind.storedAs?.group ?? kind.group, kind.kind, object.metadata.name ?? '', errors)
    const shown = errors.map(({ field, type, detail, value, allowed }) => ({
      field,
      type,
      detail,
      ...(value === undefined ? {} : { value: typeof value === 'string' ? value : JSON.stringify(value) }),
      ...(allowed ? { allowed } : {}),
    }))
    return refused(status, { why: { kind: 'validation', errors: shown } })
  }
  ctx.warnings.push(...(kind.warnings?.(object, ctx.creating ? null : ctx.old) ?? []))
  ctx.object = object
  return object === before
    ? passed
    : { outcome: 'changed', detail: { changes: [{ by: ctx.creating ? 'BeforeCreate' : 'BeforeUpdate', before, after: object }] } }
}

function lostRace(ctx: RequestContext, { group, resource }: Kind): StageResult {
  return refused(conflict({ group, resource }, ctx.info.name, MODIFIED), {
    why: {
      kind: 'conflict',
      key: ctx.key,
      sent: Number(ctx.sentVersion),
      stored: ctx.old,
      storedRevision: ctx.existing?.modRevision ?? null,
    },
  })
}

function newObject(kind: Kind, object: ApiObject, server: ServerState): ApiObject {
  const { name, generateName = '' } = object.metadata
  const made = !name && generateName !== '' ? { name: `${generateName.slice(0, LONGEST_PREFIX)}${server.io.random.suffix(5)}` } : {}
  const { managedFields } = object.metadata
  const given = { ...made, uid: server.io.random.uuid(), creationTimestamp: server.nowText }
  const metadata = withFields(without(object.metadata, 'managedFields'), managedFields ? { ...given, managedFields } : given)
  const whole: ApiObject = { ...object, metadata }
  const prepared = kind.prepareForCreate?.(whole, { now: server.nowText }) ?? whole
  return kind.hasGeneration ? { ...prepared, metadata: withFields(prepared.metadata, { generation: 1 }) } : prepared
}

function createErrors(kind: Kind, object: ApiObject): readonly FieldError[] {
  const meta = validateObjectMeta(object.metadata, kind.namespaced, kind.nameRule ?? 'dnsSubdomain')
  const own = kind.validate?.(inStoredForm(kind, object)) ?? []
  return meta.length === 0 ? own : [...meta, ...own]
}

const KEPT = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation'] as const

function changedObject(ctx: RequestContext, kind: Kind, object: ApiObject, server: ServerState): ApiObject {
  const old = ctx.old as ApiObject
  const metadata: Record<string, unknown> = withFields(without(object.metadata, ...KEPT), { resourceVersion: old.metadata.resourceVersion })
  for (const field of KEPT) if (old.metadata[field] !== undefined) metadata[field] = old.metadata[field]
  const whole = { ...object, metadata } as ApiObject
  const prepare = ctx.subresource ? ctx.subresource.prepareForUpdate : kind.prepareForUpdate
  return prepare?.(whole, old, { now: server.nowText }) ?? whole
}

function updateErrors({ old, subresource }: RequestContext, kind: Kind, object: ApiObject): readonly FieldError[] {
  const meta = validateObjectMetaUpdate(object.metadata, (old as ApiObject).metadata)
  const own =
    (subresource ? subresource.validateUpdate : kind.validateUpdate)?.(inStoredForm(kind, object), inStoredForm(kind, old as ApiObject)) ??
    []
  return meta.length === 0 ? own : [...meta, ...own]
}
