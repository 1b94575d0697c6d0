// The watches on Pods that stand open at a position: a watch goes with its connection, and is there again when its owner has opened it anew.

import type { Hop, HopIndex, HttpRequest, RequestId, Trace } from '../../engine/index'
import { isWatch } from '../../stores/watchPath'
import type { OpenWatch } from './view'

interface Span extends OpenWatch {
  readonly from: HopIndex
  until: HopIndex
}

interface Scan {
  next: HopIndex
  readonly spans: Map<RequestId, Span>
  /** Asked for, and not answered yet. */
  readonly asked: Map<RequestId, OpenWatch>
}

const scans = new WeakMap<Trace, Scan>()

/** The open ones, oldest first, one for each watcher and selector; and who has lost the last that it had. */
export function openWatches(
  trace: Trace,
  restHop: HopIndex,
  hop: HopIndex,
): { readonly watches: readonly OpenWatch[]; readonly deaf: ReadonlySet<string> } {
  const open = new Map<string, OpenWatch>()
  const deaf = new Set<string>()
  for (const { by, selector, from, until } of scanned(trace, restHop).spans.values()) {
    deaf.add(by)
    if (from <= hop && hop < until) open.set(`${by} ${selector}`, { by, selector })
  }
  for (const { by } of open.values()) deaf.delete(by)
  return { watches: [...open.values()], deaf }
}

function scanned(trace: Trace, restHop: HopIndex): Scan {
  let scan = scans.get(trace)
  if (!scan) {
    scan = { next: restHop + 1, spans: new Map(), asked: new Map() }
    scans.set(trace, scan)
    for (const { sentAt, id, from, http } of trace.allRequests()) {
      if (sentAt > restHop) break
      const watch = watchOf(from, http)
      if (watch) scan.spans.set(id, { ...watch, from: 0, until: Infinity })
    }
  }
  while (scan.next < trace.length) take(scan, trace.kept(scan.next++))
  return scan
}

function take({ spans, asked }: Scan, hop: Hop): void {
  if (hop.kind !== 'send') return
  const { message, index } = hop
  switch (message.type) {
    case 'http.request': {
      const watch = watchOf(hop.from, message.request)
      if (watch) asked.set(message.request.id, watch)
      return
    }
    case 'http.response': {
      const watch = asked.get(message.request)
      if (watch && message.response.streaming) spans.set(message.request, { ...watch, from: index, until: Infinity })
      asked.delete(message.request)
      return
    }
    case 'http.end':
    case 'http.unreachable':
    case 'http.abort': {
      const span = spans.get(message.request)
      if (span) span.until = Math.min(span.until, index)
    }
  }
}

function watchOf(by: string, { path }: HttpRequest): OpenWatch | null {
  const [resource = '', query = ''] = path.split('?')
  if (by === 'user' || !resource.endsWith('/pods') || !isWatch(path)) return null
  return { by, selector: new URLSearchParams(query).get('fieldSelector') ?? '' }
}
