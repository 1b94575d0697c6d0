import { describe, expect, it } from 'vitest'
import type { Quota } from '../api/kinds/resourcequota/usage'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { post } from '../testing/ask'
import { aPod, aWholeCluster, PODS } from '../testing/builders'
import { erase, merge, pass, stored } from '../testing/workloads'

const QUOTAS = '/api/v1/namespaces/default/resourcequotas'
const SERVICES = '/api/v1/namespaces/default/services'
const aQuota = (name: string, hard: Readonly<Record<string, string>>, more: JsonObject = {}) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name },
  spec: { hard, ...more },
})
const used = (cluster: Cluster, name = 'q') => stored<Quota>(cluster, 'resourcequotas').find((q) => q.metadata.name === name)?.status?.used

const WIDGETS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}
const widget = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name } })

describe('quotas', () => {
  it('count objects of custom kinds, once the kind is there, and refuse one too many', () => {
    const cluster = aWholeCluster(0)
    post(cluster, QUOTAS, aQuota('q', { 'count/widgets.example.com': '1', 'count/gadgets.example.com': '1' }))
    pass(cluster, 2000)
    expect(used(cluster)).toBeUndefined()
    post(cluster, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', WIDGETS)
    pass(cluster, 5000)
    expect(used(cluster)).toEqual({ 'count/widgets.example.com': '0' })
    const collection = '/apis/example.com/v1/namespaces/default/widgets'
    expect(post(cluster, collection, widget('a')).status).toBe(201)
    const second = post(cluster, collection, widget('b'))
    expect(second).toMatchObject({
      status: 403,
      body: {
        message:
          'widgets.example.com "b" is forbidden: exceeded quota: q, requested: count/widgets.example.com=1, used: count/widgets.example.com=1, limited: count/widgets.example.com=1',
      },
    })
    erase(cluster, `${collection}/a`)
    pass(cluster, 2000)
    expect(used(cluster)).toEqual({ 'count/widgets.example.com': '0' })
  })

  it('count Pods by scope, with extended resources and local storage', () => {
    const cluster = aWholeCluster(0)
    post(cluster, QUOTAS, aQuota('ending', { pods: '5' }, { scopes: ['Terminating'] }))
    post(cluster, QUOTAS, aQuota('best', { pods: '5' }, { scopes: ['BestEffort'] }))
    post(cluster, QUOTAS, aQuota('all', { 'requests.example.com/gpu': '4', 'limits.ephemeral-storage': '2Gi', 'count/pods': '9' }))
    const amounts = { 'example.com/gpu': '2', 'ephemeral-storage': '1Gi', memory: '1Gi' }
    pass(cluster, 2000)
    post(cluster, PODS, aPod('plain', { activeDeadlineSeconds: 60 }))
    const resources = { requests: amounts, limits: amounts }
    post(cluster, PODS, aPod('rich', { containers: [{ name: 'c', image: 'i', resources }] }))
    pass(cluster, 2000)
    expect(used(cluster, 'ending')).toEqual({ pods: '1' })
    expect(used(cluster, 'best')).toEqual({ pods: '1' })
    // A Pod that asks for no local storage is not made to by this quota.
    expect(used(cluster, 'all')).toEqual({ 'requests.example.com/gpu': '2', 'limits.ephemeral-storage': '1Gi', 'count/pods': '2' })
  })

  it('count no Pod that should be gone by now, because its node is lost', () => {
    const cluster = aWholeCluster(1)
    post(cluster, QUOTAS, aQuota('q', { pods: '5', 'count/pods': '5' }))
    post(cluster, PODS, aPod('lost', { terminationGracePeriodSeconds: 30 }))
    cluster.run()
    cluster.inject({ kind: 'nodeDown', node: 'worker-1' })
    erase(cluster, `${PODS}/lost`)
    pass(cluster, 50_000)
    expect(used(cluster)).toEqual({ pods: '1', 'count/pods': '1' })
    pass(cluster, 5 * 60_000)
    expect(used(cluster)).toEqual({ pods: '0', 'count/pods': '1' })
  })

  it('give back what a Service no longer takes', () => {
    const cluster = aWholeCluster(0)
    post(cluster, QUOTAS, aQuota('q', { 'services.nodeports': '2', services: '3' }))
    pass(cluster, 2000)
    const spec = { type: 'NodePort', ports: [{ port: 80 }] }
    post(cluster, SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec })
    pass(cluster, 2000)
    expect(used(cluster)).toEqual({ 'services.nodeports': '1', services: '2' })
    merge(cluster, `${SERVICES}/s`, { spec: { type: 'ClusterIP', ports: [{ port: 80, nodePort: null }] } })
    pass(cluster, 2000)
    expect(used(cluster)).toEqual({ 'services.nodeports': '0', services: '2' })
  })

  it('are counted anew after each change of a claim, and only those that count the kind', () => {
    const cluster = aWholeCluster(0)
    const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims'
    post(cluster, QUOTAS, aQuota('claims', { persistentvolumeclaims: '5' }))
    post(cluster, QUOTAS, aQuota('pods', { pods: '5' }))
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    post(cluster, CLAIMS, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec })
    pass(cluster, 2000)
    merge(cluster, `${QUOTAS}/claims/status`, { status: { used: { persistentvolumeclaims: '4' } } })
    merge(cluster, `${QUOTAS}/pods/status`, { status: { used: { pods: '4' } } })
    merge(cluster, `${CLAIMS}/c`, { metadata: { labels: { looked: 'at' } } })
    pass(cluster, 2000)
    expect([used(cluster, 'claims'), used(cluster, 'pods')]).toEqual([{ persistentvolumeclaims: '1' }, { pods: '4' }])
  })

  it('count claims by their class of attributes, and Pods whose affinity looks into other namespaces', () => {
    const cluster = aWholeCluster(0)
    const of = (scopeName: string, more: JsonObject) => ({ scopeSelector: { matchExpressions: [{ scopeName, ...more }] } })
    const fast = of('VolumeAttributesClass', { operator: 'In', values: ['fast'] })
    const abroad = of('CrossNamespacePodAffinity', { operator: 'Exists' })
    post(cluster, QUOTAS, aQuota('fast', { persistentvolumeclaims: '5', 'requests.storage': '9Gi' }, fast))
    post(cluster, QUOTAS, aQuota('abroad', { pods: '5' }, abroad))
    pass(cluster, 2000)
    for (const [name, volumeAttributesClassName] of [
      ['a', 'fast'],
      ['b', 'slow'],
    ] as const) {
      const spec = { accessModes: ['ReadWriteOnce'], volumeAttributesClassName, resources: { requests: { storage: '1Gi' } } }
      const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec }
      post(cluster, '/api/v1/namespaces/default/persistentvolumeclaims', claim)
    }
    const near = (labelSelector: JsonObject, more: JsonObject = {}) => ({
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector, ...more }],
        },
      },
    })
    post(cluster, PODS, aPod('here', near({ matchLabels: { namespace: 'x' } })))
    post(cluster, PODS, aPod('there', near({ matchLabels: { app: 'x' } }, { namespaces: ['other'] })))
    pass(cluster, 2000)
    expect([used(cluster, 'fast'), used(cluster, 'abroad')]).toEqual([
      { persistentvolumeclaims: '1', 'requests.storage': '1Gi' },
      { pods: '1' },
    ])
  })

  it('count of a claim the class that an annotation names, and what is set aside for it already', () => {
    const cluster = aWholeCluster(0)
    const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims'
    post(cluster, QUOTAS, aQuota('q', { 'requests.storage': '9Gi', 'old.storageclass.storage.k8s.io/persistentvolumeclaims': '2' }))
    pass(cluster, 2000)
    const metadata = { name: 'c', annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' } }
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    post(cluster, CLAIMS, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec })
    merge(cluster, `${CLAIMS}/c/status`, { status: { allocatedResources: { storage: '3Gi' } } })
    pass(cluster, 2000)
    expect(used(cluster)).toEqual({ 'requests.storage': '3Gi', 'old.storageclass.storage.k8s.io/persistentvolumeclaims': '1' })
  })
})
