// Whom a change of a Pod, ReplicaSet or revision concerns: its controller, the one it had before, or those that might adopt it.
// Upstream: kubernetes pkg/controller/*/ (addPod, updatePod, deletePod; resolveControllerRef, getPod…s)

import { equalJson } from '../base/equal'
import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import { matchesLabels, type LabelSelector } from '../api/selectors/labelSelector'
import { keyOf } from '../client/informer'
import { NO_RESYNC } from '../client/sharedInformer'
import type { WorkQueue } from '../client/workQueue'
import type { Expectations } from './expectations'
import { controllerOf } from './ownership'
import { isReady } from './podFacts'
import type { Watched } from './watched'

export class Owners<T extends ApiObject> {
  constructor(
    private readonly watched: Watched<T>,
    private readonly kind: string,
    private readonly selectorOf: (owner: T) => LabelSelector,
    private readonly enqueue: (owner: T) => void,
  ) {}

  /** Undefined where it has none of this kind, or one that is gone. */
  of(object: ApiObject): T | undefined {
    return this.watched.ownerOf(object, this.kind)
  }

  /** The owner to whom it was told, if it has one. */
  added(object: ApiObject): T | undefined {
    if (controllerOf(object)) return this.told(this.of(object))
    this.tellMatching(object)
    return undefined
  }

  changed(object: ApiObject, old: ApiObject): T | undefined {
    const moved = controllerOf(object)?.uid !== controllerOf(old)?.uid
    if (moved) this.told(this.of(old))
    if (controllerOf(object)) return this.told(this.of(object))
    if (moved || !equalJson(object.metadata.labels, old.metadata.labels)) this.tellMatching(object)
    return undefined
  }

  gone(object: ApiObject): T | undefined {
    return this.told(this.of(object))
  }

  private told(owner: T | undefined): T | undefined {
    if (owner) this.enqueue(owner)
    return owner
  }

  /** An orphan interests all that might adopt it. */
  private tellMatching({ metadata }: ApiObject): void {
    if (Object.keys(metadata.labels ?? {}).length === 0) return
    for (const owner of this.watched.values())
      if (owner.metadata.namespace === metadata.namespace && matchesLabels(this.selectorOf(owner), metadata.labels)) this.enqueue(owner)
  }
}

interface OwnsPods extends ApiObject {
  readonly spec: JsonObject & { readonly minReadySeconds?: number }
}

interface Following {
  readonly expectations?: Expectations
  /** Of a Pod that is ending the owner hears as of one that changed; else as of one that is gone. */
  readonly endsWhenGone?: boolean
}

/** Tells of every change of Pods. One that became ready may be available some time later. */
export function followPods<T extends OwnsPods>(
  pods: Watched<Pod>,
  owners: Owners<T>,
  queue: WorkQueue,
  { expectations, endsWhenGone = false }: Following = {},
): void {
  const gone = (pod: Pod) => {
    const owner = owners.gone(pod)
    if (owner) expectations?.deleted(keyOf(owner), keyOf(pod))
  }
  pods.listen(
    {
      add: (pod) => {
        if (pod.metadata.deletionTimestamp) return gone(pod)
        const owner = owners.added(pod)
        if (owner) expectations?.added(keyOf(owner))
      },
      update: (pod, old) => {
        if (pod.metadata.deletionTimestamp && !endsWhenGone) return gone(pod)
        const owner = owners.changed(pod, old)
        const wait = owner?.spec.minReadySeconds ?? 0
        if (owner && wait > 0 && !isReady(old) && isReady(pod)) queue.addAfter(keyOf(owner), (wait + 1) * 1000)
      },
      delete: gone,
    },
    NO_RESYNC,
  )
}
