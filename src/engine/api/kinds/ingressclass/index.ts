// IngressClass, networking.k8s.io/v1.
// Upstream: kubernetes pkg/registry/networking/ingressclasse

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const ingressClass: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'ingressclasses',
  schema: types.struct('IngressClass'),
  hasGeneration: true,
  columns: [nameColumn, ageColumn],
}
