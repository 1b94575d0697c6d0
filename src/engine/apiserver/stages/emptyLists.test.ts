import { expect, it } from 'vitest'
import type { JsonObject } from '../../api/object'
import { ask, post } from '../../testing/ask'
import { aCluster, admin } from '../../testing/builders'

const JOBS = '/apis/batch/v1/namespaces/default/jobs'
const NODES = '/apis/storage.k8s.io/v1/csinodes'
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }
const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 's' }, addressType: 'IPv4' }

it.each<[string, string, JsonObject, JsonObject]>([
  [
    'a rule that a field stays as it is',
    JOBS,
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 's' }, spec: { podFailurePolicy: { rules: [] }, template } },
    { spec: { podFailurePolicy: { rules: [] } } },
  ],
  [
    "a CSINode's own rule",
    NODES,
    { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 's' }, spec: { drivers: [{ name: 'd', nodeID: 'n' }] } },
    { spec: { drivers: [{ name: 'd', nodeID: 'n', topologyKeys: [] }] } },
  ],
  ['the generation', SLICES, { ...slice, endpoints: [] }, { endpoints: [] }],
])('to %s, an empty list is what etcd makes of it', (_, path, object, patch) => {
  const cluster = aCluster()
  expect(post(cluster, path, object).status).toBe(201)
  const headers = { 'content-type': 'application/merge-patch+json' }
  const { status, body } = ask(cluster, admin, { method: 'PATCH', path: `${path}/s`, headers, body: patch })
  expect([status, (body as JsonObject).message]).toEqual([200, undefined])
  expect((body as unknown as { metadata: JsonObject }).metadata.generation ?? 1).toBe(1)
})
