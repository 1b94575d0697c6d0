// PersistentVolume, v1. Leaves out: the inner rules of volume sources.
// Upstream: kubernetes pkg/registry/core/persistentvolume, pkg/apis/core/validation (ValidatePersistentVolumeSpec)

import { equalJson } from '../../equal'
import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { compareQuantities } from '../../quantity'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, notAllowed, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { statusDoor } from '../statusDoor'
import { specOf, statusOf } from '../workload'
import { accessModesText, validateAccessModes, VOLUME_MODES } from './accessModes'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface Spec extends JsonObject {
  readonly capacity?: Readonly<Record<string, string>>
  readonly accessModes?: readonly string[]
  readonly persistentVolumeReclaimPolicy?: string
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly claimRef?: { readonly namespace?: string; readonly name?: string } & JsonObject
  readonly hostPath?: { readonly path?: string; readonly type?: string }
}

const POLICIES = ['Delete', 'Recycle', 'Retain']
/** In the order in which upstream looks at them. */
const SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
]

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<Spec>(object)
  return {
    ...object,
    spec: {
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
      ...spec,
      ...(spec.hostPath ? { hostPath: { type: '', ...spec.hostPath } } : {}),
    },
  }
}

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const spec = specOf<Spec>(object)
  const { capacity = {}, accessModes, persistentVolumeReclaimPolicy: policy, volumeMode, storageClassName } = spec
  const place = at.child('capacity')
  const [source, ...more] = SOURCES.filter((name) => spec[name] !== undefined)
  const names = Object.keys(capacity)
  return [
    ...(accessModes?.length ? validateAccessModes(accessModes, at.child('accessModes')) : missing(at.child('accessModes'))),
    ...(names.length === 0 ? missing(place) : NONE),
    ...(names.length !== 1 || names[0] !== 'storage' ? unsupported(place, capacity, ['storage']) : NONE),
    ...names.flatMap((name) =>
      compareQuantities(capacity[name]!, '0') <= 0 ? wrong(place.key(name), capacity[name], 'must be greater than zero') : NONE,
    ),
    ...(policy === undefined || POLICIES.includes(policy)
      ? NONE
      : unsupported(at.child('persistentVolumeReclaimPolicy'), policy, POLICIES)),
    ...more.flatMap((name) => notAllowed(at.child(name), 'may not specify more than 1 volume type')),
    ...(source === undefined ? missing(at, 'must specify a volume type') : NONE),
    ...(source === 'hostPath' && !spec.hostPath?.path ? missing(at.child('hostPath', 'path')) : NONE),
    ...(storageClassName ? named(storageClassName, at.child('storageClassName'), dnsSubdomainErrors) : NONE),
    ...(volumeMode === undefined || VOLUME_MODES.includes(volumeMode)
      ? NONE
      : unsupported(at.child('volumeMode'), volumeMode, VOLUME_MODES)),
  ]
}

function validateUpdate(object: ApiObject, old: ApiObject): Errors {
  const sources = (o: ApiObject) => Object.fromEntries(SOURCES.map((name) => [name, specOf<Spec>(o)[name]])) as JsonObject
  const at = Path.root('spec')
  return [
    ...validate(object),
    ...(equalJson(sources(object), sources(old))
      ? NONE
      : notAllowed(at.child('persistentvolumesource'), 'spec.persistentvolumesource is immutable after creation')),
    ...(specOf<Spec>(object).volumeMode === specOf<Spec>(old).volumeMode
      ? NONE
      : wrong(at.child('volumeMode'), specOf<Spec>(object).volumeMode, 'field is immutable')),
  ]
}

function claimText(object: ApiObject): string {
  const { claimRef } = specOf<Spec>(object)
  return claimRef ? `${claimRef.namespace}/${claimRef.name}` : ''
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
  validate,
  validateUpdate,
  subresources: {
    status: {
      ...statusDoor,
      prepareForUpdate: (object, old, { now }) => ({
        ...object,
        spec: old.spec,
        ...(statusOf(object).phase === statusOf(old).phase ? {} : { status: { ...statusOf(object), lastPhaseTransitionTime: now } }),
      }),
    },
  },
  columns: [
    nameColumn,
    column(
      'Capacity',
      "capacity is the description of the persistent volume's resources and capacity. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity",
      (o) => specOf<Spec>(o).capacity?.storage ?? '',
    ),
    column(
      'Access Modes',
      'accessModes contains all ways the volume can be mounted. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes',
      (o) => accessModesText(specOf<Spec>(o).accessModes),
    ),
    column(
      'Reclaim Policy',
      'persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim. Valid options are Retain (default for manually created PersistentVolumes), Delete (default for dynamically provisioned PersistentVolumes), and Recycle (deprecated). Recycle must be supported by the volume plugin underlying this PersistentVolume. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming',
      (o) => specOf<Spec>(o).persistentVolumeReclaimPolicy ?? '',
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
    column('StorageClass', 'StorageClass of the pv', (o) => specOf<Spec>(o).storageClassName ?? ''),
    column('VolumeAttributesClass', 'VolumeAttributesClass of the pv', (o) =>
      String(specOf<Spec>(o).volumeAttributesClassName ?? '<unset>'),
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
      (o) => specOf<Spec>(o).volumeMode ?? '<unset>',
      wide,
    ),
  ],
}
