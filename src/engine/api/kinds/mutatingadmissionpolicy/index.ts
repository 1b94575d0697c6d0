// MutatingAdmissionPolicy, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/mutatingadmissionpolicies

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const mutatingAdmissionPolicy: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  resource: 'mutatingadmissionpolicies',
  singular: 'mutatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'mutatingadmissionpolicies',
  schema: types.struct('MutatingAdmissionPolicy'),
  hasGeneration: true,
  columns: [nameColumn, ageColumn],
}
