// StorageClass, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/storageclass

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { ageColumn, column, defaultName } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { topologyWarnings, validateStorageClass, validateStorageClassUpdate } from './validation'

/** The annotations, one of them of old, that mark the default. */
export const DEFAULT_STORAGE_CLASS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
const text = (object: ApiObject, field: string) => String(object[field] ?? '')

export const storageClass: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  resource: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'storageclasses',
  schema: types.struct('StorageClass'),
  returnsDeletedObject: true,
  defaults: (object) => ({
    ...object,
    reclaimPolicy: object.reclaimPolicy ?? 'Delete',
    volumeBindingMode: object.volumeBindingMode ?? 'Immediate',
  }),
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  warnings: topologyWarnings,
  columns: [
    defaultName(DEFAULT_STORAGE_CLASS),
    column('Provisioner', 'provisioner indicates the type of the provisioner.', (o) => text(o, 'provisioner')),
    column(
      'ReclaimPolicy',
      'reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage class. Defaults to Delete.',
      (o) => text(o, 'reclaimPolicy') || 'Delete',
    ),
    column(
      'VolumeBindingMode',
      'volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.  When unset, VolumeBindingImmediate is used. This field is only honored by servers that enable the VolumeScheduling feature.',
      (o) => text(o, 'volumeBindingMode') || 'Immediate',
    ),
    column(
      'AllowVolumeExpansion',
      'allowVolumeExpansion shows whether the storage class allow volume expand.',
      (o) => o.allowVolumeExpansion === true,
    ),
    ageColumn,
  ],
}
