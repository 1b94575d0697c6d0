// MutatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/mutatingadmissionpolicybinding

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, named, Path, type Errors } from '../../validation/rules'
import { bindingColumns, defaultBinding, validateBindingRules, type BindingSpec } from '../admissionPolicies'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface MutatingPolicyBinding extends ApiObject {
  readonly spec: BindingSpec
}

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
  anyFinalizer: true,
  allowUnconditionalUpdate: false,
  hasGeneration: true,
  defaults: defaultBinding,
  validate: (object) => validateBinding(object as MutatingPolicyBinding),
  validateUpdate: (object) => validateBinding(object as MutatingPolicyBinding),
  columns: [nameColumn, ...bindingColumns, ageColumn],
}

function validateBinding({ spec }: MutatingPolicyBinding): Errors {
  const at = Path.root('spec')
  const { policyName } = spec
  return [
    ...(policyName ? named(policyName, at.child('policyName'), dnsSubdomainErrors) : missing(at.child('policyName'))),
    ...validateBindingRules(spec, at),
  ]
}
