// ValidatingAdmissionPolicies with their bindings: what a request's object must be, said in CEL, and what follows where it is not.
// Leaves out: audit annotations, the authorizer, the delay with which a new policy takes hold.
// Upstream: apiserver pkg/admission/plugin/policy/validating

import type { Names } from '../../api/cel/evaluate'
import { celOfJson } from '../../api/cel/evaluate'
import type { CelValue } from '../../api/cel/expression'
import type { PolicyBinding } from '../../api/kinds/validatingadmissionpolicybinding'
import type { PolicyValidation, ValidatingAdmissionPolicy } from '../../api/kinds/validatingadmissionpolicy/validation'
import type { Status } from '../../api/status'
import type { ServerState } from '../serverState'
import { conditionsHold, isExempt, matchesRequest, namesOf, valueOf } from './matching'
import { matchesBinding, paramsOf, withVariables } from './policies'
import { refuse, type Attributes, type Plugin } from './plugin'

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }
const INVALID = 422

interface Denial {
  readonly policy: string
  readonly binding: string
  readonly message: string
  readonly reason: string
}

export const validatingAdmissionPolicyPlugin: Plugin = {
  name: 'ValidatingAdmissionPolicy',
  validate(a, server) {
    const bindings = server.cache('validatingadmissionpolicybindings')
    if (bindings.size === 0 || isExempt(a)) return null
    const denials: Denial[] = []
    for (const binding of bindings.list('')) checkBinding(binding as PolicyBinding, a, server, denials)
    const [first] = denials
    return first ? denied(a, first) : null
  },
}

function checkBinding(binding: PolicyBinding, a: Attributes, server: ServerState, denials: Denial[]): void {
  const { policyName = '', matchResources, validationActions = [] } = binding.spec
  const policy = server.cached('validatingadmissionpolicies', '', policyName) as ValidatingAdmissionPolicy | undefined
  if (!policy || !matchesRequest(policy.spec.matchConstraints ?? {}, a, server)) return
  if (matchResources && !matchesBinding(matchResources, a, server)) return
  const where = { policy: policyName, binding: binding.metadata.name ?? '' }
  const fails = policy.spec.failurePolicy !== 'Ignore'
  const report = (message: string, reason: string) => {
    if (validationActions.includes('Deny')) denials.push({ ...where, message, reason })
    else if (validationActions.includes('Warn'))
      a.warn(`Validation failed for ValidatingAdmissionPolicy '${where.policy}' with binding '${where.binding}': ${message}`)
  }
  const params = paramsOf(policy.spec.paramKind, binding.spec.paramRef, a, server)
  if ('error' in params) {
    if (fails) denials.push({ ...where, message: `failed to configure binding: ${params.error}`, reason: '' })
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
    const all = withVariables(names, policy.spec.variables ?? [])
    for (const validation of policy.spec.validations ?? []) {
      const failure = failureOf(validation, all, fails)
      if (failure !== null) report(failure, validation.reason ?? '')
    }
  }
}

/** Why the object is refused; null where it is well. */
function failureOf(
  { expression = '', message = '', messageExpression = '' }: PolicyValidation,
  names: Names,
  fails: boolean,
): string | null {
  const result = valueOf(expression, names)
  if ('error' in result) return fails ? result.error : null
  if (result.value === true) return null
  const told = messageExpression === '' ? null : valueOf(messageExpression, names)
  if (told && 'value' in told && typeof told.value === 'string' && told.value.trim() !== '' && !told.value.includes('\n'))
    return told.value.trim()
  return message.trim() !== '' ? message.trim() : `failed expression: ${expression.trim()}`
}

function denied(a: Attributes, { policy, binding, message, reason }: Denial): Status {
  const text = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`
  const why = reason === '' ? 'Invalid' : reason
  return { ...refuse(a, text, [{ message: text }]), reason: why, code: CODES[why] ?? INVALID }
}
