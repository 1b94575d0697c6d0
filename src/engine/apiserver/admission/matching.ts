// Whether a policy or a webhook means a request: its rules, its selectors, its conditions.
// Leaves out: matchPolicy Equivalent across versions that differ in more than their name.
// Upstream: apiserver pkg/admission/plugin/policy/matching, pkg/admission/plugin/webhook/predicates

import { aggregated } from '../../api/errors/aggregated'
import { parseCel } from '../../api/cel/parse'
import { CONDITIONS_BUDGET, type CelBudget } from '../../api/cel/cost'
import { celOfJson, evaluateCel, type Names } from '../../api/cel/evaluate'
import { CelDecision, CelProblem, CelRight, type CelValue, type RightAsked } from '../../api/cel/expression'
import type { AdmissionRule, MatchCondition, MatchResources } from '../../api/kinds/admissionRules'
import type { ApiObject, JsonObject } from '../../api/object'
import { isObject } from '../../base/json'
import { labelSelectorOf, matchesLabels } from '../../api/selectors/labelSelector'
import { authorize, rightTo } from '../authorization/authorize'
import type { UserInfo } from '../requestContext'
import { accountGroups, accountUsername } from '../../api/kinds/serviceaccount/tokens'
import type { ServerState } from '../serverState'
import type { Attributes } from './plugin'

/**
 * The objects that say how requests are checked are not checked that way themselves; nor are the questions who somebody is and what he may
 * do, which whoever checks may have to ask (webhooks leave those out since 1.37).
 * Upstream: kubernetes pkg/kubeapiserver/admission/exclusion/resources.go
 */
const EXEMPT: Readonly<Record<string, readonly string[]>> = {
  'admissionregistration.k8s.io': [
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    'mutatingadmissionpolicies',
    'mutatingadmissionpolicybindings',
    'validatingwebhookconfigurations',
    'mutatingwebhookconfigurations',
  ],
  'authentication.k8s.io': ['selfsubjectreviews', 'tokenreviews'],
  'authorization.k8s.io': ['localsubjectaccessreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews'],
}

export const isExempt = ({ kind }: Attributes) => EXEMPT[kind.group]?.includes(kind.resource) ?? false

export function matchesRequest(match: MatchResources, a: Attributes, server: ServerState): boolean {
  const { resourceRules = [], excludeResourceRules = [] } = match
  if (!matchesSelectors(match, a, server)) return false
  return !excludeResourceRules.some((rule) => matchesRule(rule, a)) && resourceRules.some((rule) => matchesRule(rule, a))
}

export function matchesSelectors(
  { namespaceSelector, objectSelector }: Pick<MatchResources, 'namespaceSelector' | 'objectSelector'>,
  a: Attributes,
  server: ServerState,
): boolean {
  return matchesNamespace(namespaceSelector, a, server) && matchesObject(objectSelector, a)
}

function matchesNamespace(selector: JsonObject | undefined, a: Attributes, server: ServerState): boolean {
  const requirements = labelSelectorOf(selector ?? {}) ?? []
  if (requirements.length === 0) return true
  const namespace = a.kind.resource === 'namespaces' && a.kind.group === '' ? (a.object ?? a.old) : namespaceOf(a, server)
  return namespace ? matchesLabels(requirements, namespace.metadata.labels) : a.namespace === ''
}

function matchesObject(selector: JsonObject | undefined, { object, old }: Attributes): boolean {
  const requirements = labelSelectorOf(selector ?? {}) ?? []
  return requirements.length === 0 || [object, old].some((o) => isObject(o?.metadata) && matchesLabels(requirements, o.metadata.labels))
}

export const namespaceOf = ({ namespace }: Attributes, server: ServerState) =>
  namespace === '' ? undefined : server.cached('namespaces', '', namespace)

const has = (values: readonly string[] | undefined, value: string) =>
  values !== undefined && (values.includes('*') || values.includes(value))

export function matchesRule(rule: AdmissionRule, { kind, subresource, operation, name, namespace }: Attributes): boolean {
  const namespaced = kind.namespaced && namespace !== ''
  if (rule.scope === 'Namespaced' ? !namespaced : rule.scope === 'Cluster' && namespaced) return false
  if (rule.resourceNames?.length && !rule.resourceNames.includes(name)) return false
  if (!has(rule.apiGroups, kind.group) || !has(rule.apiVersions, kind.version) || !has(rule.operations, operation)) return false
  return (rule.resources ?? []).some((text) => {
    const [resource = '', sub = ''] = text.split('/')
    return (resource === '*' || resource === kind.resource) && (sub === '*' || sub === subresource)
  })
}

