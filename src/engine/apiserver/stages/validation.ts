// BeforeCreate and BeforeUpdate: what the server sets itself, then the kind's own rules and the rules of all metadata. Errors are 422.
// Upstream: apiserver pkg/registry/rest/{create,update}.go, pkg/registry/generic/registry/store.go

import type { FieldError } from '../../api/errors/fieldErrors'
import { equalJson } from '../../base/equal'
import type { Allocation, Kind, StrategyContext, Subresource } from '../../api/kind'
import { groupVersion, type ApiObject } from '../../api/object'
import { withEntries } from '../../api/managedfields/entries'
import { entriesOfParent, entriesOfScale } from '../../api/managedfields/scaleFields'
import { goError } from '../../api/errors/status'
import { validateObjectMeta, validateObjectMetaUpdate } from '../../api/validation/objectMeta'
import { checkAction } from '../actions'
import { checkGrant } from '../authorization/escalation'
import { expectedOf } from '../body/expected'
import { generatedName } from '../generatedName'
import { isApply } from '../options'
import { revisionProblem } from '../queryValues'
import { invalidFields, lostTo, refusal } from '../refusal'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'
import { owned } from '../ownership'
import { answerReview } from '../reviews/reviews'
import { asReadBack, inStoredForm } from '../storedObject'
import { withKeptTimes } from '../timestamps'
import { withFields, without } from '../../base/without'

export function validation(ctx: RequestContext, server: ServerState): StageResult {
  ctx.begun = null
  if (ctx.route === 'action') return checkAction(ctx)
  if (ctx.route === 'review') return answerReview(ctx, server)
  const kind = ctx.kind as Kind
  const before = ctx.object as ApiObject
  const malformed = ctx.creating || ctx.sentVersion === '' ? null : revisionProblem(ctx.sentVersion)
  if (malformed !== null)
    return refused(
      refusal(goError(malformed), 'versionMalformed', {
        field: 'metadata.resourceVersion',
        sent: ctx.sentVersion,
        storedVersion: ctx.old?.metadata.resourceVersion,
      }),
    )
  if (!ctx.creating && ctx.sentVersion !== '' && ctx.sentVersion !== ctx.old?.metadata.resourceVersion) return lostRace(ctx, kind)
  const unconditional = kind.allowUnconditionalUpdate !== false || ctx.subresource?.view !== undefined
  if (!ctx.creating && ctx.sentVersion === '' && ctx.route === 'update' && !unconditional)
    return refused(
      invalidFields(kind.group, kind.resource, before.metadata.name ?? '', [
        { type: 'FieldValueInvalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' },
      ]),
    )
  const escalation = checkGrant(ctx, server)
  if (escalation) return refused(escalation)
  const view = ctx.subresource?.view
  if (view) {
    const errors = view.validate(before)
    if (errors.length > 0) return invalidObject(expectedOf(ctx), before, errors)
    const parent = ctx.parent as ApiObject
    // A Scale without replicas does not say so: then nobody owns them, nor does anybody from then on.
    const isUnsaid = scaledTo(before) === 0 && scaledTo(ctx.old) !== 0
    const isUnowned = isUnsaid || entriesOfScale(entriesIn(parent), view.replicas).length === 0
    ctx.old = parent
    const changed = view.toParent(before, parent)
    const owners = isApply(ctx) ? entriesIn(before) : isUnowned ? [] : null
    const entries = owners && entriesOfParent(entriesIn(parent), owners, view.replicas, groupVersion(kind.group, kind.version))
    ctx.object = entries ? withEntries(changed, entries) : owned(ctx, changed, server)
  }
  return checked(ctx, kind, before, server)
}

const scaledTo = (scale: ApiObject | null) => (scale?.spec as { readonly replicas?: number } | undefined)?.replicas ?? 0

const entriesIn = ({ metadata: { managedFields } }: ApiObject) => managedFields ?? []

/** The object as it will be stored, or its errors. */
function checked(ctx: RequestContext, kind: Kind, seen: ApiObject, server: ServerState): StageResult {
  const before = ctx.object as ApiObject
  const begun = ctx.creating ? newObject(kind, before, server) : changedObject(ctx, before)
  const allocated = allocate(ctx, kind, begun, server)
  if ('failure' in allocated) return refused(refusal(allocated.failure, 'nothingFree', { problem: allocated.failure.message ?? '' }))
  const invalidAs = { group: kind.storedAs?.group ?? kind.group, kind: kind.kind }
  if ('errors' in allocated) return invalidObject(invalidAs, begun, allocated.errors)
  ctx.begun = ctx.subresource ? null : allocated.object
  const object = ctx.creating
    ? preparedForCreate(ctx, kind, allocated.object, server)
    : preparedForUpdate(ctx, kind, allocated.object, server)
  const errors = ctx.creating ? createErrors(kind, object) : updateErrors(ctx, kind, object)
  if (errors.length > 0) return invalidObject(invalidAs, object, errors)
  const after = ctx.creating || ctx.namesEmpty ? object : withKeptTimes(kind, object, ctx.old as ApiObject)
  ctx.object = after
  // Who writes a status is a program, and not warned.
  if (!ownStrategyOf(ctx)) ctx.warnings.push(...(kind.warnings?.(object, ctx.creating ? null : ctx.old) ?? []))
  return after === seen
    ? passed
    : { outcome: 'changed', detail: { changes: [{ by: ctx.creating ? 'BeforeCreate' : 'BeforeUpdate', before: seen, after }] } }
}

