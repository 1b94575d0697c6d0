// VolumeAttachment, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/volumeattachment

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, statusDoor } from '../statusDoor'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const volumeAttachment: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  resource: 'volumeattachments',
  singular: 'volumeattachment',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'volumeattachments',
  schema: types.struct('VolumeAttachment'),
  ...keepsStatus,
  subresources: { status: statusDoor },
  columns: [nameColumn, ageColumn],
}