/** The names of admission's expressions, for one request. */
export function namesOf(a: Attributes, server: ServerState, more: Readonly<Record<string, CelValue>> = {}): Names {
  const known: Record<string, CelValue | undefined> = {
    object: a.operation === 'DELETE' || !a.object ? null : celOfJson(withKind(a.object, a)),
    oldObject: a.operation === 'CREATE' || !a.old ? null : celOfJson(withKind(a.old, a)),
    // Of a Namespace it is none, though it is said to be in itself.
    namespaceObject: a.kind.namespaced ? celOfJson(namespaceOf(a, server) as CelValue | undefined) : null,
    request: requestOf(a),
    ...more,
  }
  return (name) => (name === 'authorizer' ? (known.authorizer ??= authorizerOf(a, server)) : known[name])
}

function authorizerOf({ kind, subresource, namespace, name, user }: Attributes, server: ServerState): CelValue {
  const ask = ({ account, path, group = '', ...asked }: RightAsked, verb: string) => {
    const who = account ? accountUser(account.namespace, account.name) : user
    const right = { user: who, verb, apiGroup: group, resource: '', name: '', path: path ?? '', isResource: path === undefined, ...asked }
    const { allowed, reason } = authorize(server, rightTo(right))
    return new CelDecision(allowed, reason)
  }
  const about = { group: kind.group, resource: kind.resource, subresource, namespace, name }
  return new CelRight('Authorizer', {}, ask, new CelRight('ResourceCheck', about, ask))
}

const accountUser = (namespace: string, name: string): UserInfo => ({
  name: accountUsername(namespace, name),
  groups: [...accountGroups(namespace), 'system:authenticated'],
})

function withKind(object: ApiObject, { shape, subresource }: Attributes): CelValue {
  const named = subresource === '' || object.kind ? {} : { kind: shape.kind }
  return { ...named, ...object } as CelValue
}

function requestOf({ kind, shape, subresource, name, namespace, operation, user, dryRun, options }: Attributes): CelValue {
  const { group, version, resource } = kind
  const gvk = { group: shape.group, version: shape.version, kind: shape.kind }
  return {
    kind: gvk,
    resource: { group, version, resource },
    requestKind: gvk,
    requestResource: { group, version, resource },
    ...(subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource }),
    name,
    namespace,
    operation,
    dryRun,
    options: options as CelValue,
    userInfo: {
      username: user.name,
      groups: user.groups,
      ...(user.uid === undefined ? {} : { uid: user.uid }),
      ...(user.extra ? { extra: user.extra as CelValue } : {}),
    },
  }
}

export type Conditions = 'met' | 'unmet' | { readonly error: string }

/** All must hold; one that is false settles it, even where another fails. */
export function conditionsHold(conditions: readonly MatchCondition[] | undefined, names: Names): Conditions {
  const failed: string[] = []
  const budget = { left: CONDITIONS_BUDGET }
  for (const { expression = '' } of conditions ?? []) {
    const result = valueOf(expression, names, budget)
    if ('error' in result && result.exhausted) return { error: result.cause }
    if ('error' in result) failed.push(result.error)
    else if (result.value !== true) return 'unmet'
  }
  return failed.length === 0 ? 'met' : { error: aggregated(failed) }
}

/** An expression's value for this request, or why it has none. */
export function valueOf(
  expression: string,
  names: Names,
  budget: CelBudget,
): { readonly value: CelValue } | { readonly error: string; readonly cause: string; readonly exhausted?: true } {
  const failed = (cause: string) => ({ error: `expression '${expression}' resulted in error: ${cause}`, cause })
  const tree = parseCel(expression)
  if (tree instanceof CelProblem) return failed('compilation failed')
  const result = evaluateCel(tree, names, budget)
  if ('error' in result && result.stopped === 'exhausted') return { error: result.error, cause: result.error, exhausted: true }
  return 'error' in result ? failed(result.error) : result
}
