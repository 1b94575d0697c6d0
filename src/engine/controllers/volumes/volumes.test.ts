import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'
import { eventsAbout, pass } from '../../testing/workloads'

const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims'
const VOLUMES = '/api/v1/persistentvolumes'
const at = (cluster: Cluster, path: string) => get(cluster, path).body as { metadata: JsonObject; spec: JsonObject; status: JsonObject }
const remove = (cluster: Cluster, path: string) => {
  ask(cluster, admin, { method: 'DELETE', path })
  cluster.run()
}
const said = (cluster: Cluster) =>
  (get(cluster, '/api/v1/namespaces/default/events').body as { items: JsonObject[] }).items
    .filter((e) => (e.involvedObject as JsonObject).kind === 'PersistentVolumeClaim')
    .map((e) => e.reason)

const aVolume = (name: string, storage: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' }, ...spec },
})
const aClaim = (spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'c', namespace: 'default' },
  spec: { storageClassName: '', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...spec },
})

const aUser = (spec: JsonObject = {}) => aPod('user', { ...spec, volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] })
const aClass = (cluster: Cluster, name: string, provisioner: string, more: JsonObject, annotations: JsonObject = {}) =>
  post(cluster, '/apis/storage.k8s.io/v1/storageclasses', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, annotations },
    provisioner,
    ...more,
  })

