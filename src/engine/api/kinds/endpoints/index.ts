// Endpoints, v1.
// Upstream: kubernetes pkg/registry/core/endpoint

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const endpoints: Kind = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'services/endpoints',
  schema: types.struct('Endpoints'),
  columns: [nameColumn, ageColumn],
}
