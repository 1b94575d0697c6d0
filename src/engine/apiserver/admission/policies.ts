// What policies that refuse and policies that change have in common: whom a binding means, its parameters, the variables.
// Upstream: apiserver pkg/admission/plugin/policy/generic, pkg/admission/plugin/cel/composition.go

import { goQuote } from '../../api/go/goQuote'
import type { CelBudget } from '../../api/cel/cost'
import type { Names } from '../../api/cel/evaluate'
import type { CelMap, CelValue } from '../../api/cel/expression'
import type { PolicyVariable } from '../../api/kinds/admissionPolicies'
import type { MatchResources } from '../../api/kinds/admissionRules'
import type { ParamKind, ParamRef } from '../../api/kinds/policyParams'
import { CelError } from '../../api/cel/values'
import { parseGroupVersion, type ApiObject } from '../../api/object'
import { labelSelectorOf, matchesLabels } from '../../api/selectors/labelSelector'
import { keyOf, type ServerState } from '../serverState'
import { matchesRequest, valueOf } from './matching'
import type { Attributes } from './plugin'

interface Binding {
  readonly spec: { readonly policyName?: string; readonly matchResources?: MatchResources }
}

/** The policy that a binding puts in force for this request; undefined where there is none of the name, or it means other requests. */
export function boundPolicy<P extends { readonly spec: { readonly matchConstraints?: MatchResources } }>(
  resource: string,
  { spec: { policyName = '', matchResources } }: Binding,
  a: Attributes,
  server: ServerState,
): P | undefined {
  const policy = server.cached(resource, '', policyName) as unknown as P | undefined
  if (!policy || !matchesRequest(policy.spec.matchConstraints ?? {}, a, server)) return undefined
  return matchResources && !matchesBinding(matchResources, a, server) ? undefined : policy
}

/** A binding may narrow what its policy means; without rules of its own it takes all of it. */
const matchesBinding = (match: MatchResources, a: Attributes, server: ServerState) =>
  matchesRequest(match.resourceRules?.length ? match : { ...match, resourceRules: ANYTHING }, a, server)

const ANYTHING = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*', '*/*'], scope: '*' }]

/** `variables.x` is worked out when it is first asked for. */
export function withVariables(names: Names, variables: readonly PolicyVariable[], budget: CelBudget): Names {
  if (variables.length === 0) return names
  const values: Record<string, CelValue> = {}
  const all: Names = (name) => (name === 'variables' ? (values as CelMap) : names(name))
  for (const { name = '', expression = '' } of variables) {
    let known: CelValue | undefined
    // Of two with one name the last counts.
    Object.defineProperty(values, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        if (known !== undefined) return known
        const result = valueOf(expression, all, budget)
        if ('value' in result) return (known = result.value)
        throw new CelError(`composited variable ${goQuote(name)} fails to evaluate: ${result.cause}`)
      },
    })
  }
  return all
}

/** One for each object of parameters that the binding finds; a single null where the policy takes none. */
export function paramsOf(
  paramKind: ParamKind | undefined,
  paramRef: ParamRef | undefined,
  a: Attributes,
  server: ServerState,
): { readonly found: readonly (ApiObject | null)[] } | { readonly error: string; readonly of: 'policy' | 'binding' } {
  if (!paramKind) return { found: [null] }
  const { group, version } = parseGroupVersion(paramKind.apiVersion ?? '')
  const kind = server.scheme.byKind(group, version, paramKind.kind ?? '')
  if (!kind?.storage)
    return { of: 'policy', error: `failed to find resource referenced by paramKind: '${group}/${version}, Kind=${paramKind.kind ?? ''}'` }
  if (!paramRef) return { found: [null] }
  if (kind.namespaced && !paramRef.namespace && a.namespace === '')
    return { of: 'binding', error: 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources' }
  if (!kind.namespaced && paramRef.namespace)
    return { of: 'binding', error: 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`' }
  const namespace = kind.namespaced ? paramRef.namespace || a.namespace : ''
  const selector = paramRef.selector === undefined ? null : (labelSelectorOf(paramRef.selector) ?? [])
  const found = selector
    ? server
        .cacheOf(kind)
        .list(keyOf(kind, namespace, ''))
        .filter((o) => matchesLabels(selector, o.metadata.labels))
    : [server.cacheOf(kind).get(keyOf(kind, namespace, paramRef.name ?? ''))].filter((o) => o !== undefined)
  if (found.length > 0) return { found }
  return paramRef.parameterNotFoundAction === 'Allow'
    ? { found: [] }
    : { of: 'binding', error: 'no params found for policy binding with `Deny` parameterNotFoundAction' }
}
