import { describe, expect, it } from 'vitest'
import type { Cluster } from '../cluster/types'
import type { JsonObject } from '../base/json'
import { ask, get, post } from '../testing/ask'
import { admin, aPod, aWholeCluster } from '../testing/builders'
import { erase, merge, pass } from '../testing/workloads'
import type { Namespace } from './namespaceConditions'

const NAMESPACES = '/api/v1/namespaces'
const DEV = `${NAMESPACES}/dev`

function withNamespace(): Cluster {
  const cluster = aWholeCluster(1)
  post(cluster, NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dev' } })
  cluster.run()
  return cluster
}
const dev = (cluster: Cluster) => get(cluster, DEV).body as unknown as Namespace
const troubles = (cluster: Cluster) => (dev(cluster).status.conditions ?? []).filter((c) => c.status === 'True').map((c) => c.type)

describe('a namespace that is deleted', () => {
  it('is emptied, its Pods first, and goes', () => {
    const cluster = withNamespace()
    const inDev = { namespace: 'dev' }
    post(cluster, `${DEV}/pods`, aPod('web', { terminationGracePeriodSeconds: 1 }, inDev))
    post(cluster, `${DEV}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...inDev } })
    cluster.run()
    erase(cluster, DEV)
    expect(dev(cluster).status.phase).toBe('Terminating')
    pass(cluster, 60_000)
    expect(get(cluster, DEV).status).toBe(404)
    expect(cluster.history.list('/registry/pods/dev/', cluster.history.revision)).toEqual([])
    expect(cluster.history.list('/registry/configmaps/dev/', cluster.history.revision)).toEqual([])
  })

  it('says what keeps it, and goes when that is gone', () => {
    const cluster = withNamespace()
    const metadata = { name: 'kept', namespace: 'dev', finalizers: ['example.com/wait'] }
    post(cluster, `${DEV}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata })
    cluster.run()
    erase(cluster, DEV)
    pass(cluster, 30_000)
    expect(troubles(cluster)).toEqual(['NamespaceContentRemaining', 'NamespaceFinalizersRemaining'])
    expect(dev(cluster).status.conditions!.find((c) => c.type === 'NamespaceFinalizersRemaining')!.message).toBe(
      'Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances',
    )
    merge(cluster, `${DEV}/configmaps/kept`, { metadata: { finalizers: null } })
    pass(cluster, 60_000)
    expect(get(cluster, DEV).status).toBe(404)
  })

  it('does not tell of what is left while Pods are', () => {
    const cluster = withNamespace()
    post(cluster, `${DEV}/pods`, aPod('kept', {}, { namespace: 'dev', finalizers: ['example.com/wait'] }))
    post(cluster, `${DEV}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'dev' } })
    cluster.run()
    erase(cluster, DEV)
    pass(cluster, 60_000)
    expect(cluster.history.list('/registry/configmaps/dev/', cluster.history.revision).map(({ key }) => key)).toContain(
      '/registry/configmaps/dev/a',
    )
    expect(dev(cluster).status.conditions).toHaveLength(5)
    expect(troubles(cluster)).toEqual([])
  })

  it('is emptied on while another has a finalizer on it', () => {
    const cluster = withNamespace()
    const { metadata, spec } = dev(cluster)
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: [...spec.finalizers!, 'example.com/team'] } }
    ask(cluster, admin, { method: 'PUT', path: `${DEV}/finalize`, body: body as unknown as JsonObject })
    erase(cluster, DEV)
    pass(cluster, 20_000)
    expect(dev(cluster).spec.finalizers).toEqual(['example.com/team'])
    const reads = () => [...cluster.trace.allRequests()].filter(({ http }) => http.method === 'DELETE' && http.path === `${DEV}/configmaps`)
    const before = reads().length
    merge(cluster, DEV, { metadata: { labels: { touched: 'yes' } } })
    pass(cluster, 20_000)
    expect(reads().length).toBeGreaterThan(before)
  })

  it('stays while what is in it cannot be deleted, and says why', () => {
    const cluster = withNamespace()
    const etcd = { kind: 'stopped', part: 'etcd' } as const
    post(cluster, `${DEV}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'dev' } })
    erase(cluster, DEV)
    pass(cluster, 5_080)
    cluster.inject(etcd)
    pass(cluster, 12_000)
    cluster.repair(etcd)
    cluster.run({ for: 60_000, throughIdle: true, until: () => troubles(cluster).length > 0 })
    expect(dev(cluster).status.conditions!.find((c) => c.type === 'NamespaceDeletionContentFailure')!.message).toMatch(
      /^Failed to delete all resource types, \d+ remaining: .*connection refused/,
    )
    pass(cluster, 60_000)
    expect(get(cluster, DEV).status).toBe(404)
    expect(cluster.history.list('/registry/configmaps/dev/', cluster.history.revision)).toEqual([])
  })
})
