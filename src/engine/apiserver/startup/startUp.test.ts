import { expect, it } from 'vitest'
import type { ApiObject } from '../../api/object'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { aCluster, admin } from '../../testing/builders'

const listed = (cluster: Cluster, path: string) => (get(cluster, path).body as unknown as { items: ApiObject[] }).items
const conditionsOf = ({ status }: ApiObject) => (status as { conditions: { type: string; status: string; reason: string }[] }).conditions

function restart(cluster: Cluster): void {
  cluster.inject({ kind: 'stopped', part: 'kube-apiserver' })
  cluster.run({ for: 1000, throughIdle: true })
  cluster.repair({ kind: 'stopped', part: 'kube-apiserver' })
  cluster.run({ for: 5000, throughIdle: true })
}

it('writes 212 times, the last of them for the Service by which Pods find it', () => {
  const { history } = aCluster()
  expect(history.revision).toBe(1 + 212)
  const revisions = ['ipaddresses/10.96.0.1', 'services/specs/default/kubernetes', 'endpointslices/default/kubernetes'].map(
    (key) => history.get(`/registry/${key}`, history.revision)!.modRevision,
  )
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b))
  expect(revisions[0]).toBe(208)
})

it('says first that the level of `probes` is not there, and then that it is', () => {
  const cluster = aCluster()
  const { history } = cluster
  const key = '/registry/flowschemas/probes'
  const last = history.get(key, history.revision)!
  const before = history.get(key, last.modRevision - 1)!
  const said = [before, last].map(({ value }) => conditionsOf(value as ApiObject).map((c) => `${c.type}=${c.status} ${c.reason}`))
  expect(said).toEqual([['Dangling=True NotFound'], ['Dangling=False Found']])
  const schemas = listed(cluster, '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas')
  expect(schemas.flatMap(conditionsOf).map((c) => c.reason)).toEqual(new Array(11).fill('Found'))
})

it('registers each group-version but that of the registry itself', () => {
  const services = listed(aCluster(), '/apis/apiregistration.k8s.io/v1/apiservices').map(({ metadata }) => metadata.name)
  expect(services).toHaveLength(22)
  expect(services).toEqual(expect.arrayContaining(['v1.', 'v1.apps', 'v2.autoscaling']))
  expect(services).not.toContain('v1.apiregistration.k8s.io')
})

it('makes what is missing again when it starts again, and lets what is there be', () => {
  const cluster = aCluster()
  const ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/view'
  const before = get(cluster, ROLE).body as unknown as ApiObject
  ask(cluster, admin, { method: 'DELETE', path: ROLE })
  post(cluster, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } })
  const { revision } = cluster.history
  restart(cluster)
  const after = get(cluster, ROLE).body as unknown as ApiObject
  expect(after.metadata.uid).not.toBe(before.metadata.uid)
  expect(cluster.history.revision).toBe(revision + 1)
})

it('does not make its Service again when another one has the address by now', () => {
  const cluster = aCluster()
  const SERVICES = '/api/v1/namespaces/default/services'
  ask(cluster, admin, { method: 'DELETE', path: `${SERVICES}/kubernetes` })
  post(cluster, SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'mine' },
    spec: { clusterIP: '10.96.0.1', ports: [{ port: 80 }] },
  })
  restart(cluster)
  expect(listed(cluster, SERVICES).map(({ metadata }) => metadata.name)).toEqual(['mine'])
})
