// etcd's event has reached the watch cache before its reply reached the request, so whoever reads next finds the write there.
// Upstream: apiserver pkg/storage/cacher

import { noted, passed, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'

const said = new Map<number, StageResult>()

export function watchCache(ctx: RequestContext, server: ServerState): StageResult {
  if (!ctx.kind?.storage || ctx.dryRun) return passed
  const watchers = server.cacheOf(ctx.kind).watcherCount
  let result = said.get(watchers)
  if (!result) said.set(watchers, (result = noted({ says: watchers === 1 ? '1 watcher' : `${watchers} watchers` })))
  return result
}
