// Namespace, v1. Deleting it only marks it; the namespace controller empties it and takes the finalizer away.
// Upstream: kubernetes pkg/registry/core/namespace

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { finalizerErrors } from '../../validation/objectMeta'
import { NONE, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'

const NAME_LABEL = 'kubernetes.io/metadata.name'

const withNameLabel = (object: ApiObject): ApiObject =>
  object.metadata.name && object.metadata.labels?.[NAME_LABEL] !== object.metadata.name
    ? { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [NAME_LABEL]: object.metadata.name } } }
    : object

const FINALIZERS = Path.root('spec').child('finalizers')
const finalizersOf = (object: ApiObject) => (object.spec as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []
const phaseOf = (object: ApiObject) => (object.status as { phase?: string } | undefined)?.phase ?? ''

function withFinalizer(object: ApiObject): ApiObject {
  const given = finalizersOf(object)
  const finalizers = given.includes('kubernetes') ? given : [...given, 'kubernetes']
  return { ...object, spec: { finalizers }, status: { phase: 'Active' } }
}

function validatePhase(object: ApiObject): Errors {
  const at = Path.root('status').child('Phase')
  const phase = phaseOf(object)
  if (object.metadata.deletionTimestamp)
    return phase === 'Terminating' ? NONE : wrong(at, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")
  return phase === 'Active' ? NONE : wrong(at, phase, "may only be 'Active' if `deletionTimestamp` is empty")
}

export const namespace: Kind = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  storage: 'namespaces',
  schema: types.struct('Namespace'),
  nameRule: 'dnsLabel',
  returnsDeletedObject: true,
  terminates: true,
  defaults: withNameLabel,
  prepareForCreate: withFinalizer,
  validate: (object) => finalizersOf(object).flatMap((name) => finalizerErrors(name, FINALIZERS)),
  prepareForUpdate: (object, old) => ({ ...object, spec: old.spec, status: old.status }),
  fieldSelectors: { 'status.phase': phaseOf },
  subresources: {
    status: { ...statusSubresource, validateUpdate: validatePhase },
    finalize: {
      verbs: ['update'],
      prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
      validateUpdate: (object) => finalizersOf(object).flatMap((name, i) => finalizerErrors(name, FINALIZERS.index(i))),
    },
  },
  columns: [nameColumn, column('Status', 'The status of the namespace', phaseOf), ageColumn],
}
