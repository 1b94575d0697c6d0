// StorageVersionMigration, storagemigration.k8s.io/v1: asks for all objects of a resource to be written anew. Kept, not acted on.
// Upstream: kubernetes pkg/registry/storagemigration

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

types.add({
  StorageVersionMigration:
    'apiVersion:s;kind:s;metadata:ObjectMeta+;spec:StorageVersionMigrationSpec+;status:StorageVersionMigrationStatus+',
  StorageVersionMigrationSpec: 'resource*:MigratedResource+',
  MigratedResource: 'group:s;resource:s',
  StorageVersionMigrationStatus: 'conditions:[]Condition{m=type,p=type};resourceVersion:s',
})

export const storageVersionMigration: Kind = {
  group: 'storagemigration.k8s.io',
  version: 'v1',
  kind: 'StorageVersionMigration',
  resource: 'storageversionmigrations',
  singular: 'storageversionmigration',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'storageversionmigrations',
  storageVersion: 'v1beta1',
  schema: types.struct('StorageVersionMigration'),
  ...keepsStatus,
  subresources: { status: statusOnlySubresource },
  columns: [nameColumn, ageColumn],
}
