// ValidatingAdmissionPolicy, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/validatingadmissionpolicies

import type { Kind } from '../../kind'
import { defaultPolicy, paramKindColumn } from '../admissionPolicies'
import { ageColumn, column, integer, nameColumn } from '../columns'
import { keepsStatus, statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { validatePolicy, validatePolicyStatus, type ValidatingAdmissionPolicy } from './validation'

export const validatingAdmissionPolicy: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  resource: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'validatingadmissionpolicies',
  schema: types.struct('ValidatingAdmissionPolicy'),
  anyFinalizer: true,
  allowUnconditionalUpdate: false,
  hasGeneration: true,
  ...keepsStatus,
  defaults: defaultPolicy,
  validate: (object) => validatePolicy(object as ValidatingAdmissionPolicy),
  validateUpdate: (object) => validatePolicy(object as ValidatingAdmissionPolicy),
  subresources: {
    status: { ...statusOnlySubresource, validateUpdate: (object) => validatePolicyStatus(object as ValidatingAdmissionPolicy) },
  },
  columns: [
    nameColumn,
    column(
      'Validations',
      'Validations indicates the number of validation rules defined in this configuration',
      (o) => (o as ValidatingAdmissionPolicy).spec.validations?.length ?? 0,
      integer,
    ),
    paramKindColumn,
    ageColumn,
  ],
}
