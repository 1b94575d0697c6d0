// [ST6] Whether each watch told all that changed after its revision, in order, each once, with the content that was written; after the whole
// of one moment where that was asked for; and, where it is still open in the end, up to the end. Tests only.

import type { ApiObject } from '../../api/object'
import type { RequestId, Revision, WatchEvent } from '../../base/wire'
import { holds, objectsAt, prefixOf, type Change, type Chronicle } from './chronicle'
import { selectorOf } from './selects'

/** What was written in the last milliseconds may still be under way. */
const UNDER_WAY = 10_000

export function watchProblems(chronicle: Chronicle): string[] {
  const { trace } = chronicle.cluster
  return chronicle.requests.flatMap(({ id, http, about, response }) => {
    if (!response?.streaming || about?.verb !== 'watch' || /as=(Table|Partial)/.test(http.headers.accept ?? '')) return []
    const wrong = watchProblem(chronicle, id)
    return wrong ? [`watch ${id} (${trace.request(id)!.from}: ${http.path}) ${wrong}`] : []
  })
}

function watchProblem(chronicle: Chronicle, id: RequestId): string | null {
  const { http, about } = chronicle.cluster.trace.request(id)!
  const events = chronicle.streams.get(id) ?? []
  const query = new URLSearchParams(http.path.split('?')[1])
  const initial = query.get('sendInitialEvents') === 'true' || !Number(query.get('resourceVersion'))
  const bookmark = events.findIndex((e) => e.type === 'BOOKMARK')
  // Without a bookmark, what came belongs to the initial state as far as anyone can tell.
  if (initial && bookmark < 0) return null
  const from = initial ? revisionOf(events[bookmark]!) : Number(query.get('resourceVersion'))
  const error = events.findIndex((e) => e.type === 'ERROR')
  const told = events.slice(initial ? bookmark + 1 : 0, error < 0 ? undefined : error)
  const prefix = prefixOf(about!)
  const selects = selectorOf(query)
  if (prefix === null || selects === null) return orderProblem(told, from)
  const open = !chronicle.ended.has(id) && error < 0
  return (
    orderProblem(told, from) ??
    (initial ? initialProblem(chronicle, prefix, selects, events.slice(0, bookmark), from) : null) ??
    changesProblem(chronicle, prefix, selects, told, from, open)
  )
}

function orderProblem(told: readonly WatchEvent[], from: Revision): string | null {
  let last = from
  for (const event of told) {
    const revision = revisionOf(event)
    if (revision <= last) return `tells ${event.type} of revision ${revision} after ${last}`
    last = revision
  }
  return null
}

function initialProblem(
  chronicle: Chronicle,
  prefix: string,
  selects: (object: ApiObject) => boolean,
  told: readonly WatchEvent[],
  revision: Revision,
): string | null {
  const wanted = objectsAt(chronicle, prefix, revision, selects).map((o) => `ADDED ${o.uid} ${o.revision}`)
  const given = told.map(({ type, object }) => `${type} ${(object as ApiObject).metadata.uid} ${revisionOf({ type, object })}`)
  return wanted.sort().join() === given.sort().join()
    ? null
    : `begins with ${given.join()} at revision ${revision}, where there is ${wanted.join()}`
}

function changesProblem(
  { cluster, changesOf }: Chronicle,
  prefix: string,
  selects: (object: ApiObject) => boolean,
  told: readonly WatchEvent[],
  from: Revision,
  open: boolean,
): string | null {
  let next = 0
  for (const change of changesOf(prefix)) {
    if (change.revision <= from) continue
    const wanted = eventOf(change, selects)
    if (!wanted) continue
    const event = told[next]
    if (!event) return open && change.at < cluster.now - UNDER_WAY ? `does not tell ${wanted.type} of revision ${change.revision}` : null
    if (revisionOf(event) !== change.revision || event.type !== wanted.type)
      return `tells ${event.type} of revision ${revisionOf(event)} where ${wanted.type} of ${change.revision} is next`
    if (!holds(event.object, wanted.object)) return `tells other content than revision ${change.revision} has`
    next++
  }
  return next < told.length ? `tells ${told[next]!.type} of revision ${revisionOf(told[next]!)}, which there is not` : null
}

/** Starts matching: ADDED; stops matching: DELETED, with the last matching state; both: MODIFIED. */
function eventOf({ type, kv, previous }: Change, selects: (object: ApiObject) => boolean): WatchEvent | null {
  const before = previous !== null && selects(previous.value as ApiObject)
  const now = type === 'PUT' && selects(kv.value as ApiObject)
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object: kv.value }
  return before ? { type: 'DELETED', object: previous.value } : null
}

const revisionOf = ({ object }: WatchEvent) => Number((object as ApiObject).metadata.resourceVersion)
