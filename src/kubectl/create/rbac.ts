// kubectl create role, clusterrole, rolebinding and clusterrolebinding.
// Leaves out: --aggregation-rule; which verbs go with which resource (`use`, `bind`, …).
// Upstream: kubectl pkg/cmd/create/create_{role,clusterrole,rolebinding,clusterrolebinding}.go

import type { JsonObject } from '../../engine/index'
import { printError, type Step } from '../effects'
import type { FlagTable } from '../flags'
import { findResource } from '../resources'
import type { Session } from '../session'
import { metadataOf, wrong, type Generator } from './generator'

const GROUP = 'rbac.authorization.k8s.io'
const VERBS = new Set([
  '*',
  'get',
  'delete',
  'list',
  'create',
  'update',
  'patch',
  'watch',
  'proxy',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
])
const NON_RESOURCE_VERBS = new Set(['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

const ruleFlags: FlagTable = { verb: { type: 'list' }, resource: { type: 'list' }, 'resource-name': { type: 'array' } }

export const role: Generator = {
  flags: ruleFlags,
  *make(session, name) {
    const verbs = verbsOf(session)
    if (verbs.length === 0) throw wrong('at least one verb must be specified')
    yield* warn(verbs)
    const rules = rulesOf(session, verbs)
    if (rules.length === 0) throw wrong('at least one resource must be specified')
    return { kind: 'Role', apiVersion: `${GROUP}/v1`, metadata: metadataOf(session, name), rules }
  },
}

export const clusterrole: Generator = {
  flags: { ...ruleFlags, 'non-resource-url': { type: 'list' }, 'aggregation-rule': { type: 'string', unmodelled: true } },
  *make(session, name) {
    const verbs = verbsOf(session)
    const urls = [...new Set(session.flags.list('non-resource-url'))]
    if (verbs.length === 0) throw wrong('at least one verb must be specified')
    const rules = rulesOf(session, verbs)
    if (rules.length === 0 && urls.length === 0) throw wrong('one of resource or nonResourceURL must be specified')
    if (rules.length > 0) yield* warn(verbs)
    if (urls.length > 0) checkUrls(verbs, urls)
    const own = urls.length > 0 ? [{ verbs, nonResourceURLs: urls }] : []
    return { kind: 'ClusterRole', apiVersion: `${GROUP}/v1`, metadata: { name }, rules: [...rules, ...own] }
  },
}

function* warn(verbs: readonly string[]): Step<void> {
  for (const verb of verbs) if (!VERBS.has(verb)) yield* printError(`Warning: '${verb}' is not a standard resource verb\n`)
}

function checkUrls(verbs: readonly string[], urls: readonly string[]): void {
  for (const verb of verbs) if (!NON_RESOURCE_VERBS.has(verb)) throw wrong(`invalid verb: '${verb}' for nonResourceURL`)
  for (const url of urls) {
    if (url === '*') continue
    if (!url.startsWith('/')) throw wrong('nonResourceURL should start with /')
    if (url.slice(0, -1).includes('*')) throw wrong("nonResourceURL only supports wildcard matches when '*' is at the end")
  }
}

function verbsOf({ flags }: Session): readonly string[] {
  const verbs = flags.list('verb')
  return verbs.includes('*') ? ['*'] : [...new Set(verbs)]
}

/** A rule for each API group: `deploy.apps/scale` is `deployments/scale` of `apps`. */
function rulesOf({ flags, resources }: Session, verbs: readonly string[]): readonly JsonObject[] {
  const typed = flags.list('resource')
  const names = [...new Set(flags.list('resource-name'))]
  const byGroup = new Map<string, Set<string>>()
  for (const text of typed.includes('*') ? ['*'] : typed) {
    const [type = '', ...below] = text.split('/')
    if (type === '') throw wrong('resource must be specified if apiGroup/subresource specified')
    const { group, resource } = type === '*' ? { group: '', resource: '*' } : findResource(resources, type)
    const known = byGroup.get(group) ?? new Set()
    byGroup.set(group, known.add([resource, ...below].join('/')))
  }
  return [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, of]) => ({ verbs, apiGroups: [group], resources: [...of], ...(names.length > 0 ? { resourceNames: names } : {}) }))
}

const subjectFlags: FlagTable = { user: { type: 'array' }, group: { type: 'array' }, serviceaccount: { type: 'array' } }

export const rolebinding: Generator = {
  flags: { ...subjectFlags, clusterrole: { type: 'string' }, role: { type: 'string' } },
  failing: 'failed to create rolebinding: ',
  *make(session, name) {
    const cluster = session.flags.text('clusterrole')
    const own = session.flags.text('role')
    if (Boolean(cluster) === Boolean(own)) throw wrong('exactly one of clusterrole or role must be specified')
    return bindingOf('RoleBinding', metadataOf(session, name), own ? 'Role' : 'ClusterRole', own || cluster!, session)
  },
}

export const clusterrolebinding: Generator = {
  flags: { ...subjectFlags, clusterrole: { type: 'string', required: true } },
  failing: 'failed to create clusterrolebinding: ',
  *make(session, name) {
    return bindingOf('ClusterRoleBinding', { name }, 'ClusterRole', session.flags.text('clusterrole')!, session)
  },
}

function bindingOf(kind: string, metadata: JsonObject, roleKind: string, roleName: string, { flags }: Session): JsonObject {
  const people = (of: string, names: readonly string[]) => names.map((name) => ({ kind: of, apiGroup: GROUP, name }))
  const accounts = flags.list('serviceaccount').map((text) => {
    const [namespace, name, more] = text.split(':')
    if (!namespace || !name || more !== undefined) throw wrong('serviceaccount must be <namespace>:<name>')
    return { kind: 'ServiceAccount', name, namespace }
  })
  return {
    kind,
    apiVersion: `${GROUP}/v1`,
    metadata,
    subjects: [...people('User', flags.list('user')), ...people('Group', flags.list('group')), ...accounts],
    roleRef: { apiGroup: GROUP, kind: roleKind, name: roleName },
  }
}
