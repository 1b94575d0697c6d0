// What a claim must be, and what of it may change. Also the templates of StatefulSets and ephemeral volumes hold claims.
// Upstream: kubernetes pkg/apis/core/validation (ValidatePersistentVolumeClaimSpec, ValidatePersistentVolumeClaimUpdate)

import { equalJson } from '../../../base/equal'
import { structDiff } from '../../validation/structDiff'
import { without } from '../../../base/without'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { compareQuantities, parseQuantity } from '../../scalars/quantity'
import { validateLabelSelector } from '../../validation/labelSelector'
import { labelKeyErrors } from '../../validation/labels'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, notAllowed, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { validateDataSources } from './dataSources'
import { validateAccessModes, VOLUME_MODES } from '../persistentvolume/accessModes'
import type { ClaimSpec } from './spec'
import { CLASS_ANNOTATION } from './warnings'

const statusOf = (object: ApiObject) => (object.status ?? {}) as ClaimStatus

export const validateClaim = (object: ApiObject): Errors => validateClaimSpec(specOf<ClaimSpec>(object), Path.root('spec'))

export function validateClaimSpec(spec: ClaimSpec, at: Path): Errors {
  const { accessModes, selector, resources, storageClassName, volumeMode, volumeAttributesClassName: attributes } = spec
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
    ...validateDataSources(spec, at),
    ...(attributes ? named(attributes, at.child('volumeAttributesClassName'), dnsSubdomainErrors) : NONE),
  ]
}

interface ClaimStatus extends JsonObject {
  readonly phase?: string
  readonly capacity?: Amounts
  readonly allocatedResources?: Amounts
  readonly allocatedResourceStatuses?: Readonly<Record<string, string>>
  readonly currentVolumeAttributesClassName?: string
}
type Amounts = Readonly<Record<string, string>>

const RESIZES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
]

/** What a claim has got may not be less than nothing, and only its size is being changed. */
export function validateClaimStatus(object: ApiObject): Errors {
  const { capacity = {}, allocatedResources = {}, allocatedResourceStatuses = {} } = statusOf(object)
  const at = Path.root('status')
  const [statuses, amounts] = [at.child('allocatedResourceStatuses'), at.child('allocatedResources')]
  return [
    ...Object.entries(capacity).flatMap(([name, text]) => notNegative(text, at.child('capacity').key(name))),
    ...Object.entries(allocatedResourceStatuses).flatMap(([name, status]) => [
      ...resizable(name, statuses),
      ...(RESIZES.includes(status) ? NONE : unsupported(statuses, name, RESIZES)),
    ]),
    ...Object.entries(allocatedResources).flatMap(([name, text]) => {
      const errors = resizable(name, amounts)
      return errors.length > 0 ? errors : notNegative(text, amounts.key(name))
    }),
  ]
}

function notNegative(text: string, at: Path): Errors {
  const quantity = parseQuantity(text)
  return quantity && quantity.nano < 0n ? wrong(at, Number(quantity.nano / 1_000_000_000n), 'must be a valid resource quantity') : NONE
}

/** Of Kubernetes' own resources only storage. */
function resizable(name: string, at: Path): Errors {
  const errors = named(name, at, labelKeyErrors)
  const isNative = !name.includes('/') || name.includes('kubernetes.io/')
  return errors.length > 0 || !isNative || name === 'storage' ? errors : unsupported(at, name, ['storage'])
}

const IMMUTABLE = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

const withSize = (spec: ClaimSpec, storage: string): ClaimSpec => ({
  ...spec,
  resources: { ...spec.resources, requests: { ...spec.resources?.requests, storage } },
})

/** A claim that is bound may ask for more, or for less that is still more than it has; its volume and its class may be named once. */
export function validateClaimUpdate(object: ApiObject, old: ApiObject): Errors {
  const at = Path.root('spec')
  const [spec, former] = [specOf<ClaimSpec>(object), specOf<ClaimSpec>(old)]
  const bound = statusOf(old).phase === 'Bound'
  const asked = (s: ClaimSpec) => s.resources?.requests?.storage ?? '0'
  const annotated = classAnnotation(object, old)
  let same: ClaimSpec = { ...spec, ...(former.volumeName ? {} : { volumeName: former.volumeName }) }
  if (annotated.mayName) same = without(same, 'storageClassName') as ClaimSpec
  if (bound) same = { ...withSize(same, asked(former)), volumeAttributesClassName: former.volumeAttributesClassName }
  const has = statusOf(old).capacity?.storage ?? '0'
  const smaller = compareQuantities(asked(spec), asked(former)) < 0 && compareQuantities(asked(spec), has) <= 0
  return [
    ...validateClaim(object),
    ...annotated.errors,
    ...(equalJson(same, former) ? NONE : notAllowed(at, `${IMMUTABLE}\n${structDiff(former, same)}`)),
    ...(smaller ? notAllowed(at.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity') : NONE),
    ...(spec.volumeMode === former.volumeMode ? NONE : wrong(Path.root('volumeMode'), spec.volumeMode ?? null, 'field is immutable')),
    ...attributesUpdate(spec, former, old),
  ]
}

/** An annotation named the class before there was a field: it stays as it is, until the field says the same. */
function classAnnotation(object: ApiObject, old: ApiObject): { readonly errors: Errors; readonly mayName: boolean } {
  const [name, former] = [specOf<ClaimSpec>(object).storageClassName, specOf<ClaimSpec>(old).storageClassName]
  const [now, before] = [object, old].map(({ metadata }) => metadata.annotations?.[CLASS_ANNOTATION])
  const unnamed = former === undefined && name !== undefined
  if (unnamed && name === before && (now === undefined || now === before)) return { errors: NONE, mayName: true }
  const changed = (now ?? '') !== (before ?? '')
  const place = Path.root('metadata').child('annotations', CLASS_ANNOTATION)
  return {
    errors: changed ? wrong(place, now ?? '', 'field is immutable') : NONE,
    mayName: unnamed && (before === undefined || name === before),
  }
}

/** Once a volume has attributes of a class it always has some. */
function attributesUpdate(
  { volumeAttributesClassName: now }: ClaimSpec,
  { volumeAttributesClassName: before }: ClaimSpec,
  old: ApiObject,
): Errors {
  if (now === before || statusOf(old).currentVolumeAttributesClassName === undefined || now) return NONE
  const to = now === undefined ? 'nil' : 'empty string'
  return notAllowed(
    Path.root('spec').child('volumeAttributesClassName'),
    `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`,
  )
}
