// PersistentVolumeClaim, v1: a wish for storage.
// Upstream: kubernetes pkg/registry/core/persistentvolumeclaim

import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { accessModesText } from '../persistentvolume/accessModes'
import { statusSubresource } from '../statusSubresource'
import { statusOf } from '../workload'
import { defaultClaim } from './defaults'
import { withDataSources } from './dataSources'
import type { ClaimSpec } from './spec'
import { validateClaim, validateClaimStatus, validateClaimUpdate } from './validation'
import { CLASS_ANNOTATION, claimWarnings } from './warnings'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

const modeText = (object: ApiObject) =>
  specOf<ClaimSpec>(object).volumeMode === undefined ? '<unset>' : specOf<ClaimSpec>(object).volumeMode!

export const persistentVolumeClaim: Kind = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  resource: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'persistentvolumeclaims',
  schema: types.struct('PersistentVolumeClaim'),
  returnsDeletedObject: true,
  defaults: defaultClaim,
  prepareForCreate: (object) => ({ ...object, spec: withDataSources(specOf<ClaimSpec>(object)), status: { phase: 'Pending' } }),
  prepareForUpdate: (object, old) => ({
    ...object,
    spec: withDataSources(specOf<ClaimSpec>(object), specOf<ClaimSpec>(old)),
    status: old.status,
  }),
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  warnings: claimWarnings,
  subresources: { status: { ...statusSubresource, validateUpdate: validateClaimStatus } },
  columns: [
    nameColumn,
    column('Status', 'phase represents the current phase of PersistentVolumeClaim.', (o) =>
      o.metadata.deletionTimestamp ? 'Terminating' : String(statusOf(o).phase ?? ''),
    ),
    column(
      'Volume',
      'volumeName is the binding reference to the PersistentVolume backing this claim.',
      (o) => specOf<ClaimSpec>(o).volumeName ?? '',
    ),
    column('Capacity', 'capacity represents the actual resources of the underlying volume.', (o) =>
      specOf<ClaimSpec>(o).volumeName ? String((statusOf(o).capacity as JsonObject | undefined)?.storage ?? '0') : '',
    ),
    column(
      'Access Modes',
      'accessModes contains the actual access modes the volume backing the PVC has. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1',
      (o) => (specOf<ClaimSpec>(o).volumeName ? accessModesText(statusOf(o).accessModes as readonly string[] | undefined) : ''),
    ),
    column(
      'StorageClass',
      'StorageClass of the pvc',
      (o) => o.metadata.annotations?.[CLASS_ANNOTATION] ?? specOf<ClaimSpec>(o).storageClassName ?? '',
    ),
    column('VolumeAttributesClass', 'VolumeAttributesClass of the pvc', (o) => specOf<ClaimSpec>(o).volumeAttributesClassName ?? '<unset>'),
    ageColumn,
    column(
      'VolumeMode',
      'volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not included in claim spec.',
      modeText,
      wide,
    ),
  ],
}
