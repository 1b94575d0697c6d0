// IPAddress, networking.k8s.io/v1.
// Upstream: kubernetes pkg/registry/networking/ipaddresse

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const ipAddress: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  resource: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'ipaddresses',
  schema: types.struct('IPAddress'),
  columns: [nameColumn, ageColumn],
}
