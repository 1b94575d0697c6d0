import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'

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

  it('stay while a Pod uses them', () => {
    const cluster = aWholeCluster(1)
    post(cluster, CLAIMS, aClaim())
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }]
    post(cluster, PODS, aPod('user', { nodeName: 'worker-1', volumes, terminationGracePeriodSeconds: 1 }))
    cluster.run()
    remove(cluster, `${CLAIMS}/c`)
    expect(at(cluster, `${CLAIMS}/c`).metadata.deletionTimestamp).toBeDefined()
    remove(cluster, `${PODS}/user`)
    expect(get(cluster, `${CLAIMS}/c`).status).toBe(404)
  })
})
