// StorageClass, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/storageclasse

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const storageClass: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  resource: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'storageclasses',
  schema: types.struct('StorageClass'),
  columns: [nameColumn, ageColumn],
}
