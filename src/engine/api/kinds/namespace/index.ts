// Namespace, v1. Deleting it only marks it; the namespace controller empties it and takes the finalizer away.
// Upstream: kubernetes pkg/registry/core/namespace

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'

const NAME_LABEL = 'kubernetes.io/metadata.name'

const withNameLabel = (object: ApiObject): ApiObject =>
  object.metadata.name && object.metadata.labels?.[NAME_LABEL] !== object.metadata.name
    ? { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [NAME_LABEL]: object.metadata.name } } }
    : object

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
  defaults: withNameLabel,
  prepareForCreate: (object) => ({ ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  prepareForUpdate: (object, old) => ({ ...object, spec: old.spec, status: old.status }),
  fieldSelectors: { 'status.phase': (object) => (object.status as { phase?: string } | undefined)?.phase ?? '' },
  subresources: {
    status: { verbs: ['get', 'patch', 'update'], prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }) },
    finalize: { verbs: ['update'], prepareForUpdate: (object, old) => ({ ...object, status: old.status }) },
  },
  columns: [nameColumn, column('Status', 'The status of the namespace', (o) => (o.status as { phase: string }).phase), ageColumn],
}
