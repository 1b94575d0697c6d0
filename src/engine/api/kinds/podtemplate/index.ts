// PodTemplate, v1.
// Upstream: kubernetes pkg/registry/core/podtemplate

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const podTemplate: Kind = {
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  resource: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'podtemplates',
  schema: types.struct('PodTemplate'),
  columns: [nameColumn, ageColumn],
}
