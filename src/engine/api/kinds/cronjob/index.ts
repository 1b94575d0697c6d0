// CronJob, batch/v1.
// Upstream: kubernetes pkg/registry/batch/cronjob

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, statusDoor } from '../statusDoor'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const cronJob: Kind = {
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'cronjobs',
  schema: types.struct('CronJob'),
  hasGeneration: true,
  ...keepsStatus,
  subresources: { status: statusDoor },
  columns: [nameColumn, ageColumn],
}
