// What policies and webhook configurations share: which requests they mean, under which conditions, and the defaults and rules of that.
// Upstream: kubernetes pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}

import { compileCel, type CelScope } from '../cel/check'
import type { JsonObject } from '../object'
import { validateLabelSelector, type SelectorObject } from '../validation/labelSelector'
import { labelKeyErrors } from '../validation/labels'
import { pathSegmentErrors } from '../validation/names'
import { each, missing, named, NONE, oneOf, type Path, repeated, wrong, type Errors } from '../validation/rules'

export interface AdmissionRule extends JsonObject {
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly operations?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly scope?: string
}

export interface MatchResources extends JsonObject {
  readonly matchPolicy?: string
  readonly namespaceSelector?: SelectorObject
  readonly objectSelector?: SelectorObject
  readonly resourceRules?: readonly AdmissionRule[]
  readonly excludeResourceRules?: readonly AdmissionRule[]
}

export interface MatchCondition extends JsonObject {
  readonly name?: string
  readonly expression?: string
}

export const FAILURE_POLICIES = ['Fail', 'Ignore']
export const MATCH_POLICIES = ['Equivalent', 'Exact']
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

const all = (fields: string, type: string) => Object.fromEntries(fields.split(' ').map((field) => [field, type]))

/** What every expression of admission may name. Upstream: apiserver pkg/admission/plugin/cel/compile.go */
export const ADMISSION: CelScope & { readonly structs: object } = {
  names: {
    object: 'dyn',
    oldObject: 'dyn',
    request: 'kubernetes.AdmissionRequest',
    namespaceObject: 'kubernetes.Namespace',
    authorizer: 'kubernetes.authorization.Authorizer',
    'authorizer.requestResource': 'kubernetes.authorization.ResourceCheck',
  },
  structs: {
    'kubernetes.AdmissionRequest': {
      ...all('subResource requestSubResource name namespace operation', 'string'),
      ...all('kind requestKind', 'kubernetes.GroupVersionKind'),
      ...all('resource requestResource', 'kubernetes.GroupVersionResource'),
      userInfo: 'kubernetes.UserInfo',
      dryRun: 'bool',
      options: 'dyn',
    },
    'kubernetes.GroupVersionKind': all('group version kind', 'string'),
    'kubernetes.GroupVersionResource': all('group version resource', 'string'),
    'kubernetes.UserInfo': { ...all('username uid', 'string'), groups: 'list(string)', extra: 'map(string, list(string))' },
    'kubernetes.Namespace': {
      metadata: 'kubernetes.NamespaceMetadata',
      spec: 'kubernetes.NamespaceSpec',
      status: 'kubernetes.NamespaceStatus',
    },
    'kubernetes.NamespaceMetadata': {
      ...all('name generateName namespace UID resourceVersion', 'string'),
      ...all('labels annotations', 'map(string, string)'),
      ...all('creationTimestamp deletionTimestamp', 'timestamp'),
      ...all('deletionGracePeriodSeconds generation', 'int'),
      finalizers: 'list(string)',
    },
    'kubernetes.NamespaceSpec': { finalizers: 'list(string)' },
    'kubernetes.NamespaceStatus': { conditions: 'list(kubernetes.NamespaceCondition)', phase: 'string' },
    'kubernetes.NamespaceCondition': { ...all('status type message reason', 'string'), lastTransitionTime: 'timestamp' },
  },
}

export const withScope = (rules: readonly AdmissionRule[]): readonly AdmissionRule[] =>
  rules.map((rule) => (rule.scope === undefined ? { ...rule, scope: '*' } : rule))

export function defaultMatch(match: MatchResources): MatchResources {
  const { resourceRules, excludeResourceRules } = match
  return {
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    ...match,
    ...(resourceRules ? { resourceRules: withScope(resourceRules) } : {}),
    ...(excludeResourceRules ? { excludeResourceRules: withScope(excludeResourceRules) } : {}),
  }
}

