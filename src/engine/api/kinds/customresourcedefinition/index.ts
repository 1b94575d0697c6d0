// CustomResourceDefinition, apiextensions.k8s.io/v1.
// Upstream: apiextensions-apiserver pkg/registry/customresourcedefinition

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, statusDoor } from '../statusDoor'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const customResourceDefinition: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'apiextensions.k8s.io/customresourcedefinitions',
  schema: types.struct('CustomResourceDefinition'),
  hasGeneration: true,
  ...keepsStatus,
  subresources: { status: statusDoor },
  columns: [nameColumn, ageColumn],
}
