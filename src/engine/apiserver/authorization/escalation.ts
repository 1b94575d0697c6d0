// Nobody grants what he does not hold: writing a role needs its rights (or the verb escalate), writing a binding its role's (or bind).
// Rights are compared one by one (a verb on a resource); those that are missing are put together again by resource.
// Upstream: kubernetes pkg/registry/rbac/{clusterrole,role,rolebinding}/policybased, pkg/registry/rbac/validation/policy_compact.go,
// component-helpers auth/rbac/validation/policy_comparator.go

import { goQuote } from '../../api/go/goQuote'
import type { PolicyRule, Role } from '../../api/kinds/roles'
import type { RoleBinding } from '../../api/kinds/rolebindings'
import { equalJson } from '../../base/equal'
import type { ApiObject, JsonObject } from '../../api/object'
import { forbidden, notFound, timeout } from '../../api/errors/status'
import { without } from '../../base/without'
import { refusal, type Refusal } from '../refusal'
import type { Facts } from '../../base/why'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import { authorize, rightTo } from './authorize'

const GROUP = 'rbac.authorization.k8s.io'
const ALL: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
]

export function checkGrant(ctx: RequestContext, server: ServerState): Refusal | null {
  const { kind, object, old, user, info } = ctx
  if (kind?.group !== GROUP || !object || user.groups.includes('system:masters')) return null
  if (old && equalJson(ungathered(old), ungathered(object))) return null
  const binding = kind.resource.endsWith('bindings')
  const { namespace } = info
  const ref = (object as RoleBinding).roleRef
  const may = (verb: string, resource: string, name: string) =>
    authorize(server, rightTo({ user, verb, apiGroup: GROUP, resource, namespace, name })).allowed
  const referred = ref?.kind === 'Role' ? 'roles' : 'clusterroles'
  if (binding ? may('bind', referred, ref.name) : may('escalate', kind.resource, info.name)) return null
  const rules = binding ? server.rbac.rulesOfRole(ref.kind, namespace, ref.name) : ((object as Role).rules ?? [])
  const about = {
    role: binding ? `${ref.kind} ${ref.name}` : `${kind.kind} ${object.metadata.name ?? ''}`,
    wouldDo: binding ? `bind ${referred} ${ref.name}` : `escalate ${kind.resource} ${object.metadata.name ?? ''}`,
  }
  // Upstream's storage of roles names the resource of the request.
  if (rules === null) return refusal(notFound({ group: GROUP, resource: kind.resource }, ref.name), 'bindsUnknownRole', about)
  const refuse = (why: string, facts: readonly Facts[]) =>
    refusal(forbidden({ group: GROUP, resource: kind.resource }, object.metadata.name ?? '', why), 'escalation', about, ...facts)
  if (rules.reduce((sum, rule) => sum + countOf(rule), 0) > MOST_RIGHTS)
    return refusal(timeout('request did not complete within the allotted timeout'), 'escalation', about)
  const lacks = lacking(server.rbac.rulesOf(user, namespace))
  const wanted = rules.flatMap(singles)
  const lacked = new Set(wanted.filter(lacks))
  const missing = described([...lacked])
  if (missing.length > 0) {
    const groups = `[${user.groups.map(goQuote).join(' ')}]`
    const who = `user ${goQuote(user.name)} (groups=${groups})`
    return refuse(`${who} is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}`, [
      ...missing.map((right) => ({ missing: right })),
      ...described(wanted.filter((right) => !lacked.has(right))).map((right) => ({ held: right })),
    ])
  }
  // It can gather anything, and keep what it gathers from being narrowed.
  if ((gathers(object) || gathers(old)) && ALL.some(lacks))
    return refuse(
      'must have cluster-admin privileges to use the aggregationRule',
      described(ALL).map((right) => ({ missing: right })),
    )
  return null
}

const gathers = (role: ApiObject | null) =>
  ((role as { aggregationRule?: { clusterRoleSelectors?: readonly unknown[] } } | null)?.aggregationRule?.clusterRoleSelectors ?? [])
    .length > 0

/** What the garbage collector changes does not count as a change. */
function ungathered(object: ApiObject): JsonObject {
  return { ...object, metadata: without(object.metadata, 'ownerReferences', 'finalizers', 'managedFields', 'resourceVersion') }
}