describe('claims and volumes', () => {
  it('bind to the smallest that is large enough, and are released with the claim', () => {
    const cluster = aWholeCluster(1)
    for (const [name, size] of [
      ['small', '1Gi'],
      ['large', '9Gi'],
      ['right', '3Gi'],
    ] as const)
      post(cluster, VOLUMES, aVolume(name, size))
    cluster.run()
    expect(at(cluster, `${VOLUMES}/right`).status.phase).toBe('Available')
    post(cluster, CLAIMS, aClaim())
    cluster.run()
    expect(at(cluster, `${CLAIMS}/c`)).toMatchObject({
      spec: { volumeName: 'right' },
      status: { phase: 'Bound', capacity: { storage: '3Gi' }, accessModes: ['ReadWriteOnce'] },
    })
    expect(at(cluster, `${VOLUMES}/right`)).toMatchObject({ spec: { claimRef: { name: 'c' } }, status: { phase: 'Bound' } })
    remove(cluster, `${CLAIMS}/c`)
    expect(at(cluster, `${VOLUMES}/right`).status.phase).toBe('Released')
    expect(at(cluster, `${VOLUMES}/large`).status.phase).toBe('Available')
  })

  it('say what they wait for', () => {
    const cluster = aWholeCluster(1)
    post(cluster, CLAIMS, aClaim())
    cluster.run()
    expect(said(cluster)).toEqual(['FailedBinding'])
    expect(at(cluster, `${CLAIMS}/c`).status.phase).toBe('Pending')
  })

  it('leave a class that waits for its first consumer to the scheduler', () => {
    const cluster = aWholeCluster(2)
    aClass(cluster, 'local', 'kubernetes.io/no-provisioner', { volumeBindingMode: 'WaitForFirstConsumer' })
    const onNode = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker-2'] }] }] }
    post(cluster, VOLUMES, aVolume('far', '3Gi', { storageClassName: 'local', nodeAffinity: { required: onNode } }))
    post(cluster, CLAIMS, aClaim({ storageClassName: 'local' }))
    cluster.run()
    expect([at(cluster, `${CLAIMS}/c`).status.phase, said(cluster)]).toEqual(['Pending', ['WaitForFirstConsumer']])
    post(cluster, PODS, aUser())
    pass(cluster, 5000)
    expect(at(cluster, `${PODS}/user`).spec.nodeName).toBe('worker-2')
    expect(at(cluster, `${CLAIMS}/c`)).toMatchObject({ spec: { volumeName: 'far' }, status: { phase: 'Bound' } })
  })

  it('wait for an external provisioner once the scheduler has chosen the node', () => {
    const cluster = aWholeCluster(1)
    aClass(cluster, 'fast', 'csi.example.com', { volumeBindingMode: 'WaitForFirstConsumer' })
    post(cluster, CLAIMS, aClaim({ storageClassName: 'fast' }))
    post(cluster, PODS, aUser())
    pass(cluster, 2000)
    expect(at(cluster, `${CLAIMS}/c`).metadata.annotations).toMatchObject({
      'volume.kubernetes.io/selected-node': 'worker-1',
      'volume.kubernetes.io/storage-provisioner': 'csi.example.com',
    })
    expect(said(cluster)).toContain('ExternalProvisioning')
  })

  it('take a default class that comes later', () => {
    const cluster = aWholeCluster(1)
    const { storageClassName: _none, ...spec } = aClaim().spec as JsonObject
    post(cluster, CLAIMS, { ...aClaim(), spec })
    cluster.run()
    aClass(cluster, 'slow', 'csi.example.com', {}, { 'storageclass.kubernetes.io/is-default-class': 'true' })
    pass(cluster, 16_000)
    expect([at(cluster, `${CLAIMS}/c`).spec.storageClassName, said(cluster)]).toEqual(['slow', ['FailedBinding', 'ExternalProvisioning']])
  })

  it('do not get a volume by its name that does not fit, or that is bound to another', () => {
    const cluster = aWholeCluster(1)
    post(cluster, VOLUMES, aVolume('small', '1Gi'))
    post(cluster, VOLUMES, aVolume('taken', '9Gi', { claimRef: { namespace: 'default', name: 'other' } }))
    post(cluster, CLAIMS, aClaim({ volumeName: 'small' }))
    post(cluster, CLAIMS, { ...aClaim({ volumeName: 'taken' }), metadata: { name: 'd', namespace: 'default' } })
    cluster.run()
    expect([...eventsAbout(cluster, 'PersistentVolumeClaim')].sort()).toEqual([
      'FailedBinding: volume "taken" already bound to a different claim.',
      'VolumeMismatch: Cannot bind to requested volume "small": requested PV is too small',
    ])
  })

  it('are deleted with their data where the policy says so and it can be done', () => {
    const cluster = aWholeCluster(1)
    for (const [name, path] of [
      ['a', '/tmp/a'],
      ['b', '/data'],
    ] as const) {
      post(cluster, VOLUMES, aVolume(name, '3Gi', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path } }))
      post(cluster, CLAIMS, { ...aClaim({ volumeName: name }), metadata: { name, namespace: 'default' } })
      cluster.run()
      remove(cluster, `${CLAIMS}/${name}`)
    }
    expect(get(cluster, `${VOLUMES}/a`).status).toBe(404)
    const message = 'host_path deleter only supports /tmp/.+ but received provided /data'
    expect(at(cluster, `${VOLUMES}/b`).status).toMatchObject({ phase: 'Failed', message })
    expect(eventsAbout(cluster, 'PersistentVolume')).toEqual([`VolumeFailedDelete: ${message}`])
  })

  it('are made for an ephemeral volume, and go with its Pod', () => {
    const cluster = aWholeCluster(1)
    post(cluster, VOLUMES, aVolume('v', '3Gi'))
    const ephemeral = { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: aClaim().spec as JsonObject } }
    post(cluster, PODS, aPod('user', { volumes: [{ name: 'scratch', ephemeral }], terminationGracePeriodSeconds: 1 }))
    cluster.run()
    expect(at(cluster, `${CLAIMS}/user-scratch`)).toMatchObject({
      metadata: { labels: { a: 'b' }, ownerReferences: [{ kind: 'Pod', name: 'user', controller: true }] },
      status: { phase: 'Bound' },
    })
    expect(at(cluster, `${PODS}/user`).status.phase).toBe('Running')
    remove(cluster, `${PODS}/user`)
    expect(get(cluster, `${CLAIMS}/user-scratch`).status).toBe(404)
  })

  it('stay while a Pod uses them', () => {
    const cluster = aWholeCluster(1)
    post(cluster, CLAIMS, aClaim())
    post(cluster, PODS, aUser({ nodeName: 'worker-1', terminationGracePeriodSeconds: 1 }))
    cluster.run()
    remove(cluster, `${CLAIMS}/c`)
    expect(at(cluster, `${CLAIMS}/c`).metadata.deletionTimestamp).toBeDefined()
    remove(cluster, `${PODS}/user`)
    expect(get(cluster, `${CLAIMS}/c`).status).toBe(404)
  })
})
