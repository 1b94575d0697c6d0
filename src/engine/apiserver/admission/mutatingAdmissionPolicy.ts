// MutatingAdmissionPolicies with their bindings: an object is merged with a configuration, or patched, that an expression in CEL makes.
// Those that wish so are asked again when anything was applied after them, themselves not excepted.
// Leaves out: connections, whose options no schema tells of.
// Upstream: apiserver pkg/admission/plugin/policy/mutating/{dispatcher,reinvocationcontext}.go, v1.37

import { mergeApplied } from '../../api/apply/mergeApplied'
import { atomicParts } from '../../api/apply/atomicParts'
import { typedError } from '../../api/apply/typedErrors'
import { RUNTIME_BUDGET, type CelBudget } from '../../api/cel/cost'
import { celOfJson, jsonOfCel, type Names } from '../../api/cel/evaluate'
import { equalJson } from '../../base/equal'
import type { CelMap, CelValue } from '../../api/cel/expression'
import { misnamed, typeNameOf } from '../../api/cel/messages'
import type { Mutation, MutatingAdmissionPolicy } from '../../api/kinds/mutatingadmissionpolicy/validation'
import type { MutatingPolicyBinding } from '../../api/kinds/mutatingadmissionpolicybinding'
import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { JsonPatchError } from '../../api/patch/jsonPatch'
import { internalError } from '../../api/errors/status'
import { isObject } from '../../base/json'
import type { Facts } from '../../base/why'
import { strictText } from '../body/fieldValidation'
import type { ServerState } from '../serverState'
import { jsonPatched } from './jsonPatched'
import { conditionsHold, isExempt, namesOf, valueOf } from './matching'
import { reask, refuse, type Attributes, type Denial, type Plugin } from './plugin'
import { boundPolicy, paramsOf, withVariables } from './policies'

type Mutable = Attributes & { readonly object: ApiObject }

export const mutatingAdmissionPolicyPlugin: Plugin = {
  name: 'MutatingAdmissionPolicy',
  admit(a, server) {
    const bindings = server.cache('mutatingadmissionpolicybindings')
    if (bindings.size === 0 || isExempt(a)) return a.object
    const { again, policies } = a.round
    if (again && policies.left !== a.object) reask(policies)
    const failures: Failure[] = []
    let { object } = a
    for (const binding of bindings.list('')) {
      const after = applyBinding(binding as MutatingPolicyBinding, { ...a, object }, server, failures)
      if (isRefused(after)) return after
      object = after
    }
    // What was applied at all is reason enough, whether or not it changed anything.
    if (a.round.wanted) reask(policies)
    policies.left = object
    return failures.length > 0 ? { refusal: denied(a, failures) } : object
  },
}

/** An object that a patch has made unreadable: no failurePolicy forgives that. */
interface Refused {
  readonly refusal: Denial
}
const isRefused = (made: ApiObject | Refused): made is Refused => 'refusal' in made

function applyBinding(binding: MutatingPolicyBinding, a: Mutable, server: ServerState, failures: Failure[]): ApiObject | Refused {
  const { policyName = '', paramRef } = binding.spec
  const policy = boundPolicy<MutatingAdmissionPolicy>('mutatingadmissionpolicies', binding, a, server)
  if (!policy) return a.object
  const fail = (problem: string, expression?: string) => {
    const where = { policy: policyName, binding: binding.metadata.name ?? '' }
    if (policy.spec.failurePolicy !== 'Ignore')
      failures.push({
        message: `policy '${where.policy}' with binding '${where.binding}' denied request: ${problem}`,
        facts: {
          ...where,
          ...(expression === undefined ? {} : { expression }),
          problem,
          failurePolicy: policy.spec.failurePolicy ?? 'Fail',
        },
      })
  }
  const params = paramsOf(policy.spec.paramKind, paramRef, a, server)
  if ('error' in params) {
    fail(`failed to configure ${params.of}: ${params.error}`)
    return a.object
  }
  let { object } = a
  for (const param of params.found) {
    const given = { params: param ? celOfJson(param as CelValue) : null }
    const held = conditionsHold(policy.spec.matchConditions, namesOf({ ...a, object }, server, given))
    if (held === 'unmet') continue
    if (held !== 'met') {
      fail(held.error)
      continue
    }
    const { round } = a
    const name = [policyName, binding.metadata.name, param?.metadata.namespace, param?.metadata.name].join('/')
    if (round.again && !round.policies.askAgain.has(name)) continue
    const before = object
    for (const mutation of policy.spec.mutations ?? []) {
      const budget = { left: RUNTIME_BUDGET }
      const names = withVariables(namesOf({ ...a, object }, server, given), policy.spec.variables ?? [], budget)
      const after = mutated(mutation, object, a, names, budget)
      if (typeof after === 'string') fail(after, expressionOf(mutation))
      else if (isRefused(after)) return after
      else {
        object = a.defaulted(after)
        round.wanted = true
      }
    }
    if (!equalJson(before, object)) reask(round.policies)
    if (policy.spec.reinvocationPolicy === 'IfNeeded') round.policies.asked.add(name)
  }
  return object
}

