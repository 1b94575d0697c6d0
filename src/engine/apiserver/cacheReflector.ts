// Keeps the watch caches in step with etcd: reads all of a kind, watches from there, and reads all anew where etcd ended the watch.
// Upstream: apiserver pkg/storage/cacher (its reflector), client-go tools/cache/reflector.go

import type { Millis, PartId } from '../base/ids'
import type { PartIo } from '../base/part'
import type { EtcdEvent, KeyValue, Message, Revision } from '../base/wire'
import type { EtcdClient } from './etcdClient'
import type { WatchCache } from './watchCache'

/** How long etcd may take to answer, and how long after a failure it is asked again. */
const ANSWERED_WITHIN: Millis = 60_000
const RETRY: Millis = 1000

export interface ReflectorEvents {
  /** A change that the cache of `storage` has to take. */
  event(storage: string, event: EtcdEvent, revision: Revision): void
  /** All up to this revision is in the caches. */
  reached(revision: Revision): void
  /** etcd did not answer; it will be asked again. */
  failed(): void
}

export class CacheReflector {
  /** Watch → what it watches: the prefix of a kind, below /registry/. */
  private readonly watched = new Map<number, string>()
  /** Reads of whole kinds that failed. */
  private unread: (() => void)[] = []
  private retrying = false

  constructor(
    private readonly io: PartIo,
    private readonly etcd: EtcdClient,
    private readonly on: ReflectorEvents,
    /** Never one of an earlier process: events of its watches may still be under way. */
    private readonly newWatchId: () => number,
  ) {}

  /** Reads all of a kind into its cache, calls back, and keeps the cache up to date from there. */
  fill(storage: string, cache: WatchCache, then: () => void): void {
    this.readAll(storage, (kvs, revision) => {
      cache.fill(kvs, revision)
      this.watchFrom(storage, revision)
      then()
    })
  }

  hear({ watch, revision, events }: Extract<Message, { type: 'etcd.event' }>, from: PartId): void {
    const storage = this.watched.get(watch)
    if (!storage || !this.etcd.isNews(watch, revision, from)) return
    if (!this.etcd.catchingUp) this.on.reached(revision)
    for (const event of events) this.on.event(storage, event, revision)
  }

  /** etcd ended a watch (compacted, no leader): the cache's watchers are sent away, all is read again. Until then nobody is served from it. */
  cancelled(watch: number, cacheOf: (storage: string) => WatchCache): void {
    const storage = this.watched.get(watch)
    if (storage === undefined || this.etcd.cancelled(watch) === null) return
    this.watched.delete(watch)
    const cache = cacheOf(storage)
    cache.lose()
    this.readAll(storage, (kvs, revision) => {
      for (const event of cache.changesTo(kvs, revision)) this.on.event(storage, event, event.kv.modRevision)
      cache.resume(revision)
      this.watchFrom(storage, revision)
    })
  }

  private watchFrom(storage: string, revision: Revision): void {
    this.on.reached(revision)
    const id = this.newWatchId()
    this.watched.set(id, storage)
    this.etcd.watch(id, `/registry/${storage}/`, revision + 1)
  }

  /** Tries on until etcd answers: of many that failed one at a time, and the others once it was answered. */
  private readAll(storage: string, then: (kvs: readonly KeyValue[], revision: Revision) => void): void {
    this.etcd.call(null, { op: 'range', key: `/registry/${storage}/`, prefix: true }, ANSWERED_WITHIN, (reply) => {
      if (reply.ok) {
        then(reply.kvs, reply.revision)
        for (const read of this.unread.splice(0)) read()
        return
      }
      this.on.failed()
      this.unread.push(() => this.readAll(storage, then))
      if (this.retrying) return
      this.retrying = true
      const again = () => {
        this.retrying = false
        this.unread.shift()?.()
      }
      this.io.after(RETRY, again, { background: true })
    })
  }
}
