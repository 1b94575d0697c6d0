import { describe, it, expect } from 'vitest'
import type { ApiObject } from '../../api/object'
import type { Cluster } from '../../cluster/types'
import { aCluster, aConfigMap, admin, CONFIG_MAPS } from '../../testing/builders'
import { ask, get, post } from '../../testing/ask'
import { askedBy, merge } from '../../testing/workloads'

const SECRETS = '/api/v1/namespaces/default/secrets'

const withController = () => aCluster({ controllerManager: true })

/** Creates a ConfigMap that `owners` own. */
function owned(cluster: Cluster, name: string, owners: readonly ApiObject[], blockOwnerDeletion = false): ApiObject {
  const map = aConfigMap(name)
  const ownerReferences = owners.map(({ metadata }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: metadata.name!,
    uid: metadata.uid!,
    blockOwnerDeletion,
  }))
  return post(cluster, CONFIG_MAPS, { ...map, metadata: { ...map.metadata, ownerReferences } }).body as unknown as ApiObject
}
const destroy = (cluster: Cluster, name: string, propagationPolicy: string) =>
  ask(cluster, admin, {
    method: 'DELETE',
    path: `${CONFIG_MAPS}/${name}`,
    body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy },
  })
const found = (cluster: Cluster, name: string) => get(cluster, `${CONFIG_MAPS}/${name}`)

