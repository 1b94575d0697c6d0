// Job, batch/v1.
// Upstream: kubernetes pkg/registry/batch/job

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, statusDoor } from '../statusDoor'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const job: Kind = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'jobs',
  schema: types.struct('Job'),
  hasGeneration: true,
  ...keepsStatus,
  subresources: { status: statusDoor },
  columns: [nameColumn, ageColumn],
}
