// CSIDriver, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/csidriver

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const csiDriver: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  resource: 'csidrivers',
  singular: 'csidriver',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'csidrivers',
  schema: types.struct('CSIDriver'),
  hasGeneration: true,
  columns: [nameColumn, ageColumn],
}
