// Volumes and claims as they will be once this scheduler's own writes are seen: what it assumes holds until a watch shows something newer.
// Upstream: kubernetes pkg/scheduler/util/assumecache

import type { Handle, WatchedResource } from '../framework/handle'
import type { ApiObject } from '../../api/object'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/kinds/persistentvolume/persistentVolumes'

export class AssumedVolumes {
  private readonly assumed = new Map<string, ApiObject>()

  constructor(private readonly handle: Handle) {}

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.get('persistentvolumeclaims', namespace, name) as PersistentVolumeClaim | undefined
  }

  volume(name: string): PersistentVolume | undefined {
    return this.get('persistentvolumes', '', name) as PersistentVolume | undefined
  }

  *volumes(): Iterable<PersistentVolume> {
    for (const { metadata } of this.handle.lister('persistentvolumes').values()) yield this.volume(metadata.name!)!
  }

  storageClass(name: string): StorageClass | undefined {
    return this.handle.lister('storageclasses').get('', name) as StorageClass | undefined
  }

  assume(resource: WatchedResource, object: ApiObject): void {
    this.assumed.set(keyOf(resource, object.metadata.namespace ?? '', object.metadata.name!), object)
  }

  revert(resource: WatchedResource, { metadata }: ApiObject): void {
    this.assumed.delete(keyOf(resource, metadata.namespace ?? '', metadata.name!))
  }

  private get(resource: WatchedResource, namespace: string, name: string): ApiObject | undefined {
    const seen = this.handle.lister(resource).get(namespace, name)
    const key = keyOf(resource, namespace, name)
    const assumed = this.assumed.get(key)
    if (!assumed) return seen
    if (seen?.metadata.resourceVersion === assumed.metadata.resourceVersion) return assumed
    this.assumed.delete(key)
    return seen
  }
}

const keyOf = (resource: WatchedResource, namespace: string, name: string) => `${resource} ${namespace}/${name}`
