// ValidatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/validatingadmissionpolicybinding

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, oneOf, Path, required, repeated, seenBefore, wrong, type Errors } from '../../validation/rules'
import { bindingColumns, defaultBinding, validateBindingRules, type BindingSpec } from '../admissionPolicies'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface PolicyBinding extends ApiObject {
  readonly spec: BindingSpec & { readonly validationActions?: readonly string[] }
}

const ACTIONS = ['Audit', 'Deny', 'Warn']
const BOTH =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'

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
  anyFinalizer: true,
  allowUnconditionalUpdate: false,
  hasGeneration: true,
  defaults: defaultBinding,
  validate: (object) => validateBinding(object as PolicyBinding),
  validateUpdate: (object) => validateBinding(object as PolicyBinding),
  columns: [nameColumn, ...bindingColumns, ageColumn],
}

function validateBinding({ spec }: PolicyBinding): Errors {
  const at = Path.root('spec')
  const { policyName, validationActions = [] } = spec
  const actions = at.child('validationActions')
  const again = seenBefore()
  return [
    ...(policyName ? named(policyName, at.child('policyName'), dnsSubdomainErrors) : NONE),
    ...validateBindingRules(spec, at),
    ...validationActions.flatMap((action, i) => [
      ...oneOf(action, ACTIONS, actions.index(i)),
      ...(again(action) ? repeated(actions.index(i), action) : NONE),
    ]),
    ...(validationActions.includes('Deny') && validationActions.includes('Warn') ? wrong(actions, validationActions, BOTH) : NONE),
    // Upstream's declared rules are asked last.
    ...required(policyName, at.child('policyName')),
    ...(validationActions.length === 0 ? missing(actions) : NONE),
  ]
}
