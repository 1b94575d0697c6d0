// Step 4: one conditional transaction for one key. A lost race is read again and retried, unless the client named the revision.
// Upstream: apiserver pkg/storage/etcd3/store.go, pkg/registry/generic/registry/store.go

import { equalJson } from '../../base/equal'
import type { Kind } from '../../api/kind'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { goError, success } from '../../api/errors/status'
import { invariant } from '../../base/invariant'
import { isObject } from '../../base/json'
import type { EtcdOp } from '../../base/wire'
import { bound, disrupted } from '../actions'
import { wrongOptions } from '../deleteOptions'
import { checkPreconditions, keptForever, orphansUnasked, planDeletion } from '../deletion'
import { budgetFor, spent } from '../disruption'
import { lostTo, missingKey, refusal, type Refusal } from '../refusal'
import { noted, passed, refused, type RequestContext, type StageResult } from '../requestContext'
import { keyOf, type ServerState } from '../serverState'
import { objectOf, servedAs, storedFrom, withoutVersion, type StoredKind } from '../storedObject'

export function transaction(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.reply && !ctx.reply.ok) return refused(refusal(goError(ctx.reply.error), 'etcd', { key: ctx.key, error: ctx.reply.error }))
  if (ctx.creating) return create(ctx)
  if (ctx.info.verb === 'deletecollection') return removeAll(ctx, server)
  if (ctx.route === 'delete') return remove(ctx, server, ctx.old as ApiObject)
  if (ctx.info.subresource === 'eviction') return evict(ctx, server)
  return update(ctx, server)
}

const SPENDING = -1
const BUDGET: StoredKind = {}

const put = (key: string, modRevision: number, kind: StoredKind, object: ApiObject): EtcdOp => ({
  op: 'txn',
  compare: [{ key, modRevision }],
  success: [{ op: 'put', key, value: storedFrom(kind, object), ...(kind.ttl ? { ttl: kind.ttl } : {}) }],
  failure: [{ op: 'range', key }],
})

const answer = (ctx: RequestContext, status: number, object: ApiObject): StageResult => {
  ctx.object = object
  ctx.answer = { type: 'object', status, object: ctx.subresource?.view?.fromParent(object) ?? object }
  return noted({ says: object.metadata.resourceVersion ? `rev ${object.metadata.resourceVersion}` : 'dry run' })
}

function create(ctx: RequestContext): StageResult {
  const kind = ctx.kind as Kind
  const object = ctx.object as ApiObject
  const { reply } = ctx
  if (!reply) return { outcome: 'waits', op: ctx.dryRun ? { op: 'range', key: ctx.key } : put(ctx.key, 0, kind, object) }
  if (reply.ok && ctx.dryRun && reply.count === 0) return answer(ctx, 201, withoutVersion(object))
  if (reply.ok && reply.succeeded) return answer(ctx, 201, servedAs(kind, objectOf(reply.kvs[0]!)))
  ctx.taken = reply.ok ? (reply.kvs[0] ?? null) : null
  return { outcome: 'retry' }
}

function update(ctx: RequestContext, server: ServerState): StageResult {
  const kind = ctx.kind as Kind
  const existing = ctx.existing!
  const action = ctx.route === 'action'
  if (!ctx.reply) {
    if (action) {
      const after = bound(ctx, server)
      if ('refusal' in after) return refused(after.refusal as Refusal)
      if (ctx.dryRun) return done(ctx)
      return { outcome: 'waits', op: put(ctx.key, existing.modRevision, kind, after as ApiObject) }
    }
    const object = ctx.object as ApiObject
    if (equalJson(storedFrom(kind, object), storedFrom(kind, ctx.old as ApiObject))) return answer(ctx, 200, ctx.old as ApiObject)
    if (ctx.dryRun) return answer(ctx, 200, object)
    if (isReleased(object))
      return {
        outcome: 'waits',
        op: {
          op: 'txn',
          compare: [{ key: ctx.key, modRevision: existing.modRevision }],
          success: [{ op: 'delete', key: ctx.key }],
          failure: [{ op: 'range', key: ctx.key }],
        },
      }
    return { outcome: 'waits', op: put(ctx.key, existing.modRevision, kind, object) }
  }
  if (!ctx.reply.ok || !ctx.reply.succeeded) return lost(ctx, kind)
  if (action) return done(ctx)
  const object = ctx.object as ApiObject
  if (isReleased(object)) {
    ctx.removed.push(object)
    return answer(ctx, 200, object)
  }
  return answer(ctx, 200, servedAs(kind, objectOf(ctx.reply.kvs[0]!)))
}

