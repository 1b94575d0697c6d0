// ResourceQuota, v1: how much a namespace may hold (charged and enforced by admission, counted by its controller).
// Upstream: kubernetes pkg/registry/core/resourcequota, pkg/printers/internalversion

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { validateQuota, validateQuotaStatus, validateQuotaUpdate } from './validation'

const statusOf = (object: ApiObject) =>
  (object.status ?? {}) as { hard?: Readonly<Record<string, string>>; used?: Readonly<Record<string, string>> }

/** `pods: 1/10, requests.cpu: 0/1`: those that match, sorted. */
const usage = (object: ApiObject, wanted: (name: string) => boolean) =>
  Object.entries(statusOf(object).hard ?? {})
    .filter(([name]) => wanted(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${statusOf(object).used?.[name] ?? '0'}/${hard}`)
    .join(', ')

export const resourceQuota: Kind = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'resourcequotas',
  schema: types.struct('ResourceQuota'),
  returnsDeletedObject: true,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: validateQuota,
  validateUpdate: validateQuotaUpdate,
  subresources: {
    status: {
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }),
      validateUpdate: validateQuotaStatus,
    },
  },
  columns: [
    nameColumn,
    column('Request', 'Request represents a minimum amount of cpu/memory that a container may consume.', (o) =>
      usage(o, (name) => !name.startsWith('limits.')),
    ),
    column(
      'Limit',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
      (o) => usage(o, (name) => name.startsWith('limits.')),
    ),
    ageColumn,
  ],
}
