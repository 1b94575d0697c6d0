import { expect, it } from 'vitest'
import { ask, post } from '../../testing/ask'
import { aCluster, admin } from '../../testing/builders'

it('has nothing against a Pod where a LimitRange names no limits', () => {
  const cluster = aCluster()
  const create = (resource: string, kind: string, name: string, more = {}) =>
    post(cluster, `/api/v1/namespaces/default/${resource}`, { apiVersion: 'v1', kind, metadata: { name }, ...more })
  create('serviceaccounts', 'ServiceAccount', 'default')
  create('limitranges', 'LimitRange', 'none', { spec: { limits: [] } })
  const labelled = ask(cluster, admin, {
    method: 'PATCH',
    path: '/api/v1/namespaces/default/limitranges/none',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { metadata: { labels: { a: 'b' } } },
  })
  expect(labelled.status).toBe(200)
  expect(create('pods', 'Pod', 'a', { spec: { containers: [{ name: 'a', image: 'a' }] } }).status).toBe(201)
})
