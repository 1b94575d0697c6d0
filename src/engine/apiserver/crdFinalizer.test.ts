import { expect, it } from 'vitest'
import type { CustomResourceDefinition } from '../api/kinds/customresourcedefinition'
import type { JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { aCluster, admin } from '../testing/builders'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const SHIPS = '/apis/ex.io/v1/namespaces/default/ships'

const definition = (plural: string): JsonObject => ({
  metadata: { name: `${plural}.ex.io` },
  spec: {
    group: 'ex.io',
    scope: 'Namespaced',
    names: { plural, kind: 'Ship' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
})

function register(cluster: Cluster, plural: string): void {
  expect(post(cluster, DEFINITIONS, definition(plural)).status).toBe(201)
  pass(cluster, 3)
}

const pass = (cluster: Cluster, seconds: number) => cluster.run({ for: seconds * 1000, throughIdle: true })
const remove = (cluster: Cluster, plural: string) => ask(cluster, admin, { method: 'DELETE', path: `${DEFINITIONS}/${plural}.ex.io` })
const merge = (cluster: Cluster, path: string, body: JsonObject) =>
  ask(cluster, admin, { method: 'PATCH', path, headers: { 'content-type': 'application/merge-patch+json' }, body })

/** Each reason that the server has written for Terminating, in order, and how it was answered. */
const written = (cluster: Cluster) =>
  [...cluster.trace.allRequests()]
    .filter(({ http }) => http.method === 'PUT' && http.path.endsWith('/status') && http.path.startsWith(DEFINITIONS))
    .flatMap(({ http, response }) => {
      const { status } = http.body as unknown as CustomResourceDefinition
      const found = status.conditions?.find(({ type }) => type === 'Terminating')
      return found ? [`${found.status} ${found.reason}: ${response?.status}`] : []
    })

it('says that it removes the objects, also where there are none', () => {
  const cluster = aCluster()
  register(cluster, 'ships')
  remove(cluster, 'ships')
  pass(cluster, 1)
  expect(written(cluster)).toEqual(['True InstanceDeletionInProgress: 200', 'False InstanceDeletionCompleted: 200'])
  expect(get(cluster, `${DEFINITIONS}/ships.ex.io`).status).toBe(404)
})

it('has nothing to remove of one that was never established', () => {
  const cluster = aCluster()
  register(cluster, 'ships')
  register(cluster, 'boats')
  remove(cluster, 'boats')
  pass(cluster, 1)
  expect(written(cluster)).toEqual(['True InstanceDeletionInProgress: 200', 'False NeverEstablished: 200'])
  expect(get(cluster, `${DEFINITIONS}/boats.ex.io`).status).toBe(404)
})

it('waits a minute for what stays, says so, and begins anew', () => {
  const cluster = aCluster()
  register(cluster, 'ships')
  post(cluster, SHIPS, { apiVersion: 'ex.io/v1', kind: 'Ship', metadata: { name: 'a', finalizers: ['ex.io/hold'] } })
  remove(cluster, 'ships')
  pass(cluster, 50)
  expect(get(cluster, `${DEFINITIONS}/ships.ex.io`).body).toMatchObject({
    status: {
      conditions: [
        {},
        {},
        { type: 'Terminating', reason: 'InstanceDeletionInProgress', message: 'CustomResource deletion is in progress' },
      ],
    },
  })
  pass(cluster, 20)
  expect(written(cluster)).toEqual([
    'True InstanceDeletionInProgress: 200',
    'True InstanceDeletionCheck: 200',
    'True InstanceDeletionInProgress: 200',
  ])
  merge(cluster, `${SHIPS}/a`, { metadata: { finalizers: null } })
  pass(cluster, 6)
  expect(get(cluster, `${DEFINITIONS}/ships.ex.io`).status).toBe(404)
})

it('looks again at one that was changed meanwhile', () => {
  const cluster = aCluster()
  register(cluster, 'ships')
  post(cluster, SHIPS, { apiVersion: 'ex.io/v1', kind: 'Ship', metadata: { name: 'a', finalizers: ['ex.io/hold'] } })
  remove(cluster, 'ships')
  pass(cluster, 2)
  merge(cluster, `${DEFINITIONS}/ships.ex.io`, { metadata: { labels: { a: 'b' } } })
  merge(cluster, `${SHIPS}/a`, { metadata: { finalizers: null } })
  pass(cluster, 6)
  expect(written(cluster).slice(1)).toEqual([
    'False InstanceDeletionCompleted: 409',
    'True InstanceDeletionInProgress: 200',
    'False InstanceDeletionCompleted: 200',
  ])
  expect(get(cluster, `${DEFINITIONS}/ships.ex.io`).status).toBe(404)
})

it('tries again what a policy does not allow, until it does', () => {
  const cluster = aCluster()
  const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpol'
  const resourceRules = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['UPDATE'], resources: ['customresourcedefinitions/status'] }]
  register(cluster, 'ships')
  post(cluster, `${policies}icies`, {
    metadata: { name: 'no' },
    spec: { matchConstraints: { resourceRules }, validations: [{ expression: 'false' }] },
  })
  post(cluster, `${policies}icybindings`, { metadata: { name: 'no' }, spec: { policyName: 'no', validationActions: ['Deny'] } })
  remove(cluster, 'ships')
  pass(cluster, 20)
  expect(get(cluster, `${DEFINITIONS}/ships.ex.io`).status).toBe(200)
  ask(cluster, admin, { method: 'DELETE', path: `${policies}icybindings/no` })
  pass(cluster, 60)
  expect(get(cluster, `${DEFINITIONS}/ships.ex.io`).status).toBe(404)
})
