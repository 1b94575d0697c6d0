// VolumeAttributesClass, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/volumeattributesclasse

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const volumeAttributesClass: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  resource: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'volumeattributesclasses',
  schema: types.struct('VolumeAttributesClass'),
  columns: [nameColumn, ageColumn],
}