/** Whether nothing keeps an object any more that was only marked: this write removes it. */
function isReleased({ metadata, spec }: ApiObject): boolean {
  if (!metadata.deletionTimestamp || (metadata.finalizers?.length ?? 0) > 0 || (metadata.deletionGracePeriodSeconds ?? 0) > 0) return false
  const contents = isObject(spec) ? spec.finalizers : undefined
  return !(Array.isArray(contents) && contents.length > 0)
}

function done(ctx: RequestContext): StageResult {
  ctx.answer = { type: 'object', status: 201, object: success(undefined, 201) }
  return ctx.reply?.ok ? noted({ says: `rev ${ctx.reply.revision}` }) : passed
}

function lost(ctx: RequestContext, { group, resource }: Kind): StageResult {
  const named = ctx.sentVersion !== ''
  if (!named) return { outcome: 'retry' }
  const winner = ctx.reply?.ok ? ctx.reply.kvs[0] : undefined
  return refused(
    lostTo({ group, resource }, ctx.info.name, {
      key: ctx.key,
      sent: Number(ctx.sentVersion),
      stored: winner ? objectOf(winner) : null,
      storedRevision: winner?.modRevision ?? null,
    }),
  )
}

/** Marks, then removes; `ctx.phase` counts the transactions that are through. */
function remove(ctx: RequestContext, server: ServerState, object: ApiObject): StageResult {
  const kind = ctx.kind as Kind
  const { reply } = ctx
  const name = object.metadata.name ?? ''
  const remaining = (key: string, modRevision: number): EtcdOp => ({
    op: 'txn',
    compare: [{ key, modRevision }],
    success: [{ op: 'delete', key }],
    failure: [{ op: 'range', key }],
  })
  if (reply?.ok && !reply.succeeded) return reply.count === 0 ? refused(missingKey(kind, name, ctx.key)) : { outcome: 'retry' }
  if (ctx.phase === 0) {
    const wrong = keptForever(kind, object) ?? checkPreconditions(kind, object, ctx.deleteOptions, ctx.key)
    if (wrong) return refused(wrong)
    if (kind.orphansDependents?.warning && orphansUnasked(kind, ctx.deleteOptions)) ctx.warnings.push(kind.orphansDependents.warning)
    const plan = planDeletion(kind, object, ctx.deleteOptions, server.io.epochNow)
    if (plan.type === 'unchanged') return deleted(ctx, kind, object, true)
    if (ctx.dryRun) return deleted(ctx, kind, plan.type === 'mark' ? plan.object : object, plan.type === 'mark' && !plan.thenRemove)
    if (plan.type === 'remove') {
      ctx.phase = 2
      return { outcome: 'waits', op: remaining(ctx.key, Number(object.metadata.resourceVersion)) }
    }
    ctx.phase = plan.thenRemove ? 1 : 3
    return { outcome: 'waits', op: put(ctx.key, Number(object.metadata.resourceVersion), kind, plan.object) }
  }
  invariant(reply?.ok, 'etcd answered', { key: ctx.key })
  const stored = reply.kvs[0] ? servedAs(kind, objectOf(reply.kvs[0])) : object
  if (ctx.phase === 1) {
    ctx.phase = 2
    ctx.object = stored
    return { outcome: 'waits', op: remaining(ctx.key, reply.kvs[0]!.modRevision) }
  }
  if (ctx.phase === 3) return deleted(ctx, kind, stored, true)
  const last = ctx.object && ctx.route === 'delete' ? ctx.object : object
  return deleted(ctx, kind, { ...last, metadata: { ...last.metadata, resourceVersion: String(reply.revision) } }, false)
}

