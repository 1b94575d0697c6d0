// Nobody grants what he does not hold: writing a role needs its rights (or the verb escalate), writing a binding its role's (or bind).
// Leaves out: upstream's splitting of rules into single rights before it compares.
// Upstream: kubernetes pkg/registry/rbac/{role,rolebinding}/policybased, pkg/registry/rbac/validation/policy_compact.go

import type { PolicyRule, Role } from '../../api/kinds/roles'
import type { RoleBinding } from '../../api/kinds/rolebindings'
import { equalJson } from '../../api/equal'
import { forbidden, type Status } from '../../api/status'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import { authorize } from './authorize'
import { ruleAllows } from './rbac'

const GROUP = 'rbac.authorization.k8s.io'

export function checkGrant(ctx: RequestContext, server: ServerState): Status | null {
  const { kind, object, old, user, info } = ctx
  if (kind?.group !== GROUP || !object || user.groups.includes('system:masters')) return null
  const binding = kind.resource.endsWith('bindings')
  const same =
    old &&
    (binding ? equalJson(old.roleRef, object.roleRef) && equalJson(old.subjects, object.subjects) : equalJson(old.rules, object.rules))
  if (same) return null
  const { namespace } = info
  const ref = (object as RoleBinding).roleRef
  const may = (verb: string, resource: string, name: string) =>
    authorize(server, { user, verb, apiGroup: GROUP, resource, subresource: '', namespace, name, path: '', isResource: true }).allowed
  if (
    binding
      ? may('bind', ref.kind === 'Role' ? 'roles' : 'clusterroles', ref.name)
      : may('escalate', kind.resource, object.metadata.name ?? '')
  )
    return null
  const rules = binding ? server.rbac.rulesOfRole(ref.kind, namespace, ref.name) : ((object as Role).rules ?? [])
  if (rules === null)
    return forbidden(
      { group: GROUP, resource: kind.resource },
      object.metadata.name ?? '',
      `${ref.kind === 'Role' ? 'roles' : 'clusterroles'}.${GROUP} "${ref.name}" not found`,
    )
  const held = server.rbac.rulesOf(user, namespace)
  const missing = rules.filter((rule) => !covered(rule, held, user))
  if (missing.length === 0) return null
  const groups = `[${user.groups.map((g) => JSON.stringify(g)).join(' ')}]`
  return forbidden(
    { group: GROUP, resource: kind.resource },
    object.metadata.name ?? '',
    `user ${JSON.stringify(user.name)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${missing.map(shown).join('\n')}`,
  )
}

function covered(rule: PolicyRule, held: readonly PolicyRule[], user: RequestContext['user']): boolean {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule
  const names = resourceNames.length > 0 ? resourceNames : ['']
  const allows = (a: { verb: string; apiGroup?: string; resource?: string; name?: string; path?: string }) => {
    const [resource = '', subresource = ''] = (a.resource ?? '').split('/')
    return held.some((h) =>
      ruleAllows(h, {
        user,
        namespace: '',
        apiGroup: '',
        name: '',
        path: '',
        isResource: a.path === undefined,
        ...a,
        resource,
        subresource,
      }),
    )
  }
  return (
    verbs.every((verb) =>
      apiGroups.every((apiGroup) => resources.every((resource) => names.every((name) => allows({ verb, apiGroup, resource, name })))),
    ) && verbs.every((verb) => nonResourceURLs.every((path) => allows({ verb, path })))
  )
}

function shown({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule): string {
  const part = (name: string, list: readonly string[] | undefined) =>
    list && list.length > 0 ? [`${name}:[${list.map((v) => JSON.stringify(v)).join(' ')}]`] : []
  return `{${[...part('NonResourceURLs', nonResourceURLs), ...part('APIGroups', apiGroups), ...part('Resources', resources), ...part('ResourceNames', resourceNames), ...part('Verbs', verbs)].join(', ')}}`
}
