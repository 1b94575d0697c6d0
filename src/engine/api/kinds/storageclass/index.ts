// StorageClass, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/storageclass, pkg/apis/storage/validation (ValidateStorageClass)

import { equalJson } from '../../equal'
import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { missing, named, NONE, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, defaultName } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const DEFAULT_STORAGE_CLASS = 'storageclass.kubernetes.io/is-default-class'
const POLICIES = ['Delete', 'Retain']
const MODES = ['Immediate', 'WaitForFirstConsumer']
const text = (object: ApiObject, field: string) => String(object[field] ?? '')

function validate(object: ApiObject): Errors {
  const { reclaimPolicy, volumeBindingMode, provisioner = '', parameters } = object
  return [
    ...(POLICIES.includes(String(reclaimPolicy)) ? NONE : unsupported(Path.root('reclaimPolicy'), text(object, 'reclaimPolicy'), POLICIES)),
    ...(volumeBindingMode === undefined
      ? missing(Path.root('volumeBindingMode'))
      : MODES.includes(String(volumeBindingMode))
        ? NONE
        : unsupported(Path.root('volumeBindingMode'), String(volumeBindingMode), MODES)),
    ...(provisioner === ''
      ? missing(Path.root('provisioner'))
      : named(String(provisioner).toLowerCase(), Path.root('provisioner'), labelKeyErrors)),
    ...(parameters && '' in (parameters as object) ? wrong(Path.root('parameters'), '', 'field can not be empty.') : NONE),
  ]
}

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
  allowCreateOnUpdate: true,
  defaults: (object) => ({
    ...object,
    reclaimPolicy: object.reclaimPolicy ?? 'Delete',
    volumeBindingMode: object.volumeBindingMode ?? 'Immediate',
  }),
  validate,
  validateUpdate: (object, old) => [
    ...['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'].flatMap((field) =>
      equalJson(object[field], old[field]) ? NONE : wrong(Path.root(field), null, 'field is immutable'),
    ),
    ...validate(object),
  ],
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
