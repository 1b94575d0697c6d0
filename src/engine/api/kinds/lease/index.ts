// Lease, coordination.k8s.io/v1: heartbeats and leader election. Not etcd's lease: it has no time to live.
// Upstream: kubernetes pkg/registry/coordination/lease

import { isObject } from '../../../base/json'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { nonNegative, Path, positive } from '../../validation/rules'
import { without } from '../../../base/without'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface LeaseSpec extends JsonObject {
  readonly holderIdentity?: string
  readonly leaseDurationSeconds?: number
  readonly leaseTransitions?: number
}

function withoutElection(object: ApiObject): ApiObject {
  if (!isObject(object.spec) || (object.spec.preferredHolder === undefined && object.spec.strategy === undefined)) return object
  return { ...object, spec: without(object.spec, 'preferredHolder', 'strategy') }
}

const validate = (object: ApiObject) => {
  const at = Path.root('spec')
  const { leaseDurationSeconds, leaseTransitions } = specOf<LeaseSpec>(object)
  return [
    ...positive(leaseDurationSeconds, at.child('leaseDurationSeconds')),
    ...nonNegative(leaseTransitions, at.child('leaseTransitions')),
  ]
}

export const lease: Kind = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  singular: 'lease',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'leases',
  schema: types.struct('Lease'),
  anyFinalizer: true,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  // Fields of coordinated leader election, a feature that is off.
  prepareForCreate: withoutElection,
  prepareForUpdate: withoutElection,
  validate,
  validateUpdate: validate,
  columns: [
    nameColumn,
    column(
      'Holder',
      'holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.',
      (o) => specOf<LeaseSpec>(o).holderIdentity ?? '',
    ),
    ageColumn,
  ],
}