interface Failure {
  readonly message: string
  readonly facts: Facts
}

const expressionOf = ({ jsonPatch, applyConfiguration }: Mutation) => (jsonPatch ?? applyConfiguration)?.expression ?? ''

/** The object as a mutation leaves it, or why there is none. */
function mutated(mutation: Mutation, object: ApiObject, a: Mutable, names: Names, budget: CelBudget): ApiObject | Refused | string {
  const result = valueOf(expressionOf(mutation), names, budget)
  if ('error' in result) return result.error
  const made = jsonOfCel(result.value)
  const stray = mutation.patchType === 'JSONPatch' ? misnamedValues(result.value) : misnamed(result.value, 'Object')
  if (stray.length > 0) return `type mismatch: ${stray.join('\n')}`
  return mutation.patchType === 'JSONPatch' ? patched(object, made, a) : merged(object, made, a)
}

/** Of the first operation of a patch whose value is built wrong. */
function misnamedValues(operations: CelValue): readonly string[] {
  for (const operation of Array.isArray(operations) ? (operations as readonly CelMap[]) : []) {
    const name = typeNameOf(operation.value)
    const stray = name === undefined ? [] : misnamed(operation.value, name)
    if (stray.length > 0) return stray
  }
  return []
}

function patched(object: ApiObject, patch: unknown, { shape, kind: { custom } }: Mutable): ApiObject | Refused | string {
  if (!Array.isArray(patch)) return 'type mismatch: JSONPatchType.expression should evaluate to array'
  const operations = patch as readonly JsonObject[]
  try {
    const decoded = jsonPatched(object, shape, operations)
    if (!('error' in decoded) && (custom || decoded.unknown.length === 0)) return decoded.object as ApiObject
    const problem = 'error' in decoded ? decoded.error : strictText(decoded.unknown)
    return { refusal: { status: internalError(problem), facts: [{ problem }] } }
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error
    // A test that fails only means that there is nothing to do.
    return operations.some((o) => o.op === 'test') ? object : `JSON Patch: ${error.message}`
  }
}

function merged(object: ApiObject, config: unknown, { shape: { group, version, kind, schema } }: Mutable): ApiObject | string {
  if (!isObject(config)) return 'unsupported return type from ApplyConfiguration expression'
  const wrong = typedError(config, schema)
  if (wrong) return `error applying patch: failed to convert patch object to typed object: ${wrong}`
  const atomic = atomicParts(config, schema, '')
  if (atomic.length > 0)
    return `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomic.join(', ')}`
  const head = { kind, apiVersion: groupVersion(group, version) }
  return { ...head, ...mergeApplied(object, config, schema) } as ApiObject
}

function denied(a: Attributes, failures: readonly Failure[]): Denial {
  const { status, facts } = refuse(
    a,
    '',
    failures.map((f) => f.facts),
    failures.map(({ message }) => ({ message })),
  )
  return { status: { ...status, message: failures[0]!.message, reason: 'Invalid' }, facts }
}
