// LIST: from the watch cache once it is as new as etcd, or from etcd at one revision, page by page. While the cache is lost etcd gives pages
// of whatever there is, and what is selected, or asked for as a whole, is refused.
// Leaves out: waiting 3 s for a revision that is not there yet (refused at once); snapshots of the cache.
// Upstream: apiserver pkg/storage/cacher/delegator.go, pkg/storage/etcd3/store.go (GetList), pkg/storage/continue.go

import { base64OfText, fromUrlAlphabet, toUrlAlphabet } from '../base/base64'
import { jsonType } from '../api/serializer/decodeError'
import type { Kind } from '../api/kind'
import type { ApiObject } from '../api/object'
import { literalOf, parseJson } from '../api/serializer/parseJson'
import { badRequest, expired } from '../api/errors/status'
import { isObject, type JsonObject } from '../base/json'
import type { Revision } from '../base/wire'
import { cacheBehind, refusal, versionAhead, type Refusal } from './refusal'
import { noted, refused, type RequestContext, type StageResult } from './requestContext'
import { checkListOptions, selectionOf } from './selection'
import { keyOf, type ServerState } from './serverState'
import { objectOf, servedAs } from './storedObject'

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
const VERSION_AND_CONTINUE = 'specifying resource version is not allowed when using continue'
const EXPIRED_EXACT = 'The resourceVersion for the provided list is too old.'

/** A list's phase once etcd itself is to give the objects, as the cache could not keep up. */
const FROM_ETCD = 1

export function list(ctx: RequestContext, server: ServerState): StageResult {
  const kind = ctx.kind as Kind
  const { query, namespace } = ctx.info
  const selection = selectionOf(ctx)
  if ('why' in selection) return refused(selection)
  const bad = checkListOptions(ctx)
  if (bad) return refused(bad)
  const token = query.get('continue') ?? ''
  const asked = query.get('resourceVersion') ?? ''
  const from = token === '' ? null : readContinue(token)
  if (from && 'status' in from) return refused(from)
  if (from && asked !== '' && asked !== '0')
    return refused(refusal(badRequest(VERSION_AND_CONTINUE), 'continueToken', { parameter: 'resourceVersion', sent: asked }))
  const prefix = keyOf(kind, namespace, '')
  const cache = server.cacheOf(kind)
  const match = query.get('resourceVersionMatch') ?? ''
  const limit = Math.max(0, Number(query.get('limit') ?? 0) || 0)
  // A deletecollection reads by pages, hence what was there at the revision that it names.
  const paged = limit > 0 || ctx.info.verb === 'deletecollection'
  const exact = match === 'Exact' || (match === '' && paged && asked !== '' && asked !== '0')
  const wanted = from ? from.revision : Number(asked)
  if (wanted > server.revision) return refused(versionAhead(from ? String(from.revision) : asked, server.revision))
  const revision = from ? from.revision : exact ? Number(asked) : undefined
  const isLost = !cache.ready
  if (isLost && revision === undefined && !(paged && selection.empty)) return refused(cacheBehind(kind))
  const direct = isLost || revision !== undefined || (limit > 0 && asked === '')
  // As old as it is the cache answers nobody who asks for what there is now: etcd is asked for all.
  if (!direct && asked === '' && ctx.phase === 0 && ctx.reply?.ok && server.cachesAreBehind()) {
    ctx.phase = FROM_ETCD
    ctx.reply = null
  }
  const fromEtcd = direct || ctx.phase === FROM_ETCD
  if (!ctx.reply && (fromEtcd || asked === '')) {
    if (!fromEtcd) return { outcome: 'waits', op: { op: 'range', key: prefix, limit: 1 } }
    return {
      outcome: 'waits',
      op: {
        op: 'range',
        key: prefix,
        prefix: true,
        ...(from ? { from: prefix + from.start } : {}),
        ...(limit > 0 && selection.empty ? { limit } : {}),
        ...(revision ? { revision } : {}),
      },
    }
  }
  const { reply } = ctx
  if (reply && !reply.ok)
    return refused(
      refusal(from ? expired(EXPIRED_CONTINUE, continueToken(FROM_NOW, from.start)) : expired(EXPIRED_EXACT), 'versionExpired', {
        parameter: from ? 'continue' : 'resourceVersion',
        sent: String(revision),
        current: String(server.revision),
        error: reply.error,
      }),
    )
  ctx.phase = 0
  const at = revision || (reply?.revision ?? server.revision)
  const all = fromEtcd && reply ? reply.kvs.map(objectOf) : cache.list(prefix)
  const served = kind.storedAs ? all.map((o) => servedAs(kind, o)) : all
  const found = selection.empty ? served : served.filter((o) => selection.matches(o))
  // The cache gives pages, too, but not of what may be old.
  const pages = limit > 0 && (fromEtcd || asked !== '0')
  const page = pages && found.length > limit ? found.slice(0, limit) : found
  const last = page.at(-1)
  const full = pages && page.length === limit && last !== undefined
  const count = reply?.ok ? reply.count : found.length
  // One object alone is looked for by its key, and nothing comes after it.
  const left = selection.single || !full ? 0 : selection.empty ? count - page.length : served.length - 1 - served.indexOf(last)
  ctx.answer = {
    type: 'list',
    objects: page,
    metadata: {
      resourceVersion: String(at),
      ...(left > 0 && last
        ? { continue: writeContinue(at, keyOf(kind, last.metadata.namespace ?? '', last.metadata.name ?? '').slice(prefix.length)) }
        : {}),
      ...(left > 0 && selection.empty ? { remainingItemCount: left } : {}),
    },
  }
  return counted(page)
}

