// DaemonSet, apps/v1.
// Upstream: kubernetes pkg/registry/apps/daemonset

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, statusDoor } from '../statusDoor'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const daemonSet: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'daemonsets',
  schema: types.struct('DaemonSet'),
  hasGeneration: true,
  ...keepsStatus,
  subresources: { status: statusDoor },
  columns: [nameColumn, ageColumn],
}
