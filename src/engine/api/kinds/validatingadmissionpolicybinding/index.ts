// ValidatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/validatingadmissionpolicybinding

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const validatingAdmissionPolicyBinding: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  resource: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'validatingadmissionpolicybindings',
  schema: types.struct('ValidatingAdmissionPolicyBinding'),
  hasGeneration: true,
  columns: [nameColumn, ageColumn],
}