function invalidObject(
  { group, kind }: { readonly group: string; readonly kind: string },
  object: ApiObject,
  errors: readonly FieldError[],
): StageResult {
  return refused(invalidFields(group, kind, object.metadata.name ?? '', errors))
}

function allocate(ctx: RequestContext, kind: Kind, object: ApiObject, server: ServerState): Allocation {
  if (!kind.allocate || ctx.subresource) return { object }
  const { namespace, name } = object.metadata
  const others = function* () {
    for (const other of server.cacheOf(kind).values())
      if (other.metadata.name !== name || other.metadata.namespace !== namespace) yield other
  }
  const isAddressTaken = (ip: string) => server.cached('ipaddresses', '', ip) !== undefined
  return kind.allocate(object, ctx.creating ? null : ctx.old, { others, isAddressTaken, random: server.io.random, dryRun: ctx.dryRun })
}

function lostRace(ctx: RequestContext, { group, resource }: Kind): StageResult {
  return refused(
    lostTo({ group, resource }, ctx.info.name, {
      key: ctx.key,
      sent: Number(ctx.sentVersion),
      stored: ctx.old,
      storedRevision: ctx.existing?.modRevision ?? null,
    }),
  )
}

/** Of a new object the server says these, if anybody; since 1.37 (#138908) also where PUT or apply creates it. */
const SYSTEMS = ['selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

function newObject(kind: Kind, object: ApiObject, server: ServerState): ApiObject {
  const { name, generateName = '' } = object.metadata
  const made = !name && generateName !== '' ? { name: generatedName(kind, generateName, server.io.random) } : {}
  const { managedFields } = object.metadata
  const given = { ...made, uid: server.io.random.uuid(), creationTimestamp: server.nowText }
  const kept = without(object.metadata, 'managedFields', ...SYSTEMS)
  const metadata = withFields(kept, managedFields ? { ...given, managedFields } : given)
  return { ...object, metadata }
}

const contextOf = ({ user, warnings }: RequestContext, { nowText: now }: ServerState): StrategyContext => ({
  now,
  user,
  warn: (text) => warnings.push(text),
})

function preparedForCreate(ctx: RequestContext, kind: Kind, object: ApiObject, server: ServerState): ApiObject {
  const prepared = kind.prepareForCreate?.(object, contextOf(ctx, server)) ?? object
  return kind.hasGeneration ? { ...prepared, metadata: withFields(prepared.metadata, { generation: 1 }) } : prepared
}

function createErrors(kind: Kind, object: ApiObject): readonly FieldError[] {
  const meta = validateObjectMeta(object.metadata, kind.namespaced, kind.nameRule ?? 'dnsSubdomain', kind.anyFinalizer)
  const own = kind.validate?.(inStoredForm(kind, object)) ?? []
  return meta.length === 0 ? own : [...meta, ...own]
}

/** What an update can neither set nor clear; what it may send, if it sends the same; what it may only leave out. */
const SERVERS = ['creationTimestamp', 'generation', 'selfLink'] as const
const STICKY = ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

function changedObject(ctx: RequestContext, object: ApiObject): ApiObject {
  const old = ctx.old as ApiObject
  const metadata: Record<string, unknown> = withFields(without(object.metadata, ...SERVERS), {
    resourceVersion: old.metadata.resourceVersion,
  })
  for (const field of SERVERS) if (old.metadata[field] !== undefined) metadata[field] = old.metadata[field]
  for (const field of STICKY)
    if (old.metadata[field] !== undefined && (field === 'deletionTimestamp' || metadata[field] === undefined))
      metadata[field] = old.metadata[field]
  return { ...object, metadata } as ApiObject
}

function preparedForUpdate(ctx: RequestContext, kind: Kind, object: ApiObject, server: ServerState): ApiObject {
  const old = ctx.old as ApiObject
  const ownStrategy = ownStrategyOf(ctx)
  const prepared = (ownStrategy ?? kind).prepareForUpdate?.(object, old, contextOf(ctx, server)) ?? object
  const raised = kind.hasGeneration && !ownStrategy && (kind.raisesGeneration ?? changesSpec)(asReadBack(kind, prepared), old)
  return raised ? { ...prepared, metadata: withFields(prepared.metadata, { generation: (old.metadata.generation ?? 0) + 1 }) } : prepared
}

/** The subresource whose own strategy holds; what comes through a view is an update of the parent. */
function ownStrategyOf({ subresource }: RequestContext): Subresource | null {
  return subresource?.view ? null : subresource
}

function changesSpec(object: ApiObject, old: ApiObject): boolean {
  const rest = (o: ApiObject) => without(o, 'metadata', 'status', 'kind', 'apiVersion')
  return !equalJson(rest(object), rest(old))
}

function updateErrors(ctx: RequestContext, kind: Kind, object: ApiObject): readonly FieldError[] {
  const strategy = ownStrategyOf(ctx) ?? kind
  const old = ctx.old as ApiObject
  const meta = validateObjectMetaUpdate(object.metadata, old.metadata, kind.anyFinalizer)
  const own = strategy.validateUpdate?.(inStoredForm(kind, object), inStoredForm(kind, old), (text) => ctx.warnings.push(text)) ?? []
  return meta.length === 0 ? own : [...meta, ...own]
}
