// What the two kinds of admission policy share, and what their bindings share: fields, defaults, rules and columns.
// Upstream: kubernetes pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}, pkg/printers/internalversion

import { compileCel, type CelScope } from '../cel/check'
import type { Column } from '../kind'
import type { ApiObject, JsonObject } from '../object'
import { missing, NONE, oneOf, Path, wrong, type Errors } from '../validation/rules'
import {
  ADMISSION,
  ANY,
  defaultMatch,
  FAILURE_POLICIES,
  validateConditions,
  validateExpression,
  validateMatch,
  type MatchCondition,
  type MatchResources,
} from './admissionRules'
import { column } from './columns'
import { validateParamKind, validateParamRef, type ParamKind, type ParamRef } from './policyParams'

export interface PolicyVariable extends JsonObject {
  readonly name?: string
  readonly expression?: string
}

export interface PolicySpec extends JsonObject {
  readonly failurePolicy?: string
  readonly paramKind?: ParamKind
  readonly matchConstraints?: MatchResources
  readonly matchConditions?: readonly MatchCondition[]
  readonly variables?: readonly PolicyVariable[]
}

export interface BindingSpec extends JsonObject {
  readonly policyName?: string
  readonly paramRef?: ParamRef
  readonly matchResources?: MatchResources
}

export function defaultPolicy(object: ApiObject): ApiObject {
  const spec = object.spec as PolicySpec
  const matched = spec.matchConstraints ? { matchConstraints: defaultMatch(spec.matchConstraints) } : {}
  return { ...object, spec: { failurePolicy: 'Fail', ...spec, ...matched } }
}

export function defaultBinding(object: ApiObject): ApiObject {
  const spec = object.spec as BindingSpec
  return spec.matchResources ? { ...object, spec: { ...spec, matchResources: defaultMatch(spec.matchResources) } } : object
}

/** All but what follows from it. */
export function validatePolicyRules(spec: PolicySpec, at: Path): Errors {
  const { failurePolicy, paramKind, matchConstraints, matchConditions } = spec
  const rules = at.child('matchConstraints')
  return [
    ...oneOf(failurePolicy, FAILURE_POLICIES, at.child('failurePolicy')),
    ...validateParamKind(paramKind, at.child('paramKind')),
    ...(matchConstraints ? validateMatch(matchConstraints, rules) : missing(rules)),
    ...(matchConstraints && !matchConstraints.resourceRules?.length ? missing(rules.child('resourceRules')) : NONE),
    ...validateConditions(matchConditions, at.child('matchConditions'), conditionScope(spec)),
    ...withVariables(spec, at.child('variables')).errors,
  ]
}

/** What expressions of a policy may name; `typed`: names whose types are known more closely. */
export const policyScope = (spec: PolicySpec, typed?: CelScope): CelScope => withVariables(spec, Path.root(), typed).scope

/** What its conditions may name: its parameters if it takes any, and no variables. */
const conditionScope = ({ paramKind }: PolicySpec): CelScope => ({
  ...ADMISSION,
  names: { ...ADMISSION.names, ...(paramKind ? { params: 'dyn' } : {}) },
})

const VARIABLES = 'kubernetes.variables'

/** A variable may name those before it. */
function withVariables(spec: PolicySpec, at: Path, typed: CelScope = { names: {} }): { readonly scope: CelScope; readonly errors: Errors } {
  const { variables = [] } = spec
  const names = { ...conditionScope(spec).names, ...typed.names }
  const fields: Record<string, string> = {}
  const scope: CelScope = {
    names: variables.length > 0 ? { ...names, variables: VARIABLES } : names,
    structs: { ...ADMISSION.structs, ...typed.structs, [VARIABLES]: fields },
  }
  const errors = variables.flatMap((variable, i) => {
    const found = validateVariable(variable, at.index(i), scope)
    const compiled = compileCel(variable.expression ?? '', scope)
    fields[variable.name ?? ''] = 'error' in compiled ? 'dyn' : compiled.type
    return found
  })
  return { scope, errors }
}

function validateVariable({ name = '', expression = '' }: PolicyVariable, at: Path, scope: CelScope): Errors {
  return [
    ...(name.trim() === ''
      ? missing(at.child('name'), 'name is not specified')
      : /^[A-Za-z_]\w*$/.test(name)
        ? NONE
        : wrong(at.child('name'), name, 'must be a valid CEL identifier')),
    ...(expression.trim() === ''
      ? missing(at.child('expression'), 'expression is not specified')
      : validateExpression(expression, at.child('expression'), scope, ANY)),
  ]
}

/** Whom a binding narrows its policy to. */
export function validateBindingRules({ paramRef, matchResources }: BindingSpec, at: Path): Errors {
  return [
    ...validateParamRef(paramRef, at.child('paramRef')),
    ...(matchResources ? validateMatch(matchResources, at.child('matchResources')) : NONE),
  ]
}

export const paramKindColumn: Column = column(
  'ParamKind',
  'ParamKind specifies the kind of resources used to parameterize this policy',
  (o) => {
    const { paramKind } = o.spec as PolicySpec
    return paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>'
  },
)

export const bindingColumns: readonly Column[] = [
  column(
    'PolicyName',
    'PolicyName indicates the policy definition which the policy binding binded to',
    (o) => (o.spec as BindingSpec).policyName ?? '',
  ),
  column('ParamRef', 'ParamRef indicates the param resource which sets the configuration param', (o) => {
    const { paramRef: ref } = o.spec as BindingSpec
    return ref ? (ref.name ? `${ref.namespace ? `${ref.namespace}/` : '*/'}${ref.name}` : '*/') : '<unset>'
  }),
]
