// ValidatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/validatingadmissionpolicybinding

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { missing, NONE, oneOf, Path, required, repeated, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { defaultMatch, validateMatch, type MatchResources } from '../admissionRules'
import { paramRefText, validateParamRef, type ParamRef } from '../policyParams'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface PolicyBinding extends ApiObject {
  readonly spec: {
    readonly policyName?: string
    readonly paramRef?: ParamRef
    readonly matchResources?: MatchResources
    readonly validationActions?: readonly string[]
  }
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
  hasGeneration: true,
  defaults: (object) => {
    const { spec } = object as PolicyBinding
    return spec.matchResources ? { ...object, spec: { ...spec, matchResources: defaultMatch(spec.matchResources) } } : object
  },
  validate: (object) => validateBinding(object as PolicyBinding),
  validateUpdate: (object) => validateBinding(object as PolicyBinding),
  columns: [
    nameColumn,
    column(
      'PolicyName',
      'PolicyName indicates the policy definition which the policy binding binds to',
      (o) => (o as PolicyBinding).spec.policyName ?? '',
    ),
    column('ParamRef', 'ParamRef indicates the param resource used to configure the policy', (o) =>
      paramRefText((o as PolicyBinding).spec.paramRef),
    ),
    ageColumn,
  ],
}

function validateBinding({ spec }: PolicyBinding): Errors {
  const at = Path.root('spec')
  const { policyName, paramRef, matchResources, validationActions = [] } = spec
  const actions = at.child('validationActions')
  return [
    ...(validationActions.length === 0 ? missing(actions) : NONE),
    ...validationActions.flatMap((action, i) => [
      ...oneOf(action, ACTIONS, actions.index(i)),
      ...(validationActions.indexOf(action) < i ? repeated(actions.index(i), action) : NONE),
    ]),
    ...(validationActions.includes('Deny') && validationActions.includes('Warn') ? wrong(actions, validationActions, BOTH) : NONE),
    ...required(policyName, at.child('policyName')),
    ...validateParamRef(paramRef, at.child('paramRef')),
    ...(matchResources ? validateMatch(matchResources, at.child('matchResources')) : NONE),
  ]
}
