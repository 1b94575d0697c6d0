// What a ValidatingAdmissionPolicy may say: its expressions compile, its rules name something.
// Upstream: kubernetes pkg/apis/admissionregistration/validation/validation.go (validateValidatingAdmissionPolicySpec)

import type { Declared } from '../../cel/check'
import type { ApiObject, JsonObject } from '../../object'
import { each, missing, NONE, oneOf, Path, wrong, type Errors } from '../../validation/rules'
import {
  ADMISSION_NAMES,
  FAILURE_POLICIES,
  validateConditions,
  validateExpression,
  validateMatch,
  type MatchCondition,
  type MatchResources,
} from '../admissionRules'
import { validateParamKind, type ParamKind } from '../policyParams'

export interface PolicyValidation extends JsonObject {
  readonly expression?: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
}

export interface PolicyVariable extends JsonObject {
  readonly name?: string
  readonly expression?: string
}

export interface ValidatingAdmissionPolicy extends ApiObject {
  readonly spec: {
    readonly failurePolicy?: string
    readonly paramKind?: ParamKind
    readonly matchConstraints?: MatchResources
    readonly matchConditions?: readonly MatchCondition[]
    readonly variables?: readonly PolicyVariable[]
    readonly validations?: readonly PolicyValidation[]
    readonly auditAnnotations?: readonly { readonly key?: string; readonly valueExpression?: string }[]
  }
}

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const NOTHING = 'validations or auditAnnotations must contain at least one item'

export function validatePolicy(policy: ValidatingAdmissionPolicy): Errors {
  const at = Path.root('spec')
  const { spec } = policy
  const { failurePolicy, paramKind, matchConstraints, matchConditions, variables = [], validations = [], auditAnnotations = [] } = spec
  const declared: Declared = { ...ADMISSION_NAMES, ...(paramKind ? { params: 'dyn' } : {}) }
  const withVariables = (count: number): Declared =>
    count === 0 ? declared : { ...declared, variables: { fields: variables.slice(0, count).map((v) => v.name ?? '') } }
  const all = withVariables(variables.length)
  const rules = at.child('matchConstraints')
  return [
    ...oneOf(failurePolicy, FAILURE_POLICIES, at.child('failurePolicy')),
    ...validateParamKind(paramKind, at.child('paramKind')),
    ...(matchConstraints ? validateMatch(matchConstraints, rules) : missing(rules)),
    ...(matchConstraints && !matchConstraints.resourceRules?.length ? missing(rules.child('resourceRules')) : NONE),
    ...validateConditions(matchConditions, at.child('matchConditions'), declared),
    ...variables.flatMap((variable, i) => validateVariable(variable, at.child('variables').index(i), withVariables(i))),
    ...(validations.length + auditAnnotations.length === 0
      ? [...missing(at.child('validations'), NOTHING), ...missing(at.child('auditAnnotations'), NOTHING)]
      : NONE),
    ...each(validations, at.child('validations'), (validation, place) => validateOne(validation, place, all)),
    ...each(auditAnnotations, at.child('auditAnnotations'), ({ key = '', valueExpression = '' }, place) => [
      ...(key === '' ? missing(place.child('key')) : NONE),
      ...validateExpression(valueExpression, place.child('valueExpression'), all, 'string'),
    ]),
  ]
}

export function validateVariable({ name = '', expression = '' }: PolicyVariable, at: Path, declared: Declared): Errors {
  return [
    ...(name.trim() === ''
      ? missing(at.child('name'), 'name is not specified')
      : /^[A-Za-z_]\w*$/.test(name)
        ? NONE
        : wrong(at.child('name'), name, 'name is not a valid CEL identifier')),
    ...(expression.trim() === ''
      ? missing(at.child('expression'), 'expression is not specified')
      : anyType(expression, at.child('expression'), declared)),
  ]
}

/** Only that it compiles: a variable may be of any type. */
const anyType = (text: string, at: Path, declared: Declared): Errors =>
  validateExpression(text, at, declared, 'dyn').filter((e) => e.detail.startsWith('compilation failed'))

function validateOne(validation: PolicyValidation, at: Path, declared: Declared): Errors {
  const { expression = '', message = '', messageExpression = '', reason } = validation
  return [
    ...validateExpression(expression, at.child('expression'), declared, 'bool', 'expression is not specified'),
    ...(messageExpression === ''
      ? NONE
      : messageExpression.trim() === ''
        ? wrong(at.child('messageExpression'), messageExpression, 'must be non-empty if specified')
        : validateExpression(messageExpression, at.child('messageExpression'), declared, 'string')),
    ...(message !== '' && message.trim() === ''
      ? wrong(at.child('message'), message, 'message must be non-empty if specified')
      : message.trim().includes('\n')
        ? wrong(at.child('message'), message, 'message must not contain line breaks')
        : message === '' && expression.trim().includes('\n')
          ? missing(at.child('message'), 'message must be specified if expression contains line breaks')
          : NONE),
    ...oneOf(reason, REASONS, at.child('reason')),
  ]
}
