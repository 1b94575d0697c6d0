import { describe, expect, it } from 'vitest'
import { post } from '../../testing/ask'
import { aPod, aWholeCluster, PODS } from '../../testing/builders'
import { allowOnly, askedBy, erase, podsOf, stored } from '../../testing/workloads'
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolume/persistentVolumes'

const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims'

describe('the protection of claims', () => {
  it('keeps a claim that a Pod uses until the Pod is gone', () => {
    const cluster = aWholeCluster(1)
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    for (const name of ['used', 'idle'])
      post(cluster, CLAIMS, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec })
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'used' } }]
    post(cluster, PODS, aPod('web', { nodeName: 'worker-1', terminationGracePeriodSeconds: 1, volumes }))
    cluster.run()
    for (const name of ['used', 'idle']) erase(cluster, `${CLAIMS}/${name}`)
    cluster.run()
    expect(
      stored(cluster, 'persistentvolumeclaims').map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined]),
    ).toEqual([['used', true]])
    erase(cluster, `${PODS}/web`)
    cluster.run()
    expect([podsOf(cluster), stored(cluster, 'persistentvolumeclaims')]).toEqual([[], []])
  })

  it('is tried again at once where it was refused', () => {
    const cluster = aWholeCluster(1)
    const rule = { apiGroups: [''], operations: ['UPDATE'], resources: ['persistentvolumeclaims'] }
    allowOnly(cluster, rule, "'kubernetes.io/pvc-protection' in object.metadata.?finalizers.orValue([])")
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    post(cluster, CLAIMS, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'held' }, spec })
    cluster.run()
    erase(cluster, `${CLAIMS}/held`)
    cluster.run({ for: 1000, throughIdle: true })
    expect(askedBy(cluster, 'pvc-protection-controller').filter((line) => line === `PUT ${CLAIMS}/held`).length).toBeGreaterThan(4)
  })

  it('says of a bound claim whether a Pod names it', () => {
    const cluster = aWholeCluster(1)
    const spec = { accessModes: ['ReadWriteOnce'] }
    const disk = { ...spec, capacity: { storage: '1Gi' }, hostPath: { path: '/d' } }
    post(cluster, '/api/v1/persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk' }, spec: disk })
    const claim = { ...spec, resources: { requests: { storage: '1Gi' } } }
    post(cluster, CLAIMS, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: claim })
    const unused = () => {
      cluster.run({ for: 20_000, throughIdle: true })
      return stored<PersistentVolumeClaim>(cluster, 'persistentvolumeclaims')[0]?.status?.conditions
    }
    expect(unused()).toMatchObject([{ type: 'Unused', status: 'True', reason: 'NoPodsUsingPVC' }])
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }]
    post(cluster, PODS, aPod('web', { terminationGracePeriodSeconds: 1, volumes }))
    expect(unused()).toMatchObject([{ type: 'Unused', status: 'False', reason: 'PodUsingPVC' }])
    erase(cluster, `${PODS}/web`)
    expect(unused()).toMatchObject([{ type: 'Unused', status: 'True', message: 'No pods are currently referencing this PVC' }])
  })
})
