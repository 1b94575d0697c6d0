// An open watch: what is there (if asked), what happened since, then all that comes, as chunks of one answer.
// Leaves out: periodic bookmarks.
// Upstream: apiserver pkg/storage/cacher/cache_watcher.go, pkg/endpoints/handlers/watch.go

import type { Kind } from '../api/kind'
import { groupVersion, type ApiObject, type JsonObject } from '../api/object'
import { expired } from '../api/errors/status'
import { partialOf, tableOf } from '../api/table'
import type { HopIndex } from '../base/ids'
import type { Timer } from '../base/part'
import type { WatchEvent } from '../base/wire'
import { includeOf, type Accepted } from './mediaTypes'
import type { Answer, RequestContext } from './requestContext'
import type { ServerState } from './serverState'
import { servedAs, withVersion } from './storedObject'
import type { Watcher } from './watchCache'

/** Prepares the stream; its first chunks go out when the head has been sent (`ctx.stream`). */
export function openWatch(ctx: RequestContext, answer: Extract<Answer, { type: 'watch' }>, accept: Accepted, server: ServerState): void {
  const kind = ctx.kind as Kind
  const cache = server.cacheOf(kind)
  const { io } = server
  let first = true
  const shaped = ({ type, object }: WatchEvent): WatchEvent => {
    if (type === 'ERROR' || accept.as === 'object') return { type, object }
    if (accept.as !== 'Table') return { type, object: partialOf(kind, object as ApiObject, accept.version) }
    const withColumns = first
    first = false
    const { resourceVersion } = (object as ApiObject).metadata
    return {
      type,
      object: tableOf(kind, [object as ApiObject], {
        includeObject: includeOf(ctx.info.query),
        now: io.epochNow,
        metadata: { resourceVersion },
        withColumns,
        version: accept.version,
      }),
    }
  }
  let over = false
  let timer: Timer | null = null
  const end = () => {
    over = true
    io.send(ctx.from, { type: 'http.end', request: ctx.http.id })
  }
  const close = () => {
    timer?.cancel()
    cache.unwatch(watcher)
  }
  const stop = () => {
    close()
    end()
  }
  const send = (event: WatchEvent, cause: HopIndex | null) => {
    if (over) return
    // No event is of a list: there the first one cannot be written.
    if (accept.as === 'PartialObjectMetadataList' && event.type !== 'ERROR') return stop()
    io.cause = cause
    io.send(ctx.from, { type: 'http.chunk', request: ctx.http.id, chunk: shaped(event) })
  }
  const watcher: Watcher = {
    prefix: answer.prefix,
    watched: answer.watched,
    matches: answer.matches,
    send: (event, revision, cause) => {
      // A client may begin after a revision that is still to come.
      if (revision > answer.from || answer.initial !== 'none')
        send({ type: event.type, object: servedAs(kind, event.object as ApiObject) }, cause)
    },
    end: stop,
  }
  ctx.stream = () => {
    if (answer.seconds < 0) return end()
    if (answer.from < cache.begins) {
      send({ type: 'ERROR', object: expired(`too old resource version: ${answer.from} (${cache.begins})`) }, ctx.cause)
      return end()
    }
    if (answer.initial !== 'none') {
      for (const object of cache.list(answer.prefix))
        if (answer.matches(object)) send({ type: 'ADDED', object: servedAs(kind, object) }, ctx.cause)
      if (answer.initial === 'currentThenBookmark')
        send({ type: 'BOOKMARK', object: bookmark(kind, Math.max(server.revision, cache.revision)) }, ctx.cause)
    }
    if (over) return
    if (answer.seconds > 0) timer = io.after(answer.seconds * 1000, stop, { background: true })
    cache.watch(watcher, answer.initial === 'none' ? answer.from : cache.revision, ctx.cause)
    if (over) return close()
    server.keepOpen(ctx, close)
  }
}

function bookmark(kind: Kind, revision: number): JsonObject {
  const empty: ApiObject = {
    kind: kind.kind,
    apiVersion: groupVersion(kind.group, kind.version),
    metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
  }
  return withVersion(empty, revision)
}
