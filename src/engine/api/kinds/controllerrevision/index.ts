// ControllerRevision, apps/v1.
// Upstream: kubernetes pkg/registry/apps/controllerrevision

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const controllerRevision: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'controllerrevisions',
  schema: types.struct('ControllerRevision'),
  columns: [nameColumn, ageColumn],
}