function deleted(ctx: RequestContext, kind: Kind, object: ApiObject, remains: boolean): StageResult {
  ctx.object = object
  if (!remains) ctx.removed.push(object)
  const { name = '', uid = '' } = object.metadata
  if (remains || kind.returnsDeletedObject)
    ctx.answer = { type: 'object', status: remains && ctx.deleteOptions.orphanDependents === false ? 202 : 200, object }
  else
    ctx.answer = {
      type: 'object',
      status: 200,
      object: success({ name, ...(kind.group ? { group: kind.group } : {}), kind: kind.resource, uid }),
    }
  return noted({ says: `rev ${object.metadata.resourceVersion ?? ''}` })
}

/** Each object of a collection by transactions of its own, up to the first that is refused; what is gone meanwhile is passed over. */
function removeAll(ctx: RequestContext, server: ServerState): StageResult {
  const kind = ctx.kind as Kind
  const list = ctx.answer
  for (;;) {
    const [next] = ctx.collection
    if (!next) break
    ctx.key = keyOf(kind, next.metadata.namespace ?? '', next.metadata.name ?? '')
    const result = remove(ctx, server, next)
    if (result.outcome === 'waits' || (result.outcome === 'refused' && result.status.code !== 404)) return result
    ctx.collection = ctx.collection.slice(1)
    ctx.phase = 0
    ctx.reply = null
    ctx.object = null
    ctx.answer = list
  }
  ctx.answer = list
  return passed
}

function evict(ctx: RequestContext, server: ServerState): StageResult {
  const kind = ctx.kind as Kind
  const pod = ctx.old as Pod
  if (ctx.phase === 0 && !ctx.reply) {
    const options = (ctx.decoded?.deleteOptions ?? {}) as RequestContext['deleteOptions']
    ctx.deleteOptions = options
    const dry = (options as { readonly dryRun?: readonly string[] }).dryRun?.includes('All')
    const asked = budgetFor(pod, server)
    if ('refusal' in asked) return refused(asked.refusal)
    const wrong = wrongOptions(options)
    if (wrong) return refused(wrong)
    if (ctx.dryRun || dry) return done(ctx)
    if (asked.budget) {
      // The budget is spent first: two evictions at once must not both find the last disruption.
      ctx.phase = SPENDING
      const { resourceVersion, name = '' } = asked.budget.metadata
      const key = `/registry/poddisruptionbudgets/${pod.metadata.namespace}/${name}`
      return { outcome: 'waits', op: put(key, Number(resourceVersion), BUDGET, spent(asked.budget, pod, server)) }
    }
    return { outcome: 'waits', op: put(ctx.key, Number(pod.metadata.resourceVersion), kind, disrupted(pod, server)) }
  }
  if (ctx.reply?.ok && ctx.phase === SPENDING) {
    if (!ctx.reply.succeeded) return { outcome: 'retry' }
    ctx.phase = 0
    return { outcome: 'waits', op: put(ctx.key, Number(pod.metadata.resourceVersion), kind, disrupted(pod, server)) }
  }
  if (ctx.reply?.ok && ctx.phase === 0) {
    if (!ctx.reply.succeeded) return { outcome: 'retry' }
    ctx.old = objectOf(ctx.reply.kvs[0]!)
    ctx.reply = null
  }
  const result = remove(ctx, server, ctx.old as ApiObject)
  return result.outcome === 'passed' ? done(ctx) : result
}
