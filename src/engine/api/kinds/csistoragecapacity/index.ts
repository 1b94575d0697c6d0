// CSIStorageCapacity, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/csistoragecapacities

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const csiStorageCapacity: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  resource: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'csistoragecapacities',
  schema: types.struct('CSIStorageCapacity'),
  columns: [nameColumn, ageColumn],
}
