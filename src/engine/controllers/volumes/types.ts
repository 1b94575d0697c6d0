// Volumes and claims as their controllers read and write them.
// Upstream: api core/v1/types.go (PersistentVolume, PersistentVolumeClaim), storage/v1/types.go (StorageClass)

import type { ApiObject, JsonObject } from '../../api/object'

export interface Claim extends ApiObject {
  readonly spec: {
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: { readonly storage?: string } }
    readonly selector?: JsonObject
    readonly storageClassName?: string
    readonly volumeMode?: string
    readonly volumeName?: string
  }
  readonly status: JsonObject & { readonly phase?: string }
}

export interface Volume extends ApiObject {
  readonly spec: JsonObject & {
    readonly accessModes?: readonly string[]
    readonly capacity?: { readonly storage?: string }
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string } & JsonObject
    readonly persistentVolumeReclaimPolicy?: string
    readonly storageClassName?: string
    readonly volumeMode?: string
  }
  readonly status: JsonObject & { readonly phase?: string }
}

export const CLAIMS = '/api/v1/persistentvolumeclaims'
export const VOLUMES = '/api/v1/persistentvolumes'
export const CLASSES = '/apis/storage.k8s.io/v1/storageclasses'

export const claimPath = ({ metadata }: ApiObject, door = ''): string =>
  `/api/v1/namespaces/${metadata.namespace}/persistentvolumeclaims/${metadata.name}${door}`
export const volumePath = ({ metadata }: ApiObject, door = ''): string => `${VOLUMES}/${metadata.name}${door}`