describe('garbage collector', () => {
  it('background: what the deleted owner owned goes after it, down the tree', () => {
    const cluster = withController()
    const owner = owned(cluster, 'owner', [])
    owned(cluster, 'leaf', [owned(cluster, 'child', [owner])])
    destroy(cluster, 'owner', 'Background')
    cluster.run()
    expect(['owner', 'child', 'leaf'].map((name) => found(cluster, name).status)).toEqual([404, 404, 404])
  })

  it('foreground: the owner stays until a dependent that blocks it is gone', () => {
    const cluster = withController()
    const owner = owned(cluster, 'owner', [])
    const child = owned(cluster, 'child', [owner], true)
    merge(cluster, `${CONFIG_MAPS}/child`, { metadata: { finalizers: ['example.com/wait'], uid: child.metadata.uid } })
    destroy(cluster, 'owner', 'Foreground')
    cluster.run()
    expect((found(cluster, 'owner').body as unknown as ApiObject).metadata.finalizers).toEqual(['foregroundDeletion'])
    expect((found(cluster, 'child').body as unknown as ApiObject).metadata.deletionTimestamp).toBeDefined()
    merge(cluster, `${CONFIG_MAPS}/child`, { metadata: { finalizers: null } })
    cluster.run()
    expect(['owner', 'child'].map((name) => found(cluster, name).status)).toEqual([404, 404])
  })

  it('foreground, of two that own each other: neither waits for the other for ever', () => {
    const cluster = withController()
    const one = owned(cluster, 'one', [])
    const two = owned(cluster, 'two', [one], true)
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'two', uid: two.metadata.uid!, blockOwnerDeletion: true }]
    merge(cluster, `${CONFIG_MAPS}/one`, { metadata: { ownerReferences } })
    destroy(cluster, 'one', 'Foreground')
    cluster.run()
    expect(['one', 'two'].map((name) => found(cluster, name).status)).toEqual([404, 404])
  })

  it('orphan: dependents stay and are owned no more', () => {
    const cluster = withController()
    owned(cluster, 'child', [owned(cluster, 'owner', [])])
    destroy(cluster, 'owner', 'Orphan')
    cluster.run()
    expect(found(cluster, 'owner').status).toBe(404)
    expect((found(cluster, 'child').body as unknown as ApiObject).metadata.ownerReferences).toBeUndefined()
  })

  it('an owner that never was: the dependent goes', () => {
    const cluster = withController()
    const ghost = { metadata: { name: 'ghost', uid: '11111111-1111-4111-8111-111111111111' } } as unknown as ApiObject
    owned(cluster, 'child', [ghost])
    cluster.run()
    expect(found(cluster, 'child').status).toBe(404)
  })

  it('an owner of a kind that is not served keeps the dependent until the kind is, and the owner is not', () => {
    const cluster = withController()
    const ownerReferences = [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'ghost', uid: '11111111-1111-4111-8111-111111111111' }]
    post(cluster, CONFIG_MAPS, { ...aConfigMap('child'), metadata: { name: 'child', namespace: 'default', ownerReferences } })
    cluster.run({ for: 20_000, throughIdle: true })
    expect(found(cluster, 'child').status).toBe(200)
    post(cluster, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    })
    cluster.run({ for: 60_000, throughIdle: true })
    expect(found(cluster, 'child').status).toBe(404)
  })

  it('looks at an owner that a dependent has let go of', () => {
    const cluster = withController()
    owned(cluster, 'child', [owned(cluster, 'owner', [])], true)
    cluster.run()
    merge(cluster, `${CONFIG_MAPS}/child`, { metadata: { ownerReferences: null } })
    cluster.run()
    expect(askedBy(cluster, 'generic-garbage-collector').at(-1)).toBe(`GET ${CONFIG_MAPS}/owner`)
  })

  it.each(['the owner', 'the dependent'])(
    'an owner in another namespace: the dependent goes, with a word, whichever is heard of first (%s)',
    (first) => {
      const cluster = withController()
      post(cluster, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a-team' } })
      cluster.run()
      const { metadata } = owned(cluster, 'owner', [])
      cluster.run()
      // In its first list what is in a-team comes before what is in default.
      if (first === 'the dependent') cluster.stop('kube-controller-manager')
      const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: metadata.uid! }
      const elsewhere = '/api/v1/namespaces/a-team/configmaps'
      const child = { ...aConfigMap('child'), metadata: { name: 'child', namespace: 'a-team', ownerReferences: [reference] } }
      post(cluster, elsewhere, child)
      if (first === 'the dependent') cluster.restart('kube-controller-manager')
      cluster.run({ for: 60_000, throughIdle: true })
      expect([found(cluster, 'owner').status, get(cluster, `${elsewhere}/child`).status]).toEqual([200, 404])
      const events = cluster.history.list('/registry/events/a-team/', cluster.history.revision).map(({ value }) => value)
      expect(events).toMatchObject([
        {
          reason: 'OwnerRefInvalidNamespace',
          message: `ownerRef [v1/ConfigMap, namespace: a-team, name: owner, uid: ${metadata.uid}] does not exist in namespace "a-team"`,
          involvedObject: { kind: 'ConfigMap', name: 'child' },
          source: { component: 'garbage-collector-controller' },
        },
      ])
    },
  )

  it('an owner that is named wrongly is none: the dependent goes', () => {
    const cluster = withController()
    const { metadata } = owned(cluster, 'owner', [])
    owned(cluster, 'right', [{ metadata }])
    owned(cluster, 'wrong', [{ metadata: { ...metadata, name: 'other' } }])
    cluster.run()
    expect(['owner', 'right', 'wrong'].map((name) => found(cluster, name).status)).toEqual([200, 200, 404])
  })

  it('an object without a namespace cannot belong to one that has one, and stays', () => {
    const cluster = withController()
    const { metadata } = owned(cluster, 'owner', [])
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: metadata.uid! }]
    post(cluster, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', ownerReferences } })
    cluster.run()
    destroy(cluster, 'owner', 'Background')
    cluster.run()
    const { body } = get(cluster, '/api/v1/namespaces/team')
    expect((body as unknown as ApiObject).metadata).toMatchObject({ name: 'team', ownerReferences })
    expect((body as unknown as ApiObject).metadata.deletionTimestamp).toBeUndefined()
  })

  it('one owner of two is left: the dependent stays, without the other', () => {
    const cluster = withController()
    const [kept, lost] = [owned(cluster, 'kept', []), owned(cluster, 'lost', [])]
    owned(cluster, 'child', [kept, lost])
    destroy(cluster, 'lost', 'Background')
    cluster.run()
    expect((found(cluster, 'child').body as unknown as ApiObject).metadata.ownerReferences?.map((o) => o.name)).toEqual(['kept'])
  })

  it('begins when it has heard of all kinds: what it does not know yet is orphaned all the same', () => {
    const cluster = withController()
    const { metadata } = owned(cluster, 'owner', [])
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: metadata.uid! }
    post(cluster, SECRETS, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'child', ownerReferences: [reference] } })
    cluster.stop('kube-controller-manager')
    destroy(cluster, 'owner', 'Orphan')
    const before = cluster.trace.length
    cluster.restart('kube-controller-manager')
    const watches = () => [...cluster.trace.allRequests()].some((r) => r.sentAt > before && r.http.path.startsWith('/api/v1/secrets?'))
    cluster.run({ for: 60_000, throughIdle: true, until: watches })
    const silent = { kind: 'watch', client: 'kube-controller-manager', of: '/api/v1/secrets' } as const
    cluster.inject(silent)
    cluster.run({ for: 30_000, throughIdle: true })
    cluster.repair(silent)
    cluster.run({ for: 60_000, throughIdle: true })
    expect(found(cluster, 'owner').status).toBe(404)
    expect((get(cluster, `${SECRETS}/child`).body as unknown as ApiObject).metadata).toMatchObject({ name: 'child' })
    expect((get(cluster, `${SECRETS}/child`).body as unknown as ApiObject).metadata.ownerReferences).toBeUndefined()
  })
})
