import { describe, expect, it } from 'vitest'
import { post } from '../testing/ask'
import { aPod, aWholeCluster, PODS } from '../testing/builders'
import { erase, podsOf, stored } from '../testing/workloads'

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
})
