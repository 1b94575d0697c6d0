// One watch of a resource for all the controllers of a process: each listens, all read the same copy, and look things up by index.
// Leaves out: per-listener queues (every listener hears at once); a listener's resync falls on its own time, not on one of the watch's.
// Upstream: client-go informers/factory.go, tools/cache/{shared_informer,thread_safe_store}.go

import type { ApiObject } from '../api/object'
import type { Millis, PartIo, Timer } from '../base/part'
import { Informer, keyOf, type InformerHandlers } from './informer'
import type { ClientApi } from './types'

interface Index {
  readonly valueOf: (object: ApiObject) => string | undefined
  readonly buckets: Map<string, Map<string, ApiObject>>
}

const NONE: ReadonlyMap<string, ApiObject> = new Map()

/** The resync period of a listener that hears of changes alone. */
export const NO_RESYNC: Millis = 0

export class SharedInformers {
  private readonly informers = new Map<string, SharedInformer>()

  /** `resyncPeriod`: of all listeners that do not choose their own. */
  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
    private readonly resyncPeriod: Millis,
  ) {}

  /** `path` is the collection's over all namespaces (`/api/v1/pods`); the watch begins with the first who asks. */
  of(path: string, selectors = ''): SharedInformer {
    const name = `${path}?${selectors}`
    let informer = this.informers.get(name)
    if (!informer) {
      informer = new SharedInformer(this.io, this.client, this.resyncPeriod, path, selectors)
      this.informers.set(name, informer)
    }
    return informer
  }

  /** Ends the watch of a resource that is served no more. */
  drop(path: string): void {
    this.informers.get(`${path}?`)?.stop()
    this.informers.delete(`${path}?`)
  }
}

export class SharedInformer {
  private readonly informer: Informer
  private readonly listeners: InformerHandlers[] = []
  private readonly resyncs = new Map<InformerHandlers, Timer>()
  private readonly waiting: (() => void)[] = []
  private readonly indexes = new Map<string, Index>()

  constructor(
    private readonly io: PartIo,
    client: ClientApi,
    private readonly resyncPeriod: Millis,
    path: string,
    selectors: string,
  ) {
    const handlers: InformerHandlers = {
      add: (object) => {
        this.place(object)
        for (const { add } of this.listeners) add?.(object)
      },
      update: (object, old) => {
        this.replace(old, object)
        for (const { update } of this.listeners) update?.(object, old)
      },
      delete: (object) => {
        this.unplace(object)
        for (const listener of this.listeners) listener.delete?.(object)
      },
    }
    this.informer = new Informer(io, client, path, handlers, selectors, () => {
      for (const wake of this.waiting.splice(0)) wake()
    })
    this.informer.start()
  }

  stop(): void {
    this.informer.stop()
    for (const timer of this.resyncs.values()) timer.cancel()
  }

  /**
   * A listener that comes late hears of all that is there as added. Once in each `resyncPeriod` it hears of all as of updates, where the
   * object and the old one are the same: what it missed to do, it does then.
   */
  listen(handlers: InformerHandlers, resyncPeriod = this.resyncPeriod): this {
    this.listeners.push(handlers)
    if (handlers.update && resyncPeriod !== NO_RESYNC) this.resyncAfter(resyncPeriod, handlers)
    if (handlers.add) for (const object of this.informer.values()) handlers.add(object)
    return this
  }

  /** Calls back once all that existed at the start is known. */
  whenSynced(wake: () => void): void {
    if (this.informer.synced) wake()
    else this.waiting.push(wake)
  }

  /** It stays so, also while all is listed anew after a 410. */
  get synced(): boolean {
    return this.informer.synced
  }

  get revision(): string {
    return this.informer.revision
  }

  get(namespace: string, name: string): ApiObject | undefined {
    return this.informer.get(namespace, name)
  }

  values(): IterableIterator<ApiObject> {
    return this.informer.values()
  }

  /** Makes `by(name, …)` possible; the same name always means the same value. Undefined: not in this index. */
  index(name: string, valueOf: Index['valueOf']): this {
    if (this.indexes.has(name)) return this
    const index: Index = { valueOf, buckets: new Map() }
    this.indexes.set(name, index)
    for (const object of this.informer.values()) put(index, object)
    return this
  }

  by(name: string, value: string): IterableIterator<ApiObject> {
    return (this.indexes.get(name)?.buckets.get(value) ?? NONE).values()
  }

  private resyncAfter(period: Millis, handlers: InformerHandlers): void {
    const resync = () => {
      for (const object of this.informer.list()) handlers.update?.(object, object)
      this.resyncAfter(period, handlers)
    }
    this.resyncs.set(handlers, this.io.after(period, resync, { background: true }))
  }

  private place(object: ApiObject): void {
    for (const index of this.indexes.values()) put(index, object)
  }

  /** Most changes leave an object where it is in an index. */
  private replace(old: ApiObject, object: ApiObject): void {
    for (const index of this.indexes.values()) {
      const value = index.valueOf(object)
      if (value === index.valueOf(old)) {
        if (value !== undefined) index.buckets.get(value)?.set(keyOf(object), object)
        continue
      }
      take(index, old)
      put(index, object)
    }
  }

  /** A DELETED event brings the last state that matched, which is the one that was placed, or one with the same values. */
  private unplace(object: ApiObject): void {
    for (const index of this.indexes.values()) take(index, object)
  }
}

function take({ valueOf, buckets }: Index, object: ApiObject): void {
  const value = valueOf(object)
  const bucket = value === undefined ? undefined : buckets.get(value)
  if (bucket?.delete(keyOf(object)) && bucket.size === 0) buckets.delete(value!)
}

function put({ valueOf, buckets }: Index, object: ApiObject): void {
  const value = valueOf(object)
  if (value === undefined) return
  const bucket = buckets.get(value)
  if (bucket) bucket.set(keyOf(object), object)
  else buckets.set(value, new Map([[keyOf(object), object]]))
}

/** Calls back once all of these are synced: no controller acts on half a picture. */
export function whenSynced(informers: readonly SharedInformer[], begin: () => void): void {
  const [first, ...rest] = informers
  if (!first) begin()
  else first.whenSynced(() => whenSynced(rest, begin))
}
