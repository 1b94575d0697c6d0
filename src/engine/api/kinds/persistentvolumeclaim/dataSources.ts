// What a claim is to be filled from: the old field and the new one, which are kept the same.
// Upstream: kubernetes pkg/api/persistentvolumeclaim/util.go, pkg/apis/core/validation (validateDataSource, validateDataSourceRef)

import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { named, NONE, required, wrong, type Errors, type Path } from '../../validation/rules'
import { without } from '../../../base/without'
import type { ClaimSpec, DataSource } from './spec'

const CLAIM = 'PersistentVolumeClaim'

/** `old` is the spec before an update. A source in another namespace is dropped: that gate is shut. */
export function withDataSources(given: ClaimSpec, old?: ClaimSpec): ClaimSpec {
  let spec = given
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) spec = without(spec, 'dataSourceRef')
  const { dataSource: source, dataSourceRef: ref } = spec
  if (source && !ref) {
    const fine =
      (old?.dataSource ?? old?.dataSourceRef) !== undefined ||
      (source.kind === CLAIM && !source.apiGroup) ||
      (source.kind === 'VolumeSnapshot' && source.apiGroup === 'snapshot.storage.k8s.io')
    return fine ? { ...spec, dataSourceRef: referenceOf(source) } : without(spec, 'dataSource')
  }
  return ref && !source && !ref.namespace ? { ...spec, dataSource: referenceOf(ref) } : spec
}

const referenceOf = ({ apiGroup = null, kind, name }: DataSource): DataSource => ({ apiGroup, kind, name })

export function validateDataSources({ dataSource: source, dataSourceRef: ref }: ClaimSpec, at: Path): Errors {
  return [
    ...(source ? one(source, at.child('dataSource')) : NONE),
    ...(ref ? one(ref, at.child('dataSourceRef')) : NONE),
    ...(ref?.namespace ? named(ref.namespace, at.child('dataSourceRef', 'namespace'), dnsLabelErrors) : NONE),
    // Upstream shows the path, which is an empty struct.
    ...(source && ref?.namespace ? wrong(at, {}, 'may not be specified when dataSourceRef.namespace is specified') : NONE),
    ...(source && ref && !ref.namespace && !isSame(source, ref) ? wrong(at, {}, 'must match dataSourceRef') : NONE),
  ]
}

const isSame = (a: DataSource, b: DataSource) => (a.apiGroup ?? null) === (b.apiGroup ?? null) && a.kind === b.kind && a.name === b.name

function one({ apiGroup, kind = '', name = '' }: DataSource, at: Path): Errors {
  return [
    ...required(name, at.child('name')),
    ...required(kind, at.child('kind')),
    ...(!apiGroup && kind !== CLAIM ? wrong(at, kind, `must be '${CLAIM}' when referencing the default apiGroup`) : NONE),
    ...(apiGroup ? named(apiGroup, at.child('apiGroup'), dnsSubdomainErrors) : NONE),
  ]
}
