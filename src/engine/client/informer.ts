// A local copy of one resource, kept by one streaming watch: all that exists as ADDED, a bookmark, then changes.
// Resumes from the last revision it saw when the stream ends, begins anew on 410 Gone. Handlers hear (object, old).
// Leaves out: resync and indexers (sharedInformer.ts has them), the older LIST + WATCH (client-go before 1.37 without WatchList).
// Upstream: client-go tools/cache/{reflector,shared_informer}.go

import type { ApiObject } from '../api/object'
import type { Millis, PartIo, Timer } from '../base/part'
import type { WatchEvent } from '../base/wire'
import type { ClientApi } from './types'

export interface InformerHandlers<T extends ApiObject = ApiObject> {
  add?(object: T): void
  update?(object: T, old: T): void
  delete?(object: T): void
}

/** Milliseconds between tries while no stream can be opened: doubled each time, and up to twice as long by chance. */
const RETRY = 800
const RETRY_MAX = 30_000
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

export class Informer {
  /** True once all that existed at the start has been seen. */
  synced = false
  private readonly objects = new Map<string, ApiObject>()
  private seenAnew: Set<string> | null = null
  private resourceVersion = ''
  private stream: { close(): void } | null = null
  private retry: Timer | null = null
  private failures = 0

  /** `path` is the collection's, without a query; `selectors` are added to it (`fieldSelector=spec.nodeName%3Dworker-1`). */
  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
    private readonly path: string,
    private readonly handlers: InformerHandlers,
    private readonly selectors = '',
    private readonly onSynced?: () => void,
  ) {}

  start(): void {
    this.open()
  }

  stop(): void {
    this.stream?.close()
    this.stream = null
    this.retry?.cancel()
  }

  /** The last revision that the watch told; '' before all is known. */
  get revision(): string {
    return this.resourceVersion
  }

  get(namespace: string, name: string): ApiObject | undefined {
    return this.objects.get(`${namespace}/${name}`)
  }

  list(): ApiObject[] {
    return [...this.objects.values()]
  }

  values(): IterableIterator<ApiObject> {
    return this.objects.values()
  }

  private open(): void {
    const from = this.resourceVersion
      ? `&resourceVersion=${this.resourceVersion}`
      : '&resourceVersionMatch=NotOlderThan&sendInitialEvents=true'
    const query = `allowWatchBookmarks=true${this.selectors ? `&${this.selectors}` : ''}${from}&timeoutSeconds=${300 + this.io.random.int(300)}&watch=true`
    if (!this.resourceVersion) this.seenAnew = new Set()
    this.stream = this.client.stream(
      { method: 'GET', path: `${this.path}?${query}` },
      {
        head: (response) => {
          if (response.status === 200) {
            this.failures = 0
            return
          }
          if (response.status === 410) this.resourceVersion = ''
          this.retryLater()
        },
        chunk: (chunk) => {
          if (typeof chunk !== 'string') this.take(chunk)
        },
        end: () => this.openAfter(0),
      },
    )
  }

  /** The stream could not be opened, or broke with an error. */
  private retryLater(): void {
    const delay = Math.min(RETRY_MAX, RETRY * 2 ** this.failures++)
    this.openAfter(delay * (1 + this.io.random.next()))
  }

  private openAfter(delay: Millis): void {
    this.stream = null
    this.retry = this.io.after(delay, () => this.open(), { background: delay > 0 })
  }

  private take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      this.resourceVersion = ''
      this.stream?.close()
      this.retryLater()
      return
    }
    const changed = object as ApiObject
    if (type === 'BOOKMARK' && changed.metadata.annotations?.[INITIAL_EVENTS_END] === 'true') this.complete()
    // Until all that exists has come, there is no revision to go on from: a stream that breaks before is begun anew.
    if (!this.seenAnew) this.resourceVersion = changed.metadata.resourceVersion ?? this.resourceVersion
    if (type === 'BOOKMARK') return
    const key = keyOf(changed)
    const old = this.objects.get(key)
    if (type === 'DELETED') {
      this.seenAnew?.delete(key)
      if (this.objects.delete(key)) this.handlers.delete?.(changed)
      return
    }
    this.seenAnew?.add(key)
    this.objects.set(key, changed)
    if (!old) this.handlers.add?.(changed)
    else if (old.metadata.resourceVersion !== changed.metadata.resourceVersion) this.handlers.update?.(changed, old)
  }

  /** All initial events are here: what was known before and did not come again is gone. */
  private complete(): void {
    const seen = this.seenAnew
    this.seenAnew = null
    if (seen)
      for (const [key, object] of this.objects) {
        if (seen.has(key)) continue
        this.objects.delete(key)
        this.handlers.delete?.(object)
      }
    if (!this.synced) {
      this.synced = true
      this.onSynced?.()
    }
  }
}

/** `namespace/name`, and `/name` of what is in no namespace. */
export function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}

/** What a key is made of. Upstream: client-go tools/cache/store.go SplitMetaNamespaceKey */
export function splitKey(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}
