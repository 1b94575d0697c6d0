// A collection as its writer knows it: what it has written counts at once, also where the watch has not told of it yet.
// Upstream: kubernetes pkg/controller/volume/persistentvolume/pv_controller_base.go (storeObjectUpdate)

import type { ApiObject, JsonObject } from '../../api/object'
import { keyOf } from '../../client/informer'
import { replace } from '../../client/requests'
import { demand, type Sync } from '../../client/sync'
import type { Watched } from '../watched'

export class OwnCopies<T extends ApiObject> {
  private readonly written = new Map<string, T>()

  constructor(private readonly cache: Watched<T>) {}

  /** Of a work queue's key; null for one that was written since: its own event is still to come. */
  current(key: string): T | null {
    const cached = this.cache.at(key)
    return cached && this.newest(cached) === cached ? cached : null
  }

  get(namespace: string, name: string): T | undefined {
    const cached = this.cache.get(namespace, name)
    return cached && this.newest(cached)
  }

  values(): readonly T[] {
    return Array.from(this.cache.values(), (cached) => this.newest(cached))
  }

  /** A PUT that must succeed; the object as it is then. */
  *put(path: string, body: JsonObject): Sync<T> {
    const object = yield* demand<T>(replace(path, body))
    this.note(object)
    return object
  }

  note(object: T): void {
    this.written.set(keyOf(object), object)
  }

  private newest(cached: T): T {
    const key = keyOf(cached)
    const own = this.written.get(key)
    if (own && Number(own.metadata.resourceVersion) > Number(cached.metadata.resourceVersion)) return own
    this.written.delete(key)
    return cached
  }
}
