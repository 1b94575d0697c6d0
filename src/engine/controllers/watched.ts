// A collection as a controller sees it: typed, and with its objects found by who controls them.
// Upstream: kubernetes pkg/controller/controller_utils.go (the index of Pods by the uid of their controller)

import type { ApiObject } from '../api/object'
import type { Millis } from '../base/ids'
import { splitKey, type InformerHandlers } from '../client/informer'
import { whenSynced, type SharedInformer, type SharedInformers } from '../client/sharedInformer'
import type { WorkQueue } from '../client/workQueue'
import { controllerOf } from './ownership'
import { RESOURCES, type Resource } from './resources'

const BY_CONTROLLER = 'controller'

export class Watched<T extends ApiObject> {
  readonly informer: SharedInformer

  constructor(informers: SharedInformers, resource: Resource) {
    // Those without a controller stand under their namespace.
    this.informer = informers
      .of(RESOURCES[resource])
      .index(BY_CONTROLLER, (object) => controllerOf(object)?.uid ?? `/${object.metadata.namespace ?? ''}`)
  }

  /** NO_RESYNC for handlers that upstream has pass over an object whose revision has not changed. */
  listen(handlers: InformerHandlers<T>, resyncPeriod?: Millis): void {
    this.informer.listen(handlers as InformerHandlers, resyncPeriod)
  }

  /** The last revision that is known here. */
  get revision(): string {
    return this.informer.revision
  }

  get(namespace: string, name: string): T | undefined {
    return this.informer.get(namespace, name) as T | undefined
  }

  /** Of a work queue's key, `namespace/name`. */
  at(key: string): T | undefined {
    return this.get(...splitKey(key))
  }

  values(): IterableIterator<T> {
    return this.informer.values() as IterableIterator<T>
  }

  ownedBy(uid: string): readonly T[] {
    return [...this.informer.by(BY_CONTROLLER, uid)] as T[]
  }

  orphans(namespace: string): readonly T[] {
    return [...this.informer.by(BY_CONTROLLER, `/${namespace}`)] as T[]
  }

  /** The owner that the object names as its controller, if that one is here. */
  ownerOf(object: ApiObject, kind: string): T | undefined {
    const reference = controllerOf(object)
    if (reference?.kind !== kind) return undefined
    const owner = this.get(object.metadata.namespace ?? '', reference.name)
    return owner?.metadata.uid === reference.uid ? owner : undefined
  }
}

/** No key is worked on before all that it depends on is known. */
export function startWhenSynced(queue: WorkQueue, ...watched: readonly { readonly informer: SharedInformer }[]): void {
  whenSynced(
    watched.map((w) => w.informer),
    () => queue.start(),
  )
}
