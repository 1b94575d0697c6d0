// Step 3: what the server reads to answer or to decide. GET goes to etcd; LIST asks etcd how new it is and answers from the watch cache;
// a write reads the stored object that it will change.
// Leaves out: waiting 3 s for a revision that is not there yet (refused at once); the cache as a hint for writes.
// Upstream: apiserver pkg/registry/generic/registry/store.go, pkg/storage/cacher/delegator.go, pkg/endpoints/handlers/get.go

import { pathSegmentErrors } from '../../api/validation/names'
import { goQuote } from '../../api/go/goQuote'
import type { Kind } from '../../api/kind'
import type { ApiObject } from '../../api/object'
import type { Facts } from '../../base/why'
import { badRequest, conflict, goError } from '../../api/errors/status'
import { authorize, forbiddenRequest } from '../authorization/authorize'
import { connect, isPortNumber, proxyTarget } from '../connect'
import { UNSAFE } from '../deleteOptions'
import { refusedConnection } from '../connectRights'
import { collection, list } from '../listing'
import { checkLogOptions, logOf } from '../logs'
import { refusedMediaType, refusedStream } from '../mediaTypes'
import { mediaTypeOf, readOptions } from '../options'
import { isTrue } from '../queryValues'
import { refusedPatchType } from '../patch/patchTypes'
import { unreadablePatch } from '../patch/readPatch'
import { missingKey, refusal, versionAhead, type Refusal } from '../refusal'
import { noted, passed, refused, type RequestContext, type StageResult } from '../requestContext'
import { badVersion, beginsWithAll, checkListOptions, isFromNow, selectionOf } from '../selection'
import { keyOf, type ServerState } from '../serverState'
import { objectOf, servedAs } from '../storedObject'
import { attributesOf } from './authorization'

export function read(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.route === 'read' || ctx.route === 'watch') {
    const unacceptable = refusedMediaType(ctx, ctx.info.verb !== 'get')
    if (unacceptable) return refused(unacceptable)
  }
  if (ctx.kind?.live) return readLive(ctx, ctx.kind.live({ cached: (...key) => server.cached(...key), now: server.io.epochNow }))
  switch (ctx.info.verb) {
    case 'list':
      return list(ctx, server)
    case 'watch':
      return watch(ctx, server)
    case 'deletecollection':
      return collection(ctx, server)
    default:
      return ctx.route === 'create' ? passed : readOne(ctx, server)
  }
}

function readOne(ctx: RequestContext, server: ServerState): StageResult {
  const exported = ctx.route === 'read' ? refusedExport(ctx) : null
  if (exported) return refused(exported)
  const kind = ctx.kind as Kind
  const { namespace, query } = ctx.info
  const name = ctx.info.name || (ctx.object?.metadata.name ?? '')
  const strange = ctx.route === 'patch' ? (refusedPatchType(ctx, kind) ?? badPatch(ctx)) : null
  if (strange) return refused(strange)
  const badLog = ctx.info.subresource === 'log' ? checkLogOptions(ctx) : null
  if (badLog) return refused(badLog)
  const barred = ctx.route === 'connect' ? refusedConnection(ctx, server) : null
  if (barred) return refused(barred)
  const odd = pathSegmentErrors(name)
  if (odd.length > 0)
    return refused(
      refusal(badRequest(`Name parameter invalid: ${goQuote(name)}: ${odd.join(';')}`), 'parameter', {
        inPath: name,
        problem: odd.join('; '),
      }),
    )
  if (name === '')
    return refused(refusal(badRequest('Name parameter required.'), 'parameter', { field: 'metadata.name', expected: kind.kind }))
  const proxied = ctx.info.subresource === 'proxy' ? proxyTarget(name) : undefined
  if (proxied === null)
    return refused(
      refusal(badRequest(`invalid ${kind.singular} request ${goQuote(name)}`), 'parameter', {
        inPath: name,
        expected: 'web, web:80, https:web:443',
      }),
    )
  if (proxied && ctx.subresource?.connects === 'endpoints' && !isPortNumber(proxied.port)) return connect(ctx, server)
  const own = proxied?.name ?? name
  ctx.key = keyOf(kind, namespace, own)
  const asked = ctx.route === 'read' ? (query.get('resourceVersion') ?? '') : ''
  if (asked !== '') {
    const wrong = badVersion(asked, goError)
    if (wrong) return refused(wrong)
    if (Number(asked) > server.revision) return refused(versionAhead(asked, server.revision))
    const cache = server.cacheOf(kind)
    const cached = cache.get(ctx.key)
    if (cache.ready && !cached) return missing(ctx, kind, name)
    if (cache.ready && cached) {
      const served = servedAs(kind, cached)
      ctx.answer = { type: 'object', status: 200, object: ctx.subresource?.view?.fromParent(served) ?? served }
      return passed
    }
  }
  if (!ctx.reply) return { outcome: 'waits', op: { op: 'range', key: ctx.key } }
  const { reply } = ctx
  if (!reply.ok) return refused(refusal(goError(reply.error), 'etcd', { key: ctx.key, error: reply.error }))
  const [kv] = reply.kvs
  if (!kv) return missingForWrite(ctx, server, kind, own)
  ctx.existing = kv
  ctx.parent = servedAs(kind, objectOf(kv))
  const unseen = ctx.subresource?.view?.unseen?.(ctx.parent)
  if (unseen) return refused(refusal(unseen, 'scaleHidden', { key: ctx.key, problem: unseen.message }))
  ctx.old = ctx.subresource?.view ? ctx.subresource.view.fromParent(ctx.parent) : ctx.parent
  if (ctx.route === 'connect') return connect(ctx, server)
  if (ctx.info.subresource === 'log') return logOf(ctx, server)
  if (ctx.route === 'read') ctx.answer = { type: 'object', status: 200, object: ctx.old }
  if (ctx.route === 'delete' && ctx.deleteOptions[UNSAFE]) {
    return refused(conflictOf(ctx, kind, name, READABLE, { field: UNSAFE, stored: name }))
  }
  const uid = ctx.old.metadata.uid ?? ''
  if (ctx.route !== 'read' && ctx.sentUid !== '' && ctx.sentUid !== uid) return refused(wrongUid(ctx, kind, name, uid))
  return noted({ says: `rev ${kv.modRevision}` })
}

