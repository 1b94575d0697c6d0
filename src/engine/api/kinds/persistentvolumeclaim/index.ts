// PersistentVolumeClaim, v1. Leaves out: data sources' rules.
// Upstream: kubernetes pkg/registry/core/persistentvolumeclaim, pkg/apis/core/validation (ValidatePersistentVolumeClaimSpec)

import { equalJson } from '../../equal'
import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { compareQuantities } from '../../quantity'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, notAllowed, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { accessModesText, validateAccessModes, VOLUME_MODES } from '../persistentvolume/accessModes'
import { statusDoor } from '../statusDoor'
import { specOf, statusOf } from '../workload'
import { defaultClaim } from './defaults'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface ClaimSpec extends JsonObject {
  readonly accessModes?: readonly string[]
  readonly selector?: SelectorObject
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> }
  readonly volumeName?: string
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly volumeAttributesClassName?: string
}

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const { accessModes, selector, resources, storageClassName, volumeMode } = specOf<ClaimSpec>(object)
  const size = resources?.requests?.storage
  const place = at.child('resources').key('storage')
  return [
    ...validateAccessModes(accessModes, at.child('accessModes')),
    ...validateLabelSelector(selector, at.child('selector')),
    ...(size === undefined ? missing(place) : compareQuantities(size, '0') <= 0 ? wrong(place, size, 'must be greater than zero') : NONE),
    ...(storageClassName ? named(storageClassName, at.child('storageClassName'), dnsSubdomainErrors) : NONE),
    ...(volumeMode === undefined || VOLUME_MODES.includes(volumeMode)
      ? NONE
      : unsupported(at.child('volumeMode'), volumeMode, VOLUME_MODES)),
  ]
}

const IMMUTABLE = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

/** A claim that is bound may ask for more; its volume may be named once; nothing else changes. */
function validateUpdate(object: ApiObject, old: ApiObject): Errors {
  const at = Path.root('spec')
  const [spec, former] = [specOf<ClaimSpec>(object), specOf<ClaimSpec>(old)]
  const bound = statusOf(old).phase === 'Bound'
  const asked = (s: ClaimSpec) => s.resources?.requests?.storage ?? '0'
  const same: ClaimSpec = {
    ...spec,
    ...(former.volumeName ? {} : { volumeName: former.volumeName }),
    ...(bound ? { resources: former.resources, volumeAttributesClassName: former.volumeAttributesClassName } : {}),
  }
  const smaller = bound && compareQuantities(asked(spec), asked(former)) < 0
  return [
    ...validate(object),
    ...(equalJson(same, former) ? NONE : notAllowed(at, IMMUTABLE)),
    ...(smaller ? notAllowed(at.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity') : NONE),
  ]
}

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
  prepareForCreate: (object) => ({ ...object, status: { phase: 'Pending' } }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate,
  validateUpdate,
  subresources: { status: statusDoor },
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
    column('StorageClass', 'StorageClass of the pvc', (o) => specOf<ClaimSpec>(o).storageClassName ?? ''),
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
