// What a claim must be, and what of it may change. Also the templates of StatefulSets and ephemeral volumes hold claims.
// Upstream: kubernetes pkg/apis/core/validation (ValidatePersistentVolumeClaimSpec, ValidatePersistentVolumeClaimUpdate)

import { equalJson } from '../../equal'
import { structDiff } from '../../structDiff'
import { without } from '../../without'
import type { ApiObject, JsonObject } from '../../object'
import { compareQuantities, parseQuantity } from '../../quantity'
import { validateLabelSelector } from '../../validation/labelSelector'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, notAllowed, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { validateDataSources } from './dataSources'
import { validateAccessModes, VOLUME_MODES } from '../persistentvolume/accessModes'
import type { ClaimSpec } from './spec'

const specOf = (object: ApiObject) => (object.spec ?? {}) as ClaimSpec
const statusOf = (object: ApiObject) => (object.status ?? {}) as JsonObject

export const validateClaim = (object: ApiObject): Errors => validateClaimSpec(specOf(object), Path.root('spec'))

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

/** What a claim has got may not be less than nothing. */
export function validateClaimStatus(object: ApiObject): Errors {
  const { capacity = {} } = statusOf(object) as { readonly capacity?: Readonly<Record<string, string>> }
  return Object.entries(capacity).flatMap(([name, text]) => {
    const quantity = parseQuantity(text)
    return quantity && quantity.nano < 0n
      ? wrong(Path.root('status').child('capacity').key(name), Number(quantity.nano / 1_000_000_000n), 'must be a valid resource quantity')
      : NONE
  })
}

const IMMUTABLE = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

const withSize = (spec: ClaimSpec, storage: string): ClaimSpec => ({
  ...spec,
  resources: { ...spec.resources, requests: { ...spec.resources?.requests, storage } },
})

/** A claim that is bound may ask for more, or for less that is still more than it has; its volume and its class may be named once. */
export function validateClaimUpdate(object: ApiObject, old: ApiObject): Errors {
  const at = Path.root('spec')
  const [spec, former] = [specOf(object), specOf(old)]
  const bound = statusOf(old).phase === 'Bound'
  const asked = (s: ClaimSpec) => s.resources?.requests?.storage ?? '0'
  let same: ClaimSpec = { ...spec, ...(former.volumeName ? {} : { volumeName: former.volumeName }) }
  if (former.storageClassName === undefined) same = without(same, 'storageClassName') as ClaimSpec
  if (bound) same = { ...withSize(same, asked(former)), volumeAttributesClassName: former.volumeAttributesClassName }
  const has = (statusOf(old).capacity as { storage?: string } | undefined)?.storage ?? '0'
  const smaller = compareQuantities(asked(spec), asked(former)) < 0 && compareQuantities(asked(spec), has) <= 0
  return [
    ...validateClaim(object),
    ...(equalJson(same, former) ? NONE : notAllowed(at, `${IMMUTABLE}\n${structDiff(former, same)}`)),
    ...(smaller ? notAllowed(at.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity') : NONE),
    ...(spec.volumeMode === former.volumeMode ? NONE : wrong(Path.root('volumeMode'), spec.volumeMode ?? null, 'field is immutable')),
  ]
}
