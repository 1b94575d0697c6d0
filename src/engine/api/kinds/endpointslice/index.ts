// EndpointSlice, discovery.k8s.io/v1.
// Upstream: kubernetes pkg/registry/discovery/endpointslice

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const endpointSlice: Kind = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'endpointslices',
  schema: types.struct('EndpointSlice'),
  columns: [nameColumn, ageColumn],
}
