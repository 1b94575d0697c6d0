// The cluster at rest as the page first draws it: what the engine's own trace and history hold there, recorded when the page is built,
// so that the picture stands before the engine has been loaded. Holds only what moment 0 shows: the last hop, the watches that are open,
// the nodes, the Pods. Any other question is a bug: whoever asks it has to wait for the engine (session.ts, `prepare`).

import type { Hop, HopIndex, KeyValue, Recording, RequestRecord, Revision } from '../engine/index'
import { isWatch } from './watchPath'

export interface RestFile {
  readonly hop: Hop
  readonly now: number
  readonly revision: Revision
  /** Requests that opened a watch, without their answers. */
  readonly watches: readonly RequestRecord[]
  /** Keys and values under the prefixes that the picture lists. */
  readonly listed: Readonly<Record<string, readonly KeyValue[]>>
  readonly keys: number
}

const LISTED = ['/registry/pods/', '/registry/minions/']
const ALL = '/registry/'

/** What the page needs of a cluster that has just come to rest. */
export function recordRest({ trace, history, restHop, now }: Recording): RestFile {
  const hop = trace.hop(restHop)
  const { revision } = hop
  return {
    hop,
    now,
    revision,
    watches: [...trace.allRequests()].filter((r) => r.sentAt <= restHop && isWatch(r.http.path)),
    listed: Object.fromEntries(LISTED.map((prefix) => [prefix, history.list(prefix, revision)])),
    keys: history.count(ALL, revision),
  }
}

/** The recording that was written, for the views. */
export function openRest({ hop, now, revision, watches, listed, keys }: RestFile): Recording {
  const atRest = (index: HopIndex) => (index === hop.index ? hop : missing(`hop ${index}`))
  return {
    now,
    restHop: hop.index,
    trace: {
      length: hop.index + 1,
      hop: atRest,
      kept: atRest,
      endOfEvent: (index) => atRest(index).index,
      hopsOf: (request) => missing(`the hops of request ${request}`),
      request: (id) => watches.find((r) => r.id === id),
      allRequests: () => watches,
      seek: (index) => ({ hop: atRest(index), revision, at: hop.at }),
    },
    history: {
      revision,
      get: (key) => missing(key),
      list: (prefix) => listed[prefix] ?? missing(prefix),
      count: (prefix) => (prefix === ALL ? keys : (listed[prefix]?.length ?? missing(prefix))),
    },
  }
}

function missing(what: string): never {
  throw new Error(`the recording of the cluster at rest does not hold ${what}`)
}
