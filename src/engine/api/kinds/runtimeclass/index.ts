// RuntimeClass, node.k8s.io/v1.
// Upstream: kubernetes pkg/registry/node/runtimeclasse

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const runtimeClass: Kind = {
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'runtimeclasses',
  schema: types.struct('RuntimeClass'),
  columns: [nameColumn, ageColumn],
}
