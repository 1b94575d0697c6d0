// MutatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/mutatingadmissionpolicybinding

import type { Kind } from '../../kind'
import { defaultMatch } from '../admissionRules'
import { ageColumn, column, nameColumn } from '../columns'
import { validateMutatingBinding, type MutatingPolicyBinding } from '../mutatingadmissionpolicy/validation'
import { paramRefText } from '../policyParams'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const mutatingAdmissionPolicyBinding: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  resource: 'mutatingadmissionpolicybindings',
  singular: 'mutatingadmissionpolicybinding',
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'mutatingadmissionpolicybindings',
  schema: types.struct('MutatingAdmissionPolicyBinding'),
  hasGeneration: true,
  defaults: (object) => {
    const { spec } = object as MutatingPolicyBinding
    return spec.matchResources ? { ...object, spec: { ...spec, matchResources: defaultMatch(spec.matchResources) } } : object
  },
  validate: (object) => validateMutatingBinding(object as MutatingPolicyBinding),
  validateUpdate: (object) => validateMutatingBinding(object as MutatingPolicyBinding),
  columns: [
    nameColumn,
    column(
      'PolicyName',
      'PolicyName indicates the policy definition which the policy binding binds to',
      (o) => (o as MutatingPolicyBinding).spec.policyName ?? '',
    ),
    column('ParamRef', 'ParamRef indicates the param resource used to configure the policy', (o) =>
      paramRefText((o as MutatingPolicyBinding).spec.paramRef),
    ),
    ageColumn,
  ],
}
