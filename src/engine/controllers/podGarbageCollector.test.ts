import { describe, expect, it } from 'vitest'
import { post } from '../testing/ask'
import { aPod, aWholeCluster, PODS } from '../testing/builders'
import { askedBy, allowOnly, erase, merge, pass, podsOf } from '../testing/workloads'

describe('the garbage collector of Pods', () => {
  it('deletes Pods of a node that is gone, after making sure, and says why', () => {
    const cluster = aWholeCluster(2)
    post(cluster, PODS, aPod('web', { nodeName: 'worker-1' }))
    cluster.run()
    cluster.stop('worker-1')
    erase(cluster, '/api/v1/nodes/worker-1')
    pass(cluster, 35_000)
    expect(podsOf(cluster)).toHaveLength(1)
    let said: unknown
    cluster.run({
      for: 60_000,
      throughIdle: true,
      until: (c) => {
        said = podsOf(c)[0]?.status.conditions?.find(({ type }) => type === 'DisruptionTarget') ?? said
        return false
      },
    })
    expect(said).toMatchObject({ reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' })
    expect(podsOf(cluster)).toEqual([])
  })

  it('asks for such a node every 40 s while its Pods are there', () => {
    const cluster = aWholeCluster(2)
    post(cluster, PODS, aPod('web', { nodeName: 'worker-1' }))
    cluster.run()
    allowOnly(cluster, { apiGroups: [''], operations: ['DELETE'], resources: ['pods'] }, 'false')
    cluster.stop('worker-1')
    erase(cluster, '/api/v1/nodes/worker-1')
    pass(cluster, 150_000)
    const asked = askedBy(cluster, 'pod-garbage-collector')
    expect(asked.filter((line) => line === 'GET /api/v1/nodes/worker-1').length).toBe(3)
    expect(asked.filter((line) => line.startsWith('DELETE')).length).toBe(3)
  })

  it('deletes a Pod that is ending on a node said to be out of service', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('web', { nodeName: 'worker-1' }))
    cluster.run()
    cluster.stop('worker-1')
    erase(cluster, `${PODS}/web`)
    pass(cluster, 60_000)
    expect(podsOf(cluster)).toHaveLength(1)
    merge(cluster, '/api/v1/nodes/worker-1/status', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } })
    merge(cluster, '/api/v1/nodes/worker-1', { spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] } })
    pass(cluster, 25_000)
    expect(podsOf(cluster)).toEqual([])
  })
})