/** So many are compared one by one within the time of a request: lists of a rule that multiply to more keep a real server busy for minutes. */
const MOST_RIGHTS = 500_000

const countOf = ({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): number =>
  verbs.length * (apiGroups.length * resources.length * Math.max(1, resourceNames.length) + nonResourceURLs.length)

/** A rule taken apart: one verb, on one resource and name or on one URL. */
function singles({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): readonly PolicyRule[] {
  const named: readonly object[] = resourceNames.length > 0 ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}]
  return [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => named.map((names) => ({ apiGroups: [group], resources: [resource], ...names, verbs: [verb] }))),
      ),
    ),
    ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] }))),
  ]
}

/** A rule that somebody holds, with its lists as sets. */
interface Held {
  readonly verbs: ReadonlySet<string>
  readonly resources: readonly string[]
  readonly names: ReadonlySet<string>
  readonly urls: ReadonlySet<string>
  /** Of URLs that end with an asterisk. */
  readonly prefixes: readonly string[]
}

/** Whether none of the rules that somebody holds covers a right; those of its group and its resource alone are looked at. */
function lacking(rules: readonly PolicyRule[]): (right: PolicyRule) => boolean {
  const held = rules.map((rule) => ({
    verbs: new Set(rule.verbs),
    groups: rule.apiGroups ?? [],
    resources: rule.resources ?? [],
    names: new Set(rule.resourceNames),
    urls: new Set(rule.nonResourceURLs),
    prefixes: (rule.nonResourceURLs ?? []).filter((url) => url.endsWith('*')).map((url) => url.replace(/\*+$/, '')),
  }))
  const byGroup = indexed(held, ({ groups }) => groups)
  const withUrls = held.filter(({ urls }) => urls.size > 0)
  const byResource = new Map<string, ReadonlyMap<string, readonly Held[]>>()
  const inGroup = (group: string) => {
    let found = byResource.get(group)
    if (!found) byResource.set(group, (found = indexed<Held>(byGroup.get(group) ?? [], ({ resources }) => resources)))
    return found
  }
  return ({
    apiGroups: [group] = [],
    resources: [resource] = [],
    resourceNames: [name] = [],
    nonResourceURLs: [url] = [],
    verbs: [verb],
  }) => {
    const may = ({ verbs }: Held) => verbs.has(verb!) || verbs.has('*')
    if (url !== undefined)
      return !withUrls.some((rule) => may(rule) && (rule.urls.has(url) || rule.prefixes.some((start) => url.startsWith(start))))
    const onName = ({ names }: Held) => names.size === 0 || (name !== undefined && names.has(name))
    const places = [resource!, '*', ...(resource!.includes('/') ? [`*/${resource!.slice(resource!.indexOf('/') + 1)}`] : [])]
    return ![group!, '*'].some((g) =>
      places.some((place) =>
        inGroup(g)
          .get(place)
          ?.some((rule) => may(rule) && onName(rule)),
      ),
    )
  }
}

function indexed<T extends Held>(rules: readonly T[], keysOf: (rule: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const out = new Map<string, T[]>()
  for (const rule of rules)
    for (const key of new Set(keysOf(rule))) {
      const known = out.get(key)
      if (known) known.push(rule)
      else out.set(key, [rule])
    }
  return out
}

/** Rights on the same resource and name as one, in the order of their texts. */
function described(rights: readonly PolicyRule[]): readonly string[] {
  const out = new Set<string>()
  const verbs = new Map<string, { readonly rule: PolicyRule; readonly verbs: Set<string> }>()
  for (const rule of rights) {
    if (rule.nonResourceURLs) {
      out.add(shown(rule))
      continue
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames])
    const known = verbs.get(key)
    if (known) for (const verb of rule.verbs) known.verbs.add(verb)
    else verbs.set(key, { rule, verbs: new Set(rule.verbs) })
  }
  for (const { rule, verbs: own } of verbs.values()) out.add(shown({ ...rule, verbs: [...own] }))
  return [...out].sort()
}

function shown({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule): string {
  const part = (name: string, list: readonly string[] | undefined) =>
    list && list.length > 0 ? [`${name}:[${list.map(goQuote).join(' ')}]`] : []
  return `{${[...part('APIGroups', apiGroups), ...part('Resources', resources), ...part('NonResourceURLs', nonResourceURLs), ...part('ResourceNames', resourceNames), ...part('Verbs', verbs)].join(', ')}}`
}