/** deletecollection: what a list of the same options finds; each is then deleted by a transaction of its own. */
export function collection(ctx: RequestContext, server: ServerState): StageResult {
  const result = list(ctx, server)
  if (ctx.answer?.type === 'list') ctx.collection = ctx.answer.objects
  return result
}

const counts = new Map<number, StageResult>()
function counted(objects: readonly ApiObject[]): StageResult {
  let result = counts.get(objects.length)
  if (!result) counts.set(objects.length, (result = noted({ says: objects.length === 1 ? '1 object' : `${objects.length} objects` })))
  return result
}

const SHOWN = 120

interface Continue {
  readonly revision: Revision
  /** The first key to return, relative to the list's prefix. */
  readonly start: string
}

const writeContinue = (revision: Revision, lastKey: string) => continueToken(revision, `/${lastKey}\u0000`)

/** Not at any revision that was: as things are when it is asked. */
const FROM_NOW = -1

const continueToken = (rv: Revision, start: string) => toUrlAlphabet(base64OfText(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })))

/** What of a token is not of its type, in Go's words. */
function wrongField(token: JsonObject): string | null {
  for (const [field, type] of [
    ['v', 'string'],
    ['rv', 'int64'],
    ['start', 'string'],
  ] as const) {
    const value = token[field]
    if (
      value === undefined ||
      value === null ||
      (type === 'string' ? typeof value === 'string' : typeof value === 'bigint' || Number.isSafeInteger(value))
    )
      continue
    const shown = typeof value === 'number' && type === 'int64' ? `number ${literalOf(token, field) ?? value}` : jsonType(value)
    return `json: cannot unmarshal ${shown} into Go struct field continueToken.${field} of type ${type}`
  }
  return null
}

function readContinue(token: string): Continue | Refusal {
  const bad = (problem: string) =>
    refusal(badRequest(`invalid continue token: continue key is not valid: ${problem}`), 'continueToken', {
      parameter: 'continue',
      sent: token.slice(0, SHOWN),
      problem,
    })
  const version = '(version meta.k8s.io/v1)'
  const strange = /[^\w-]/.exec(token)
  if (strange) return bad(`illegal base64 data at input byte ${strange.index}`)
  let text: string
  try {
    // A character for each byte: so Go's JSON reader names those that it cannot read.
    text = atob(fromUrlAlphabet(token))
  } catch {
    return bad(`illegal base64 data at input byte ${token.length}`)
  }
  const parsed = parseJson(text)
  if ('error' in parsed) return bad(parsed.error)
  // Go reads null into anything, and changes nothing.
  const given = parsed.value ?? {}
  if (!isObject(given)) return bad(`json: cannot unmarshal ${jsonType(given)} into Go value of type storage.continueToken`)
  const wrong = wrongField(given)
  if (wrong !== null) return bad(wrong)
  const { v, rv, start } = given as { v?: string | null; rv?: number | bigint | null; start?: string | null }
  if (v !== 'meta.k8s.io/v1') return bad(`server does not recognize this encoded version ${v ?? ''}`)
  if (!rv) return bad(`incorrect encoded start resourceVersion ${version}`)
  if (!start) return bad(`encoded start key empty ${version}`)
  const key = start.startsWith('/') ? start : `/${start}`
  if (
    key.length > 1 &&
    key
      .split('/')
      .slice(1)
      .some((part) => part === '' || part === '.' || part === '..')
  )
    return bad(start)
  // Below zero: from there on, as things are now.
  return { revision: Math.max(0, Number(rv)), start: key.slice(1) }
}