/** Asked for without what the server fills in, as could once be. */
function refusedExport({ info }: RequestContext): Refusal | null {
  const sent = info.query.get('export')
  if (info.subresource === 'log' || !isTrue(sent)) return null
  return refusal(badRequest('the export parameter, deprecated since v1.14, is no longer supported'), 'parameter', {
    field: 'export',
    sent: sent ?? '',
  })
}

/** All that can be said against a patch before it is known what it is for. */
const badPatch = (ctx: RequestContext): Refusal | null => refusedMediaType(ctx) ?? readOptions(ctx) ?? unreadablePatch(ctx)

/** What no store holds. */
function readLive(ctx: RequestContext, objects: readonly ApiObject[]): StageResult {
  const kind = ctx.kind as Kind
  const { name } = ctx.info
  if (ctx.info.verb === 'get') {
    const found = objects.find((o) => o.metadata.name === name)
    // Its registry names what it lacks in the singular.
    if (!found) return missing(ctx, { ...kind, resource: kind.singular }, name)
    ctx.answer = { type: 'object', status: 200, object: found }
    return passed
  }
  const selection = selectionOf(ctx)
  if ('why' in selection) return refused(selection)
  ctx.answer = { type: 'list', objects: objects.filter((o) => selection.matches(o)), metadata: {} }
  return passed
}

const READABLE = 'unsafe deletion is not allowed because the object is decodable from storage'

function wrongUid(ctx: RequestContext, kind: Kind, name: string, uid: string): Refusal {
  const error = `Precondition failed: UID in precondition: ${ctx.sentUid}, UID in object meta: ${uid}`
  return conflictOf(ctx, kind, name, error, { field: 'metadata.uid', sent: ctx.sentUid, stored: uid })
}

/** What the store itself has against it. */
function conflictOf(ctx: RequestContext, { group, resource }: Kind, name: string, why: string, facts: Facts): Refusal {
  const error = `StorageError: invalid object, Code: 4, Key: ${ctx.key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`
  const storedVersion = ctx.old?.metadata.resourceVersion
  return refusal(conflict({ group, resource }, name, error), 'precondition', { key: ctx.key, ...facts, storedVersion })
}

function missing(ctx: RequestContext, { group, resource }: Kind, name: string): StageResult {
  return refused(missingKey({ group, resource }, name, ctx.key))
}

/** PUT and apply may create what is not there; then they also need the permission to create. */
function missingForWrite(ctx: RequestContext, server: ServerState, kind: Kind, name: string): StageResult {
  const creates =
    ctx.info.subresource === '' &&
    ((ctx.route === 'update' && kind.allowCreateOnUpdate) ||
      (ctx.route === 'patch' && mediaTypeOf(ctx).startsWith('application/apply-patch')))
  if (!creates) return missing(ctx, kind, name)
  if (ctx.sentUid !== '') return refused(wrongUid(ctx, kind, name, ''))
  const attributes = { ...attributesOf(ctx), verb: 'create' }
  const verdict = authorize(server, attributes)
  if (!verdict.allowed) return refused(forbiddenRequest(server, attributes, verdict))
  ctx.creating = true
  return noted({ says: 'nothing there: will be created' })
}

function watch(ctx: RequestContext, server: ServerState): StageResult {
  const kind = ctx.kind as Kind
  const { query, namespace } = ctx.info
  const selection = selectionOf(ctx)
  if ('why' in selection) return refused(selection)
  const bad = checkListOptions(ctx)
  if (bad) return refused(bad)
  const asked = query.get('resourceVersion') ?? ''
  const streams = isTrue(query.get('sendInitialEvents')) || beginsWithAll(query)
  // Events after a revision that is not there yet are waited for; all that is there at it cannot be had.
  if (streams && Number(asked) > server.revision) return refused(versionAhead(asked, server.revision))
  const unreadable = refusedStream(ctx.http.headers.accept, kind)
  if (unreadable) return refused(unreadable)
  ctx.answer = {
    type: 'watch',
    matches: (object) => selection.matches(servedAs(kind, object)),
    watched: selection.watched,
    prefix: keyOf(kind, namespace, ''),
    from: isFromNow(asked) || streams ? server.revision : Number(asked),
    initial: streams ? (isTrue(query.get('allowWatchBookmarks')) ? 'currentThenBookmark' : 'current') : 'none',
    seconds: Number(query.get('timeoutSeconds') ?? 0) || 0,
  }
  return passed
}
