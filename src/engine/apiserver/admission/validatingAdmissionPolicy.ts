// ValidatingAdmissionPolicies with their bindings: what a request's object must be, said in CEL, and what follows where it is not.
// Leaves out: what audit annotations say, the delay with which a new policy takes hold.
// Upstream: apiserver pkg/admission/plugin/policy/validating

import { OUT_OF_BUDGET, RUNTIME_BUDGET, type CelBudget } from '../../api/cel/cost'
import type { Names } from '../../api/cel/evaluate'
import { celOfJson } from '../../api/cel/evaluate'
import type { CelValue } from '../../api/cel/expression'
import type { PolicyBinding } from '../../api/kinds/validatingadmissionpolicybinding'
import type { PolicyValidation, ValidatingAdmissionPolicy } from '../../api/kinds/validatingadmissionpolicy/validation'
import { own } from '../../base/json'
import type { ServerState } from '../serverState'
import { conditionsHold, isExempt, namesOf, valueOf } from './matching'
import { boundPolicy, paramsOf, withVariables } from './policies'
import { refuse, type Attributes, type Denial, type Plugin } from './plugin'

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }
const INVALID = 422

interface PolicyDenial {
  readonly policy: string
  readonly binding: string
  readonly message: string
  readonly reason: string
  /** The one that does not hold, where it was an expression. */
  readonly expression?: string
}

export const validatingAdmissionPolicyPlugin: Plugin = {
  name: 'ValidatingAdmissionPolicy',
  connects: true,
  validate(a, server) {
    const bindings = server.cache('validatingadmissionpolicybindings')
    if (bindings.size === 0 || isExempt(a)) return null
    const denials: PolicyDenial[] = []
    for (const binding of bindings.list('')) checkBinding(binding as PolicyBinding, a, server, denials)
    const [first] = denials
    return first ? denied(a, denials) : null
  },
}

function checkBinding(binding: PolicyBinding, a: Attributes, server: ServerState, denials: PolicyDenial[]): void {
  const { policyName = '', validationActions = [] } = binding.spec
  const policy = boundPolicy<ValidatingAdmissionPolicy>('validatingadmissionpolicies', binding, a, server)
  if (!policy) return
  const where = { policy: policyName, binding: binding.metadata.name ?? '' }
  const fails = policy.spec.failurePolicy !== 'Ignore'
  const report = (message: string, reason: string, expression?: string) => {
    if (validationActions.includes('Deny')) denials.push({ ...where, message, reason, ...(expression === undefined ? {} : { expression }) })
    else if (validationActions.includes('Warn'))
      a.warn(`Validation failed for ValidatingAdmissionPolicy '${where.policy}' with binding '${where.binding}': ${message}`)
  }
  const params = paramsOf(policy.spec.paramKind, binding.spec.paramRef, a, server)
  if ('error' in params) {
    const { of, error } = params
    if (fails)
      denials.push({ ...where, ...(of === 'policy' ? { binding: '' } : {}), message: `failed to configure ${of}: ${error}`, reason: '' })
    return
  }
  for (const param of params.found) {
    const names = namesOf(a, server, param ? { params: celOfJson(param as CelValue) } : { params: null })
    const held = conditionsHold(policy.spec.matchConditions, names)
    if (held === 'unmet') continue
    if (held !== 'met') {
      if (fails) report(held.error, '')
      continue
    }
    const budget = { left: RUNTIME_BUDGET }
    const all = withVariables(names, policy.spec.variables ?? [], budget)
    for (const validation of policy.spec.validations ?? []) {
      const failure = failureOf(validation, all, budget, fails)
      if (budget.left < 0) {
        if (fails) report(OUT_OF_BUDGET, '', validation.expression ?? '')
        break
      }
      if (failure) report(failure.message, failure.isError ? '' : (validation.reason ?? ''), validation.expression ?? '')
    }
    // What is written into the audit log must have a value at least.
    const audited = withVariables(names, policy.spec.variables ?? [], { left: RUNTIME_BUDGET })
    for (const { valueExpression = '' } of policy.spec.auditAnnotations ?? []) {
      const value = valueOf(valueExpression, audited, { left: RUNTIME_BUDGET })
      if ('error' in value && fails) denials.push({ ...where, message: value.error, reason: '', expression: valueExpression })
    }
  }
}

/** Why the object is refused; null where it is well. */
function failureOf(
  { expression = '', message = '', messageExpression = '' }: PolicyValidation,
  names: Names,
  budget: CelBudget,
  fails: boolean,
): { readonly message: string; readonly isError: boolean } | null {
  const result = valueOf(expression, names, budget)
  if ('error' in result) return fails ? { message: result.error, isError: true } : null
  if (result.value === true) return null
  const told = messageExpression === '' ? null : valueOf(messageExpression, names, budget)
  if (told && 'value' in told && typeof told.value === 'string' && told.value.trim() !== '' && !told.value.includes('\n'))
    return { message: told.value.trim(), isError: false }
  return { message: message.trim() !== '' ? message.trim() : `failed expression: ${expression.trim()}`, isError: false }
}

/** The first one answers; the reader sees them all. */
function denied(a: Attributes, denials: readonly PolicyDenial[]): Denial {
  const { policy, binding, message, reason } = denials[0]!
  const by = binding === '' ? '' : ` with binding '${binding}'`
  const text = `ValidatingAdmissionPolicy '${policy}'${by} denied request: ${message}`
  const why = reason === '' ? 'Invalid' : reason
  const cards = denials.map((d) => ({ policy: d.policy, binding: d.binding, expression: d.expression, problem: d.message }))
  const { status, facts } = refuse(a, text, cards, [{ message: text }])
  return { status: { ...status, reason: why, code: own(CODES, why) ?? INVALID }, facts }
}
