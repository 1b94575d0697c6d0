import { expect, it } from 'vitest'
import { ask, get } from '../testing/ask'
import { admin, aWholeCluster } from '../testing/builders'

it('is there for each Node, belongs to it and goes with it', () => {
  const path = '/apis/storage.k8s.io/v1/csinodes/worker-1'
  const cluster = aWholeCluster(1)
  cluster.run()
  expect(get(cluster, path).body).toMatchObject({
    metadata: { ownerReferences: [{ kind: 'Node', name: 'worker-1' }] },
    spec: { drivers: null },
  })
  ask(cluster, admin, { method: 'DELETE', path: '/api/v1/nodes/worker-1' })
  cluster.run()
  expect(get(cluster, path).status).toBe(404)
})
