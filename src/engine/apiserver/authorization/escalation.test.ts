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

test('rules of thousands of resources are compared in time, and lists that multiply to millions time out', () => {
  const names = (letter: string, n: number) => Array.from({ length: n }, (_, i) => `${letter}${i}`)
  const many = { apiGroups: ['g'], resources: names('r', 20_000), verbs: ['get', 'list'] }
  const created = post(cluster, `${RBAC}/clusterroles`, role('many', { rules: [many] }))
  expect(created.status).toBe(201)
  post(cluster, `${RBAC}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'many' },
    roleRef: roleRef('many'),
    subjects: [{ kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }],
  })
  const began = process.cpuUsage().user
  expect(write('/clusterroles', role('a', { rules: [many] })).status).toBe(201)
  const more = { ...many, resources: [...many.resources, 'x'] }
  expect((write('/clusterroles', role('b', { rules: [more] })).body as { message: string }).message).toContain(
    'not currently held:\n{APIGroups:["g"], Resources:["x"], Verbs:["get" "list"]}',
  )
  const product = { apiGroups: names('g', 300), resources: names('r', 300), verbs: names('v', 300) }
  expect(write('/clusterroles', role('c', { rules: [product] })).status).toBe(504)
  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(3000)
})
