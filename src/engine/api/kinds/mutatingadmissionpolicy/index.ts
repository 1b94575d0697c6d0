// MutatingAdmissionPolicy, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/mutatingadmissionpolicies

import type { Kind } from '../../kind'
import { defaultPolicy, paramKindColumn } from '../admissionPolicies'
import { ageColumn, column, integer, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { validateMutatingPolicy, type MutatingAdmissionPolicy } from './validation'

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
  anyFinalizer: true,
  allowUnconditionalUpdate: false,
  hasGeneration: true,
  defaults: defaultPolicy,
  validate: (object) => validateMutatingPolicy(object as MutatingAdmissionPolicy),
  validateUpdate: (object) => validateMutatingPolicy(object as MutatingAdmissionPolicy),
  columns: [
    nameColumn,
    column(
      'Mutations',
      'Mutation indicates the number of mutations rules defined in this configuration',
      (o) => (o as MutatingAdmissionPolicy).spec.mutations?.length ?? 0,
      integer,
    ),
    paramKindColumn,
    ageColumn,
  ],
}
