// What the scheduler asks of claims and of CSI drivers beside what all components ask.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumebinding/binder.go; api storage/v1/types.go (CSIDriver, CSIStorageCapacity)

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../../api/object'
import { BIND_COMPLETED, claimsOf, hasAnnotation, type PersistentVolumeClaim } from '../../api/kinds/persistentvolume/persistentVolumes'
import type { ClusterEvent } from '../framework/events'

export interface CsiDriver extends ApiObject {
  readonly spec: { readonly storageCapacity?: boolean; readonly preventPodSchedulingIfMissing?: boolean }
}

export interface StorageCapacity extends ApiObject {
  readonly storageClassName: string
  readonly nodeTopology?: JsonObject
  readonly capacity?: string
  readonly maximumVolumeSize?: string
}

/** How large a new volume may be; maximumVolumeSize is the more precise. */
export const volumeLimit = ({ capacity, maximumVolumeSize }: StorageCapacity): string | undefined => maximumVolumeSize ?? capacity

/** Hint: the claim of the event is one of the Pod's. */
export function isOwnClaim(pod: Pod, { new: claim }: ClusterEvent): boolean {
  return claim?.metadata.namespace === pod.metadata.namespace && claimsOf(pod).some(({ name }) => name === claim?.metadata.name)
}

export const isFullyBound = (claim: PersistentVolumeClaim): boolean => !!claim.spec.volumeName && hasAnnotation(claim, BIND_COMPLETED)

export const notFound = (resource: string, name: string) => `${resource} "${name}" not found`
