import { describe, it, expect } from 'vitest'
import type { Cluster } from '../cluster/types'
import { admin, aPod, aWholeCluster, PODS } from '../testing/builders'
import { ask, get, post } from '../testing/ask'
import { allowOnly, askedBy, erase, eventsAbout, merge, podsOf } from '../testing/workloads'

const taint = (cluster: Cluster, taints: readonly unknown[] | null) =>
  ask(cluster, admin, {
    method: 'PATCH',
    path: '/api/v1/nodes/worker-1',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { taints } }),
  })
const TAINT = { key: 'maintenance', effect: 'NoExecute' }
const tolerating = (tolerationSeconds?: number | bigint) => ({
  nodeName: 'worker-1',
  terminationGracePeriodSeconds: 1,
  tolerations: [
    { key: 'maintenance', operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) },
  ],
})
const pass = (cluster: Cluster, time: number) => void cluster.run({ for: time, throughIdle: true })
const status = (cluster: Cluster, name: string) => get(cluster, `${PODS}/${name}`).status

describe('taint eviction', () => {
  it('a Pod goes when its shortest toleration is over, one that tolerates for ever stays', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('short', tolerating(20)))
    post(cluster, PODS, aPod('ever', tolerating()))
    cluster.run()
    taint(cluster, [TAINT])
    pass(cluster, 19_000)
    expect(status(cluster, 'short')).toBe(200)
    pass(cluster, 5000)
    expect([status(cluster, 'short'), status(cluster, 'ever')]).toEqual([404, 200])
  })

  it('the taint is taken away in time: nobody goes', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('short', tolerating(20)))
    cluster.run()
    taint(cluster, [TAINT])
    pass(cluster, 10_000)
    taint(cluster, null)
    pass(cluster, 30_000)
    expect(status(cluster, 'short')).toBe(200)
  })

  it('a time that is set stays when more taints come', () => {
    const cluster = aWholeCluster(1)
    const more = { key: 'fire', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }
    const spec = tolerating(20)
    post(cluster, PODS, aPod('short', { ...spec, tolerations: [...spec.tolerations, more] }))
    cluster.run()
    taint(cluster, [TAINT])
    pass(cluster, 1000)
    taint(cluster, [TAINT, { key: 'fire', effect: 'NoExecute' }])
    pass(cluster, 17_000)
    expect(status(cluster, 'short')).toBe(200)
    pass(cluster, 6000)
    expect(status(cluster, 'short')).toBe(404)
  })

  it('a Pod that cannot be deleted is let be after five tries', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('short', tolerating(5)))
    cluster.run()
    allowOnly(cluster, { apiGroups: [''], operations: ['DELETE'], resources: ['pods'] }, 'false')
    taint(cluster, [TAINT])
    pass(cluster, 60_000)
    expect(askedBy(cluster, 'node-controller').filter((line) => line === `DELETE ${PODS}/short`)).toHaveLength(5)
    expect(status(cluster, 'short')).toBe(200)
  })

  it('a Pod that ends already is not deleted again at each change of it, and its condition gives the last reason', () => {
    const cluster = aWholeCluster(1)
    const spec = { nodeName: 'worker-1', terminationGracePeriodSeconds: 20 }
    post(cluster, PODS, aPod('stays', spec, { finalizers: ['example.com/hold'] }))
    cluster.run()
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'Mine', message: 'mine' }
    merge(cluster, `${PODS}/stays/status`, { status: { conditions: [condition] } })
    taint(cluster, [TAINT])
    pass(cluster, 60_000)
    merge(cluster, `${PODS}/stays`, { metadata: { labels: { looked: 'at' } } })
    pass(cluster, 10_000)
    expect(askedBy(cluster, 'node-controller').filter((line) => line === `DELETE ${PODS}/stays`)).toHaveLength(1)
    const target = podsOf(cluster)[0]!.status.conditions!.find(({ type }) => type === 'DisruptionTarget')
    expect(target).toMatchObject({ reason: 'DeletionByTaintManager' })
  })

  it('a Pod that goes before its time is said to be deleted no more', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('short', tolerating(20)))
    cluster.run()
    taint(cluster, [TAINT])
    pass(cluster, 1000)
    erase(cluster, `${PODS}/short`)
    pass(cluster, 5000)
    expect(eventsAbout(cluster, 'Pod')).toContain('TaintManagerEviction: Cancelling deletion of Pod default/short')
  })
})
