import { beforeEach, expect, test } from 'vitest'
import type { Cluster } from '../../cluster/types'
import { ask, post } from '../../testing/ask'
import { aCluster, person } from '../../testing/builders'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const apiVersion = 'rbac.authorization.k8s.io/v1'
const alice = person('alice', 'developers')
const role = (name: string, more: object) => ({ apiVersion, kind: 'ClusterRole', metadata: { name }, ...more })
const roleRef = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name })
let cluster: Cluster
const write = (path: string, body: object) => ask(cluster, alice, { method: 'POST', path: RBAC + path, body: body as never })

beforeEach(() => {
  cluster = aCluster()
  const writes = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['create', 'update'] }
  post(
    cluster,
    `${RBAC}/clusterroles`,
    role('writer', { rules: [writes, { apiGroups: [''], resources: ['*/log', 'pods'], verbs: ['get'] }] }),
  )
  const subjects = [{ kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }]
  post(cluster, `${RBAC}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'b' },
    roleRef: roleRef('writer'),
    subjects,
  })
})

test('the rights that are missing are told one resource a line, in order', () => {
  const rules = [
    { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['list', 'get'] },
    { nonResourceURLs: ['/b', '/a'], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  ]
  expect((write('/clusterroles', role('r', { rules })).body as { message: string }).message.split('\n').slice(1)).toEqual([
    '{APIGroups:[""], Resources:["nodes"], Verbs:["list" "get"]}',
    '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}',
    '{NonResourceURLs:["/a"], Verbs:["get"]}',
    '{NonResourceURLs:["/b"], Verbs:["get"]}',
  ])
})

test('what gathers rules needs all of them', () => {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] }
  expect(write('/clusterroles', role('r', { aggregationRule })).body).toMatchObject({
    code: 403,
    message: 'clusterroles.rbac.authorization.k8s.io "r" is forbidden: must have cluster-admin privileges to use the aggregationRule',
  })
})

test('a binding to a role that is not there is not found', () => {
  const binding = { apiVersion, kind: 'ClusterRoleBinding', metadata: { name: 'x' }, roleRef: roleRef('none') }
  expect(write('/clusterrolebindings', binding).body).toMatchObject({ code: 404, details: { name: 'none', kind: 'clusterrolebindings' } })
})
