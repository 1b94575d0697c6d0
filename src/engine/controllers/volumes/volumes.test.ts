import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'
import { allowOnly, askedBy, eventsAbout, pass } from '../../testing/workloads'

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

  it('wait for the driver that does the work of a provisioner that was built in', () => {
    const cluster = aWholeCluster(1)
    aClass(cluster, 'gp2', 'kubernetes.io/aws-ebs', {})
    post(cluster, CLAIMS, aClaim({ storageClassName: 'gp2' }))
    pass(cluster, 2000)
    const provisioner = 'ebs.csi.aws.com'
    expect(at(cluster, `${CLAIMS}/c`).metadata.annotations).toMatchObject({ 'volume.kubernetes.io/storage-provisioner': provisioner })
    expect(eventsAbout(cluster, 'PersistentVolumeClaim')[0]).toContain(`by the external provisioner '${provisioner}'`)
  })

  it('say so where their provisioner cannot be written down, and try again later', () => {
    const cluster = aWholeCluster(1)
    aClass(cluster, 'fast', 'csi.example.com', {})
    const rule = { apiGroups: [''], operations: ['UPDATE'], resources: ['persistentvolumeclaims'] }
    allowOnly(cluster, rule, "!('volume.kubernetes.io/storage-provisioner' in object.metadata.?annotations.orValue({}))")
    post(cluster, CLAIMS, aClaim({ storageClassName: 'fast' }))
    pass(cluster, 29_000)
    const asked = askedBy(cluster, 'persistent-volume-binder')
    expect(asked.filter((line) => line === `PUT ${CLAIMS}/c`).length).toBeLessThan(4)
    expect(eventsAbout(cluster, 'PersistentVolumeClaim')[0]).toContain('ProvisioningFailed: Error saving claim: ')
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

  it('go by what they were written last while their watch is silent', () => {
    const cluster = aWholeCluster(1)
    post(cluster, VOLUMES, aVolume('v', '3Gi'))
    cluster.run()
    cluster.inject({ kind: 'watch', client: 'kube-controller-manager', of: VOLUMES })
    post(cluster, CLAIMS, aClaim())
    cluster.run({ for: 5000, throughIdle: true })
    post(cluster, CLAIMS, { ...aClaim(), metadata: { name: 'd', namespace: 'default' } })
    cluster.run({ for: 60_000, throughIdle: true })
    expect(at(cluster, `${CLAIMS}/c`).status.phase).toBe('Bound')
    const refused = [...cluster.trace.allRequests()].filter(
      ({ http, response }) => http.path.startsWith(VOLUMES) && response?.status === 409,
    )
    expect(refused).toEqual([])
  })

  it('try again and again to be bound to a volume that the controller chose and another has', () => {
    const cluster = aWholeCluster(1)
    post(cluster, VOLUMES, aVolume('taken', '9Gi', { claimRef: { namespace: 'default', name: 'other' } }))
    const annotations = { 'pv.kubernetes.io/bound-by-controller': 'yes' }
    post(cluster, CLAIMS, { ...aClaim({ volumeName: 'taken' }), metadata: { name: 'c', annotations } })
    pass(cluster, 3000)
    const { items } = get(cluster, '/api/v1/namespaces/default/events').body as { items: JsonObject[] }
    expect(items.find(({ reason }) => reason === 'FailedBinding')!.count).toBeGreaterThan(5)
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
    const asked = askedBy(cluster, 'persistent-volume-binder').filter((line) => line.endsWith(`${VOLUMES}/a`))
    expect(asked.slice(-3)).toEqual([`GET ${VOLUMES}/a`, `GET ${VOLUMES}/a`, `DELETE ${VOLUMES}/a`])
  })

  it('are let go where the controller has made them, and cannot be recycled without a plugin', () => {
    const cluster = aWholeCluster(1)
    const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } }
    const made = { ...aVolume('a', '3Gi', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/tmp/a' } }) }
    post(cluster, VOLUMES, { ...made, metadata: { name: 'a', finalizers: ['kubernetes.io/pv-controller'] } })
    const { hostPath: _none, ...spec } = aVolume('b', '3Gi', { persistentVolumeReclaimPolicy: 'Recycle' }).spec as JsonObject
    post(cluster, VOLUMES, { ...made, metadata: { name: 'b' }, spec: { ...spec, local: { path: '/mnt' }, nodeAffinity } })
    for (const name of ['a', 'b']) {
      post(cluster, CLAIMS, { ...aClaim({ volumeName: name }), metadata: { name, namespace: 'default' } })
      cluster.run()
      remove(cluster, `${CLAIMS}/${name}`)
    }
    expect(get(cluster, `${VOLUMES}/a`).status).toBe(404)
    const message = 'No recycler plugin found for the volume!'
    expect(at(cluster, `${VOLUMES}/b`).status).toMatchObject({ phase: 'Failed', message })
    expect(eventsAbout(cluster, 'PersistentVolume')).toEqual([`VolumeFailedRecycle: ${message}`])
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