export function validateMatch(match: MatchResources, at: Path): Errors {
  return [
    ...oneOf(match.matchPolicy, MATCH_POLICIES, at.child('matchPolicy')),
    ...validateLabelSelector(match.namespaceSelector, at.child('namespaceSelector')),
    ...validateLabelSelector(match.objectSelector, at.child('objectSelector')),
    ...each(match.resourceRules, at.child('resourceRules'), validateNamedRule),
    ...each(match.excludeResourceRules, at.child('excludeResourceRules'), validateNamedRule),
  ]
}

function validateNamedRule(rule: AdmissionRule, at: Path): Errors {
  const { resourceNames = [] } = rule
  return [
    ...resourceNames.flatMap((name, i) => {
      const place = at.child('resourceNames').index(i)
      return [...named(name, place, pathSegmentErrors), ...(resourceNames.indexOf(name) < i ? repeated(place, name) : NONE)]
    }),
    ...validateRule(rule, at),
  ]
}

export function validateRule(rule: AdmissionRule, at: Path): Errors {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule
  return [
    ...listed(operations, at.child('operations'), 'operations'),
    ...operations.flatMap((operation, i) => oneOf(operation, OPERATIONS, at.child('operations').index(i))),
    ...listed(apiGroups, at.child('apiGroups'), 'API groups'),
    ...listed(apiVersions, at.child('apiVersions'), 'API versions'),
    ...apiVersions.flatMap((version, i) => (version === '' ? missing(at.child('apiVersions').index(i)) : NONE)),
    ...validateResources(resources, at.child('resources')),
    ...oneOf(scope, ['*', 'Cluster', 'Namespaced'], at.child('scope')),
  ]
}

function listed(values: readonly string[], at: Path, what: string): Errors {
  if (values.length === 0) return missing(at)
  return values.length > 1 && values.includes('*') ? wrong(at, values, `if '*' is present, must not specify other ${what}`) : NONE
}

/** Each is compared with those before it; of those without a subresource the last one counts. */
function validateResources(resources: readonly string[], at: Path): Errors {
  if (resources.length === 0) return missing(at)
  const [withAll, ofAll] = [new Set<string>(), new Set<string>()]
  let isBare = false
  const overlaps = resources.flatMap((text, i): Errors => {
    if (text === '') return missing(at.index(i))
    const slash = text.indexOf('/')
    if (slash < 0) {
      isBare = text !== '*'
      return NONE
    }
    const [resource, subresource] = [text.slice(0, slash), text.slice(slash + 1)]
    const covered = [...(withAll.has(resource) ? [`${resource}/*`] : []), ...(ofAll.has(subresource) ? [`*/${subresource}`] : [])]
    if (subresource === '*') withAll.add(resource)
    if (resource === '*') ofAll.add(subresource)
    return covered.flatMap((by) => wrong(at.index(i), text, `if '${by}' is present, must not specify ${text}`))
  })
  return [
    ...overlaps,
    ...(resources.length > 1 && resources.includes('*/*')
      ? wrong(at, resources, "if '*/*' is present, must not specify other resources")
      : NONE),
    ...(resources.includes('*') && isBare
      ? wrong(at, resources, "if '*' is present, must not specify other resources without subresources")
      : NONE),
  ]
}

export function validateConditions(conditions: readonly MatchCondition[] | undefined, at: Path, scope: CelScope): Errors {
  return each(
    conditions,
    at,
    ({ name = '', expression = '' }, place) => [
      ...validateExpression(expression, place.child('expression'), scope, ['bool']),
      ...(name === '' ? missing(place.child('name')) : named(name, place.child('name'), labelKeyErrors)),
    ],
    ({ name }) => name,
  )
}

export const ANY: readonly string[] = []

/** The text compiles, and its type is one of those wanted. */
export function validateExpression(text: string, at: Path, scope: CelScope, wanted: readonly string[], absent = ''): Errors {
  if (text.trim() === '') return missing(at, absent)
  const compiled = compileCel(text, scope)
  if ('error' in compiled) return wrong(at, text, `compilation failed: ${compiled.error}`)
  const { type } = compiled
  if (wanted === ANY || wanted.includes(type)) return NONE
  return wrong(at, text, `must evaluate to ${wanted.length > 1 ? `one of [${wanted.join(' ')}]` : wanted[0]!} but got ${type}`)
}
