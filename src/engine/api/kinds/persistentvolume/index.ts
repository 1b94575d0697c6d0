// PersistentVolume, v1.
// Upstream: kubernetes pkg/registry/core/persistentvolume

import type { Kind } from '../../kind'
import { specOf, type ApiObject } from '../../object'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { CLASS_ANNOTATION } from '../persistentvolumeclaim/warnings'
import { statusSubresource } from '../statusSubresource'
import { statusOf } from '../workload'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { defaultSources } from '../volumeSources'
import { accessModesText } from './accessModes'
import { validateVolume, validateVolumeUpdate, volumeWarnings, type VolumeSpec } from './validation'

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<VolumeSpec>(object)
  return {
    ...object,
    spec: defaultSources({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', ...spec }),
  }
}

function claimText(object: ApiObject): string {
  const { claimRef } = specOf<VolumeSpec>(object)
  return claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''
}

/** When a volume came into its phase, unless the writer says so. */
function transition(object: ApiObject, old: ApiObject, now: string): Partial<ApiObject> {
  const [status, former] = [statusOf(object), statusOf(old)]
  const { lastPhaseTransitionTime: before } = former
  if (status.phase === former.phase)
    return status.lastPhaseTransitionTime === undefined && before !== undefined
      ? { status: { ...status, lastPhaseTransitionTime: before } }
      : {}
  const said = status.lastPhaseTransitionTime !== undefined && status.lastPhaseTransitionTime !== before
  return said ? {} : { status: { ...status, lastPhaseTransitionTime: now } }
}

export const persistentVolume: Kind = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  resource: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'persistentvolumes',
  schema: types.struct('PersistentVolume'),
  returnsDeletedObject: true,
  defaults: withDefaults,
  prepareForCreate: (object, { now }) => ({ ...object, status: { phase: 'Pending', lastPhaseTransitionTime: now } }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  warnings: volumeWarnings,
  subresources: {
    status: {
      ...statusSubresource,
      prepareForUpdate: (object, old, { now }) => ({
        ...object,
        spec: old.spec,
        ...transition(object, old, now),
      }),
    },
  },
  columns: [
    nameColumn,
    column(
      'Capacity',
      "capacity is the description of the persistent volume's resources and capacity. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity",
      (o) => specOf<VolumeSpec>(o).capacity?.storage ?? '',
    ),
    column(
      'Access Modes',
      'accessModes contains all ways the volume can be mounted. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes',
      (o) => accessModesText(specOf<VolumeSpec>(o).accessModes),
    ),
    column(
      'Reclaim Policy',
      'persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim. Valid options are Retain (default for manually created PersistentVolumes), Delete (default for dynamically provisioned PersistentVolumes), and Recycle (deprecated). Recycle must be supported by the volume plugin underlying this PersistentVolume. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming',
      (o) => specOf<VolumeSpec>(o).persistentVolumeReclaimPolicy ?? '',
    ),
    column(
      'Status',
      'phase indicates if a volume is available, bound to a claim, or released by a claim. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#phase',
      (o) => (o.metadata.deletionTimestamp ? 'Terminating' : String(statusOf(o).phase ?? '')),
    ),
    column(
      'Claim',
      'claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected to be non-nil when bound. claim.VolumeName is the authoritative bind between PV and PVC. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding',
      claimText,
    ),
    column(
      'StorageClass',
      'StorageClass of the pv',
      (o) => o.metadata.annotations?.[CLASS_ANNOTATION] ?? specOf<VolumeSpec>(o).storageClassName ?? '',
    ),
    column('VolumeAttributesClass', 'VolumeAttributesClass of the pv', (o) =>
      String(specOf<VolumeSpec>(o).volumeAttributesClassName ?? '<unset>'),
    ),
    column(
      'Reason',
      'reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy display in the CLI.',
      (o) => String(statusOf(o).reason ?? ''),
    ),
    ageColumn,
    column(
      'VolumeMode',
      'volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw block state. Value of Filesystem is implied when not included in spec.',
      (o) => specOf<VolumeSpec>(o).volumeMode ?? '<unset>',
      wide,
    ),
  ],
}
