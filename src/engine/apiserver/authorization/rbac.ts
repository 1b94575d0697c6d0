// RBAC: allowed if any rule of any binding that names the user allows it; nothing can deny.
// Rules of a user are gathered once and kept until an RBAC object changes.
// Upstream: kubernetes plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go

import type { PolicyRule, Role } from '../../api/kinds/roles'
import type { RoleBinding, Subject } from '../../api/kinds/rolebindings'
import { accountUsername } from '../../api/kinds/serviceaccount/tokens'
import type { BindingWhy } from '../../base/why'
import type { UserInfo } from '../requestContext'
import type { WatchCache } from '../watchCache'

const GROUP = 'rbac.authorization.k8s.io'

export interface Attributes {
  readonly user: UserInfo
  readonly verb: string
  readonly apiGroup: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** Set for what is not a resource. */
  readonly path: string
  readonly isResource: boolean
  readonly fieldSelector?: string
}

export interface RbacCaches {
  readonly roles: WatchCache
  readonly clusterRoles: WatchCache
  readonly roleBindings: WatchCache
  readonly clusterRoleBindings: WatchCache
}

interface Grant {
  readonly binding: RoleBinding
  readonly subject: Subject
  readonly rules: readonly PolicyRule[]
  /** What the rules could not be had for. */
  readonly error?: string
}

export class Rbac {
  private readonly grants = new Map<string, readonly Grant[]>()
  private readonly keys = new WeakMap<UserInfo, string>()

  constructor(private readonly caches: RbacCaches) {}

  /** An RBAC object changed: what was gathered is no longer true. */
  forget(): void {
    this.grants.clear()
  }

  /** The reason of the first rule that allows it, or null. */
  authorize(attributes: Attributes): string | null {
    for (const namespace of attributes.namespace ? ['', attributes.namespace] : [''])
      for (const grant of this.grantsOf(attributes.user, namespace))
        if (grant.rules.some((rule) => ruleAllows(rule, attributes))) return reasonOf(grant)
    return null
  }

  /** The roles that a user's bindings name and that are not there, as upstream says it. */
  dangling(user: UserInfo, namespace: string): readonly string[] {
    return [...new Set(this.read(user, namespace).flatMap((g) => g.error ?? []))]
  }

  /** All rules that hold for a user in a namespace ('' for the cluster). */
  rulesOf(user: UserInfo, namespace: string): readonly PolicyRule[] {
    return this.read(user, namespace).flatMap((g) => g.rules)
  }

  rulesOfRole(kind: string, namespace: string, name: string): readonly PolicyRule[] | null {
    const role =
      kind === 'ClusterRole'
        ? this.caches.clusterRoles.get(`/registry/clusterroles/${name}`)
        : this.caches.roles.get(`/registry/roles/${namespace}/${name}`)
    return role ? ((role as Role).rules ?? []) : null
  }

  /** For the reader: what was read and how near it came; and what another namespace would have allowed but was not read. */
  explain(attributes: Attributes): { bindings: readonly BindingWhy[]; notRead: readonly BindingWhy[] } {
    const { user, namespace } = attributes
    const read = this.read(user, namespace)
    const others = new Set([...this.caches.roleBindings.values()].map((b) => b.metadata.namespace ?? ''))
    others.delete(namespace)
    const elsewhere = [...others].sort().flatMap((ns) => this.grantsOf(user, ns))
    return {
      bindings: read.map((g) => whyOf(g, attributes)),
      notRead: elsewhere.filter((g) => g.rules.some((r) => ruleAllows(r, attributes))).map((g) => whyOf(g, attributes)),
    }
  }

  /** What an authorizer reads: the cluster's bindings, then those of the request's namespace. */
  private read(user: UserInfo, namespace: string): readonly Grant[] {
    return (namespace ? ['', namespace] : ['']).flatMap((ns) => this.grantsOf(user, ns))
  }

  private grantsOf(user: UserInfo, namespace: string): readonly Grant[] {
    let who = this.keys.get(user)
    if (who === undefined) this.keys.set(user, (who = `${user.name}\u0000${user.groups.join('\u0000')}\u0000\u0000`))
    const key = who + namespace
    let grants = this.grants.get(key)
    if (!grants) this.grants.set(key, (grants = this.gather(user, namespace)))
    return grants
  }

  private gather(user: UserInfo, namespace: string): readonly Grant[] {
    const bindings =
      namespace === '' ? this.caches.clusterRoleBindings.list('') : this.caches.roleBindings.list(`/registry/rolebindings/${namespace}/`)
    return (bindings as RoleBinding[]).flatMap((binding) => {
      const subject = binding.subjects?.find((s) => names(s, user, namespace))
      if (!subject) return []
      const { kind, name } = binding.roleRef
      const rules = this.rulesOfRole(kind, namespace, name)
      return [
        rules ? { binding, subject, rules } : { binding, subject, rules: [], error: `${kind.toLowerCase()}.${GROUP} "${name}" not found` },
      ]
    })
  }
}

function names(subject: Subject, user: UserInfo, namespace: string): boolean {
  if (subject.kind === 'User') return subject.name === user.name
  if (subject.kind === 'Group') return user.groups.includes(subject.name)
  return user.name === accountUsername(subject.namespace || namespace, subject.name)
}

export function ruleAllows(rule: PolicyRule, a: Attributes): boolean {
  if (!has(rule.verbs, a.verb)) return false
  if (!a.isResource)
    return (rule.nonResourceURLs ?? []).some(
      (url) => url === '*' || url === a.path || (url.endsWith('*') && a.path.startsWith(url.slice(0, -1))),
    )
  return has(rule.apiGroups, a.apiGroup) && resourceMatches(rule, a) && nameMatches(rule, a)
}

const has = (list: readonly string[] | undefined, value: string) => list?.some((v) => v === '*' || v === value) ?? false

function resourceMatches({ resources = [] }: PolicyRule, { resource, subresource }: Attributes): boolean {
  const full = subresource ? `${resource}/${subresource}` : resource
  return resources.some((r) => r === '*' || r === full || (subresource !== '' && r === `*/${subresource}`))
}

const nameMatches = ({ resourceNames = [] }: PolicyRule, { name }: Attributes) => resourceNames.length === 0 || resourceNames.includes(name)

function reasonOf({ binding, subject }: Grant): string {
  const { kind, metadata, roleRef } = binding
  const where = metadata.namespace ? `${metadata.name}/${metadata.namespace}` : metadata.name
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject.name
  return `RBAC: allowed by ${kind} "${where}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${who}"`
}

function whyOf({ binding, subject, rules }: Grant, a: Attributes): BindingWhy {
  const about = rules.filter((r) => a.isResource && has(r.apiGroups, a.apiGroup) && resourceMatches(r, a))
  return {
    kind: binding.metadata.namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    namespace: binding.metadata.namespace ?? '',
    name: binding.metadata.name ?? '',
    roleKind: binding.roleRef.kind,
    roleName: binding.roleRef.name,
    subject: subject.name,
    verbs: [...new Set(about.flatMap((r) => r.verbs))],
    matches: {
      namespace: !binding.metadata.namespace || binding.metadata.namespace === a.namespace,
      resource: about.length > 0,
      verb: about.some((r) => has(r.verbs, a.verb)),
      name: about.some((r) => has(r.verbs, a.verb) && nameMatches(r, a)),
    },
  }
}
