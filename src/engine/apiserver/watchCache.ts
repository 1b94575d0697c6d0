// One kind's watch cache: the current state, the recent events, and all who watch. Fed by the apiserver's one watch of etcd.
// Writes do not pass through it; it hears of them. Starts where its ring begins: older revisions are answered with 410.
// Upstream: apiserver pkg/storage/cacher (cacher.go, watch_cache.go, cache_watcher.go)

import type { ApiObject } from '../api/object'
import type { HopIndex } from '../base/ids'
import type { EtcdEvent, KeyValue, Revision, WatchEvent } from '../base/wire'
import { objectOf, withVersion } from './storedObject'

/** Events kept for watches that begin in the past (upstream: at least 75 seconds' worth). */
const RING = 10_000

export interface Watcher {
  readonly prefix: string
  /** The only value of the kind's `watchedBy` field that it wants; undefined: any. */
  readonly watched?: string
  /** Whether the selector matches. */
  matches(object: ApiObject): boolean
  send(event: WatchEvent, revision: Revision, cause: HopIndex | null): void
  /** The cache cannot go on: the stream ends. */
  end(): void
}

interface CachedEvent {
  readonly type: 'PUT' | 'DELETE'
  readonly key: string
  readonly revision: Revision
  readonly object: ApiObject
  readonly previous: ApiObject | null
}

export class WatchCache {
  /** The newest revision it has heard of. */
  revision: Revision = 0
  private readonly objects = new Map<string, ApiObject | KeyValue>()
  private sorted: string[] | null = null
  private ring: CachedEvent[] = []
  private oldest: Revision = 0
  /** Whether it may answer: it has read what etcd holds, and hears of what changes. */
  ready = false
  /** How many watch. */
  watcherCount = 0
  /** By the value that they want; undefined holds those who want any. */
  private readonly watchers = new Map<string | undefined, Set<Watcher>>()

  /** `watchedBy` reads the field by which watchers are found; `asStored`: objects are held as etcd holds them, and made up when asked for. */
  constructor(
    private readonly watchedBy?: (object: ApiObject) => string,
    private readonly asStored = false,
  ) {}

  get size(): number {
    return this.objects.size
  }

  get(key: string): ApiObject | undefined {
    const held = this.objects.get(key)
    return held && this.shown(held)
  }

  *values(): IterableIterator<ApiObject> {
    for (const held of this.objects.values()) yield this.shown(held)
  }

  /** All under a prefix, in key order. */
  list(prefix: string): ApiObject[] {
    this.sorted ??= [...this.objects.keys()].sort()
    const out: ApiObject[] = []
    for (const key of this.sorted) if (key.startsWith(prefix)) out.push(this.get(key)!)
    return out
  }

  /** The oldest revision that a watch may begin after. */
  get begins(): Revision {
    return this.oldest
  }

  /** What etcd holds when the server starts; older revisions cannot be watched from. */
  fill(kvs: readonly KeyValue[], revision: Revision): void {
    for (const kv of kvs) this.hold(kv)
    this.sorted = null
    this.resume(revision)
  }

  /** Sends all watchers away: no change is heard of any more. */
  lose(): void {
    this.ready = false
    const all = [...this.watchers.values()].flatMap((same) => [...same])
    this.watchers.clear()
    this.watcherCount = 0
    for (const watcher of all) watcher.end()
  }

  /** What must be taken to come from what is known to what etcd holds. */
  changesTo(kvs: readonly KeyValue[], revision: Revision): EtcdEvent[] {
    const there = new Map(kvs.map((kv) => [kv.key, kv]))
    const gone = [...this.objects.keys()].filter((key) => !there.has(key))
    const changed = kvs.filter((kv) => this.get(kv.key)?.metadata.resourceVersion !== String(kv.modRevision))
    return [
      ...gone.map((key): EtcdEvent => {
        const kv = { key, createRevision: 0, modRevision: revision, version: 0, value: this.get(key)! }
        return { type: 'DELETE', kv, previous: kv }
      }),
      ...changed.map((kv): EtcdEvent => ({ type: 'PUT', kv, previous: null })),
    ]
  }

  /** Serves from now on; older revisions cannot be watched from. */
  resume(revision: Revision): void {
    this.ring = []
    this.revision = this.oldest = revision
    this.ready = true
  }

  take(event: EtcdEvent, revision: Revision, cause: HopIndex | null): CachedEvent {
    const { key } = event.kv
    this.revision = revision
    const previous = this.get(key) ?? null
    const object = event.type === 'PUT' ? objectOf(event.kv) : withVersion(previous ?? objectOf(event.previous!), revision)
    if (event.type === 'PUT') {
      if (!previous) this.sorted = null
      this.hold(event.kv)
    } else {
      this.objects.delete(key)
      this.sorted = null
    }
    const cached: CachedEvent = { type: event.type, key, revision, object, previous }
    this.ring.push(cached)
    if (this.ring.length > 2 * RING) {
      this.ring = this.ring.slice(-RING)
      this.oldest = this.ring[0]!.revision - 1
    }
    this.tell(undefined, cached, cause)
    if (this.watchedBy) {
      const now = this.watchedBy(object)
      const before = previous ? this.watchedBy(previous) : now
      this.tell(now, cached, cause)
      if (before !== now) this.tell(before, cached, cause)
    }
    return cached
  }

  /** Sends what happened after `revision`, then all that comes. */
  watch(watcher: Watcher, revision: Revision, cause: HopIndex | null): void {
    for (const cached of this.ring) {
      if (cached.revision <= revision) continue
      const told = eventFor(watcher, cached)
      if (told) watcher.send(told, cached.revision, cause)
    }
    this.watcherCount++
    const same = this.watchers.get(watcher.watched)
    if (same) same.add(watcher)
    else this.watchers.set(watcher.watched, new Set([watcher]))
  }

  unwatch(watcher: Watcher): void {
    const same = this.watchers.get(watcher.watched)
    if (same?.delete(watcher)) this.watcherCount--
    if (same?.size === 0) this.watchers.delete(watcher.watched)
  }

  private hold(kv: KeyValue): void {
    this.objects.set(kv.key, this.asStored ? kv : objectOf(kv))
  }

  private shown(held: ApiObject | KeyValue): ApiObject {
    return this.asStored ? objectOf(held as KeyValue) : (held as ApiObject)
  }

  private tell(watched: string | undefined, cached: CachedEvent, cause: HopIndex | null): void {
    for (const watcher of this.watchers.get(watched) ?? []) {
      const told = eventFor(watcher, cached)
      if (told) watcher.send(told, cached.revision, cause)
    }
  }
}

/** Starts matching: ADDED; stops matching: DELETED, with the last matching state and the new revision; both: MODIFIED. */
function eventFor(watcher: Watcher, { type, key, revision, object, previous }: CachedEvent): WatchEvent | null {
  if (!key.startsWith(watcher.prefix)) return null
  const before = previous !== null && watcher.matches(previous)
  const now = type === 'PUT' && watcher.matches(object)
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object }
  if (!before) return null
  return { type: 'DELETED', object: type === 'DELETE' ? object : withVersion(previous, revision) }
}
