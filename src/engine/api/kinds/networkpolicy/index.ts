// NetworkPolicy, networking.k8s.io/v1.
// Upstream: kubernetes pkg/registry/networking/networkpolicies

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const networkPolicy: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'networkpolicies',
  schema: types.struct('NetworkPolicy'),
  hasGeneration: true,
  columns: [nameColumn, ageColumn],
}
