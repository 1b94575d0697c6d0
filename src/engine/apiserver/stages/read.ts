// Step 3: what the server reads to answer or to decide. GET goes to etcd; LIST asks etcd how new it is and answers from the watch cache;
// a write reads the stored object that it will change.
// Leaves out: waiting 3 s for a revision that is not there yet (answered at once).
// Upstream: apiserver pkg/registry/generic/registry/store.go, pkg/storage/cacher/delegator.go, pkg/endpoints/handlers/get.go

import { matchesLabels, parseFieldSelector, parseLabelSelector, type FieldRequirement, type LabelSelector } from '../../api/selectors'
import type { Kind } from '../../api/kind'
import type { ApiObject } from '../../api/object'
import { badRequest, expired, goError, invalid, notFound, timeoutTooLargeVersion, type Status } from '../../api/status'
import type { EtcdOp, Revision } from '../../base/wire'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { Server } from '../server'
import { objectOf } from '../watchCache'
import { logRead } from '../logs'

export function read(ctx: RequestContext, server: Server): StageResult {
  if (ctx.info.subresource === 'log') return logRead(ctx, server)
  const { verb } = ctx.info
  if (verb === 'list') return list(ctx, server)
  if (verb === 'watch') return watch(ctx, server)
  if (verb === 'deletecollection') return collection(ctx, server)
  return readOne(ctx, server)
}

const wait = (op: EtcdOp): StageResult => ({ outcome: 'waits', op })
const resourceOf = (kind: Kind) => ({ group: kind.group, resource: kind.resource })

function readOne(ctx: RequestContext, server: Server): StageResult {
  const kind = ctx.kind!
  const { namespace, name, query } = ctx.info
  const reads = ctx.route === 'read'
  ctx.key = server.key(kind, namespace, name)
  if (reads && query.has('resourceVersion')) {
    const asked = revisionOf(query.get('resourceVersion')!)
    if (asked === null) return refused(badVersion(query.get('resourceVersion')!))
    const cache = server.cache(kind.storage!)
    const newest = Math.max(cache.revision, server.newestRevision)
    if (asked > newest) return { ...refused(timeoutTooLargeVersion(asked, newest)), headers: { 'retry-after': '1' } } as StageResult
    const cached = cache.get(ctx.key)
    if (!cached) return refused(notFound(resourceOf(kind), name), { why: { kind: 'notFound', key: ctx.key } })
    ctx.answer = { type: 'object', status: 200, object: server.served(kind, cached) }
    return passed
  }
  if (!ctx.reply) return wait({ op: 'range', key: ctx.key })
  const { reply } = ctx
  if (!reply.ok) return refused(goError(reply.error))
  const [kv] = reply.kvs
  ctx.revision = reply.revision
  if (!kv) {
    if (ctx.route === 'update' && kind.allowCreateOnUpdate) {
      ctx.existing = null
      return passed
    }
    return refused(notFound(resourceOf(kind), name), { why: { kind: 'notFound', key: ctx.key } })
  }
  ctx.existing = kv
  if (reads) ctx.answer = { type: 'object', status: 200, object: server.served(kind, objectOf(kv)) }
  return { outcome: 'passed', detail: { says: `rev ${kv.modRevision}` } }
}

export interface Selectors {
  readonly labels: LabelSelector
  readonly fields: readonly FieldRequirement[]
}

