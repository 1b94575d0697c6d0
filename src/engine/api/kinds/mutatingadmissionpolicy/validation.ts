// What a MutatingAdmissionPolicy may say: its expressions compile and make a configuration or a patch.
// Upstream: kubernetes pkg/apis/admissionregistration/validation/validation.go (validateMutatingAdmissionPolicySpec)

import type { Declared } from '../../cel/check'
import type { ApiObject, JsonObject } from '../../object'
import { missing, named, NONE, oneOf, Path, required, unsupported, notAllowed, type Errors } from '../../validation/rules'
import { dnsSubdomainErrors } from '../../validation/names'
import {
  ADMISSION_NAMES,
  FAILURE_POLICIES,
  validateConditions,
  validateExpression,
  validateMatch,
  type MatchCondition,
  type MatchResources,
} from '../admissionRules'
import { validateParamKind, validateParamRef, type ParamKind, type ParamRef } from '../policyParams'
import { validateVariable, type PolicyVariable } from '../validatingadmissionpolicy/validation'

export interface Mutation extends JsonObject {
  readonly patchType?: string
  readonly applyConfiguration?: { readonly expression?: string }
  readonly jsonPatch?: { readonly expression?: string }
}

export interface MutatingAdmissionPolicy extends ApiObject {
  readonly spec: {
    readonly failurePolicy?: string
    readonly reinvocationPolicy?: string
    readonly paramKind?: ParamKind
    readonly matchConstraints?: MatchResources
    readonly matchConditions?: readonly MatchCondition[]
    readonly variables?: readonly PolicyVariable[]
    readonly mutations?: readonly Mutation[]
  }
}

export interface MutatingPolicyBinding extends ApiObject {
  readonly spec: { readonly policyName?: string; readonly paramRef?: ParamRef; readonly matchResources?: MatchResources }
}

const REINVOCATION = ['IfNeeded', 'Never']
const PATCHES = ['ApplyConfiguration', 'JSONPatch']

export function validateMutatingPolicy({ spec }: MutatingAdmissionPolicy): Errors {
  const at = Path.root('spec')
  const { failurePolicy, reinvocationPolicy, paramKind, matchConstraints, matchConditions, variables = [], mutations = [] } = spec
  const declared: Declared = { ...ADMISSION_NAMES, ...(paramKind ? { params: 'dyn' } : {}) }
  const withVariables = (count: number): Declared =>
    count === 0 ? declared : { ...declared, variables: { fields: variables.slice(0, count).map((v) => v.name ?? '') } }
  const rules = at.child('matchConstraints')
  return [
    ...oneOf(failurePolicy, FAILURE_POLICIES, at.child('failurePolicy')),
    ...validateParamKind(paramKind, at.child('paramKind')),
    ...(matchConstraints ? validateMatch(matchConstraints, rules) : missing(rules)),
    ...(matchConstraints && !matchConstraints.resourceRules?.length ? missing(rules.child('resourceRules')) : NONE),
    ...validateConditions(matchConditions, at.child('matchConditions'), declared),
    ...variables.flatMap((variable, i) => validateVariable(variable, at.child('variables').index(i), withVariables(i))),
    ...(mutations.length === 0 ? missing(at.child('mutations'), 'mutations must contain at least one item') : NONE),
    ...mutations.flatMap((mutation, i) => validateMutation(mutation, at.child('mutations').index(i), withVariables(variables.length))),
    ...required(reinvocationPolicy, at.child('reinvocationPolicy')),
    ...(reinvocationPolicy ? oneOf(reinvocationPolicy, REINVOCATION, at.child('reinvocationPolicy')) : NONE),
  ]
}

function validateMutation({ patchType = '', applyConfiguration, jsonPatch }: Mutation, at: Path, declared: Declared): Errors {
  if (patchType === '') return missing(at.child('patchType'))
  if (!PATCHES.includes(patchType)) return unsupported(at.child('patchType'), patchType, PATCHES)
  const applies = patchType === 'ApplyConfiguration'
  const [own, ownField, other, otherField] = applies
    ? [applyConfiguration, 'applyConfiguration', jsonPatch, 'jsonPatch']
    : [jsonPatch, 'jsonPatch', applyConfiguration, 'applyConfiguration']
  const known = { ...declared, Object: 'type', JSONPatch: 'type' }
  const place = at.child(ownField as string)
  return [
    ...(other ? notAllowed(at.child(otherField as string), `must be empty when patchType is ${patchType}`) : NONE),
    ...(own
      ? validateExpression(
          (own as { readonly expression?: string }).expression ?? '',
          place.child('expression'),
          known,
          applies ? 'Object' : 'list(JSONPatch)',
        )
      : missing(place, `must be specified when patchType is ${patchType}`)),
  ]
}

export function validateMutatingBinding({ spec }: MutatingPolicyBinding): Errors {
  const at = Path.root('spec')
  const { policyName = '', paramRef, matchResources } = spec
  return [
    ...(policyName === '' ? missing(at.child('policyName')) : named(policyName, at.child('policyName'), dnsSubdomainErrors)),
    ...validateParamRef(paramRef, at.child('paramRef')),
    ...(matchResources ? validateMatch(matchResources, at.child('matchResources')) : NONE),
  ]
}