/** The request's selectors, or what is wrong with them. */
export function selectorsOf(ctx: RequestContext): Selectors | { readonly refusal: Status } {
  const { query } = ctx.info
  const kind = ctx.kind!
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  if ('error' in labels) return { refusal: badRequest(labels.error) }
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
  if ('error' in fields) return { refusal: badRequest(fields.error) }
  const known = kind.fieldSelectors
  for (const { field } of fields.selector) {
    if (field === 'metadata.name' || (field === 'metadata.namespace' && kind.namespaced) || (known && field in known)) continue
    return { refusal: badRequest(known ? `field label not supported: ${field}` : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`) }
  }
  return { labels: labels.selector, fields: fields.selector }
}

export function selects(kind: Kind, { labels, fields }: Selectors, object: ApiObject): boolean {
  return (
    (labels.length === 0 || matchesLabels(labels, object.metadata.labels)) &&
    fields.every(({ field, equals, value }) => {
      const found = field === 'metadata.name' ? (object.metadata.name ?? '') : field === 'metadata.namespace' ? (object.metadata.namespace ?? '') : (kind.fieldSelectors?.[field]?.(object) ?? '')
      return (found === value) === equals
    })
  )
}

interface Continue {
  readonly revision: Revision
  readonly start: string
}

function list(ctx: RequestContext, server: Server): StageResult {
  const kind = ctx.kind!
  const { query, namespace } = ctx.info
  const selectors = selectorsOf(ctx)
  if ('refusal' in selectors) return refused(selectors.refusal)
  const bad = checkListOptions(ctx)
  if (bad) return refused(bad)
  const prefix = server.prefix(kind, namespace)
  const limit = Number(query.get('limit') ?? 0) || 0
  const token = query.get('continue') ?? ''
  const asked = query.get('resourceVersion') ?? ''
  const exact = query.get('resourceVersionMatch') === 'Exact' || (limit > 0 && asked !== '' && asked !== '0' && query.get('resourceVersionMatch') !== 'NotOlderThan')
  let from: Continue | null = null
  if (token) {
    const parsed = readContinue(token)
    if ('refusal' in parsed) return refused(parsed.refusal)
    from = parsed
  }
  const newest = Math.max(server.cache(kind.storage!).revision, server.newestRevision)
  if (asked && asked !== '0' && Number(asked) > newest) return { ...refused(timeoutTooLargeVersion(Number(asked), newest)), headers: { 'retry-after': '1' } } as StageResult
  if (!ctx.reply) {
    if (from || exact || (limit > 0 && asked === '')) {
      const revision = from ? from.revision : exact ? Number(asked) : undefined
      return wait({ op: 'range', key: prefix, prefix: true, ...(from ? { from: `${prefix}${from.start.slice(1)}` } : {}), ...(revision === undefined ? {} : { revision }) })
    }
    if (asked === '') return wait({ op: 'range', key: prefix, prefix: true, countOnly: true })
  }
  if (ctx.reply && !ctx.reply.ok) {
    return refused(expired(from ? EXPIRED_CONTINUE : 'The resourceVersion for the provided list is too old.'))
  }
  const fromEtcd = ctx.reply?.ok === true && (from !== null || exact || (limit > 0 && asked === ''))
  const all = fromEtcd && ctx.reply?.ok ? ctx.reply.kvs.map(objectOf) : server.cache(kind.storage!).list(prefix)
  const revision = from ? from.revision : exact ? Number(asked) : ctx.reply?.ok ? ctx.reply.revision : newest
  const found = all.map((o) => server.served(kind, o)).filter((o) => selects(kind, selectors, o))
  const limited = limit > 0 && asked !== '0'
  const page = limited ? found.slice(0, limit) : found
  const left = found.length - page.length
  const last = page.at(-1)
  ctx.answer = {
    type: 'list',
    objects: page,
    metadata: {
      resourceVersion: String(revision),
      ...(left > 0 && last ? { continue: writeContinue(revision, server.key(kind, last.metadata.namespace ?? '', last.metadata.name!).slice(prefix.length)) } : {}),
      ...(left > 0 && selectors.labels.length === 0 && selectors.fields.length === 0 ? { remainingItemCount: left } : {}),
    },
  }
  return { outcome: 'passed', detail: countDetail(page.length) }
}

const counts = new Map<number, { readonly says: string }>()
function countDetail(n: number): { readonly says: string } {
  let detail = counts.get(n)
  if (!detail) counts.set(n, (detail = { says: n === 1 ? '1 object' : `${n} objects` }))
  return detail
}

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

function checkListOptions({ info: { query, verb } }: RequestContext): Status | null {
  const limit = query.get('limit')
  if (limit !== null && limit !== '' && !/^[+-]?\d+$/.test(limit)) return badRequest(`strconv.ParseInt: parsing "${limit}": invalid syntax`)
  const match = query.get('resourceVersionMatch')
  const version = query.get('resourceVersion') ?? ''
  const forbid = (field: string, detail: string) => invalid('meta.k8s.io', 'ListOptions', '', [{ type: 'FieldValueForbidden', field, detail }])
  if (query.get('sendInitialEvents') !== null) {
    if (verb === 'watch' && match !== 'NotOlderThan') return forbid('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  } else if (match) {
    if (version === '') return forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')
    if (match === 'Exact' && version === '0') return forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
    if (match !== 'Exact' && match !== 'NotOlderThan')
      return invalid('meta.k8s.io', 'ListOptions', '', [{ type: 'FieldValueNotSupported', field: 'resourceVersionMatch', value: match, detail: 'supported values: "Exact", "NotOlderThan", ""' }])
  }
  if (version !== '' && revisionOf(version) === null) return verb === 'watch' ? goError(`resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`) : badVersion(version)
  return null
}

const badVersion = (version: string) => badRequest(`invalid resource version: resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`)
const revisionOf = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null)

function writeContinue(revision: Revision, lastKey: string): string {
  return btoa(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `/${lastKey}\u0000` }))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}

function readContinue(token: string): Continue | { readonly refusal: Status } {
  const bad = (text: string) => ({ refusal: badRequest(`invalid continue token: continue key is not valid: ${text}`) })
  try {
    const parsed = JSON.parse(atob(token.replace(/-/g, '+').replace(/_/g, '/'))) as { v?: string; rv?: number; start?: string }
    if (parsed.v !== 'meta.k8s.io/v1') return bad(`server does not recognize this encoded version "${parsed.v ?? ''}"`)
    if (!parsed.start) return bad('encoded start key must be set')
    return { revision: parsed.rv ?? 0, start: parsed.start }
  } catch {
    return bad(`illegal base64 data at input byte ${/[^\w-]/.exec(token)?.index ?? token.length}`)
  }
}

function watch(ctx: RequestContext, server: Server): StageResult {
  const { query } = ctx.info
  const selectors = selectorsOf(ctx)
  if ('refusal' in selectors) return refused(selectors.refusal)
  const bad = checkListOptions(ctx)
  if (bad) return refused(bad)
  const version = query.get('resourceVersion') ?? ''
  const cache = server.cache(ctx.kind!.storage!)
  const initial = query.get('sendInitialEvents')
  if (initial === 'true' || initial === '1') ctx.answer = { type: 'watch', fromRevision: cache.revision, initial: 'currentThenBookmark' }
  else if (version === '' || version === '0') ctx.answer = { type: 'watch', fromRevision: cache.revision, initial: initial === null ? 'current' : 'none' }
  else ctx.answer = { type: 'watch', fromRevision: Number(version), initial: 'none' }
  return passed
}

/** deletecollection: all that the selectors find; each is then deleted by a transaction of its own. */
function collection(ctx: RequestContext, server: Server): StageResult {
  const kind = ctx.kind!
  const selectors = selectorsOf(ctx)
  if ('refusal' in selectors) return refused(selectors.refusal)
  const prefix = server.prefix(kind, ctx.info.namespace)
  if (!ctx.reply) return wait({ op: 'range', key: prefix, prefix: true })
  if (!ctx.reply.ok) return refused(goError(ctx.reply.error))
  const { kvs, revision } = ctx.reply
  ctx.collection = kvs.filter((kv) => selects(kind, selectors, server.served(kind, objectOf(kv))))
  ctx.answer = { type: 'list', objects: ctx.collection.map((kv) => server.served(kind, objectOf(kv))), metadata: { resourceVersion: String(revision) } }
  return { outcome: 'passed', detail: countDetail(ctx.collection.length) }
}
