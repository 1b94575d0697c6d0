import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { post } from '../testing/ask'
import { aPod, aWholeCluster, PODS } from '../testing/builders'
import { allowOnly, aTemplate, erase, eventsAbout, merge, pass, podsOf, stored } from '../testing/workloads'
import { controllerOf } from './ownership'
import type { ReplicaSet } from './workloads'

const LABELS = { app: 'web' }
const SETS = '/apis/apps/v1/namespaces/default/replicasets'
const CONTROLLERS = '/api/v1/namespaces/default/replicationcontrollers'

const aSet = (replicas: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas, selector: { matchLabels: LABELS }, template: aTemplate(LABELS) },
})
function withSet(replicas: number): Cluster {
  const cluster = aWholeCluster(2)
  post(cluster, SETS, aSet(replicas))
  cluster.run()
  return cluster
}
const status = (cluster: Cluster) => stored<ReplicaSet>(cluster, 'replicasets')[0]!.status
const owners = (cluster: Cluster) => podsOf(cluster).map((pod) => controllerOf(pod)?.name)

describe('ReplicaSets', () => {
  it('have as many Pods as are wished for, and count them', () => {
    const cluster = withSet(3)
    expect(owners(cluster)).toEqual(['web', 'web', 'web'])
    expect(status(cluster)).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      fullyLabeledReplicas: 3,
      observedGeneration: 1,
    })
    merge(cluster, `${SETS}/web`, { spec: { replicas: 1 } })
    cluster.run()
    expect([owners(cluster), status(cluster).replicas]).toEqual([['web'], 1])
  })

  it('make another Pod when one is deleted', () => {
    const cluster = withSet(2)
    const gone = podsOf(cluster)[0]!.metadata.name!
    erase(cluster, `${PODS}/${gone}`)
    cluster.run()
    expect(podsOf(cluster).map(({ metadata }) => metadata.name)).not.toContain(gone)
    expect(owners(cluster)).toEqual(['web', 'web'])
  })

  it('say nothing of Pods that cannot be made because the namespace goes', () => {
    const cluster = aWholeCluster(1)
    post(cluster, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } })
    cluster.run()
    post(cluster, SETS.replace('default', 'team'), { ...aSet(3), metadata: { name: 'web', namespace: 'team' } })
    cluster.run()
    erase(cluster, '/api/v1/namespaces/team')
    const conditions = new Set<string>()
    cluster.run({
      until: ({ history }) => {
        const set = history.get('/registry/replicasets/team/web', history.revision)?.value as ReplicaSet | undefined
        for (const { reason = '' } of set?.status.conditions ?? []) conditions.add(reason)
        return false
      },
    })
    const refused = [...cluster.trace.allRequests()].filter(
      ({ http, response }) => http.method === 'POST' && http.path === '/api/v1/namespaces/team/pods' && response?.status === 403,
    )
    expect([refused.length, [...conditions]]).toEqual([1, []])
  })

  it('adopt a Pod that nobody controls, and make one less', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('orphan', {}, { labels: LABELS }))
    cluster.run()
    post(cluster, SETS, aSet(2))
    cluster.run()
    expect(podsOf(cluster).find(({ metadata }) => metadata.name === 'orphan')!.metadata.ownerReferences).toMatchObject([
      { kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true },
    ])
    expect(podsOf(cluster)).toHaveLength(2)
  })

  it('let go of a Pod whose labels they no longer select, and make another', () => {
    const cluster = withSet(1)
    const { name } = podsOf(cluster)[0]!.metadata
    merge(cluster, `${PODS}/${name}`, { metadata: { labels: { app: 'other' } } })
    cluster.run()
    expect(owners(cluster).sort()).toEqual(['web', undefined])
  })

  it('take the youngest Pod, and not one of two on a node, where nothing controls them', () => {
    const cluster = aWholeCluster(2)
    const cordon = (unschedulable: boolean) => merge(cluster, '/api/v1/nodes/worker-2', { spec: { unschedulable } })
    cordon(true)
    post(cluster, SETS, aSet(2))
    cluster.run()
    pass(cluster, 600_000)
    cordon(false)
    merge(cluster, `${SETS}/web`, { spec: { replicas: 3 } })
    cluster.run()
    expect(podsOf(cluster).map(({ spec }) => spec.nodeName)).toContain('worker-2')
    merge(cluster, `${SETS}/web`, { spec: { replicas: 2 } })
    cluster.run()
    expect(podsOf(cluster).map(({ spec }) => spec.nodeName)).toEqual(['worker-1', 'worker-1'])
  })

  it('say in a condition why a Pod could not be deleted', () => {
    const cluster = withSet(2)
    allowOnly(cluster, { apiGroups: [''], operations: ['DELETE'], resources: ['pods'] }, 'false')
    merge(cluster, `${SETS}/web`, { spec: { replicas: 1 } })
    cluster.run()
    const [condition] = status(cluster).conditions!
    expect([condition!.reason, condition!.message]).toEqual([
      'FailedDelete',
      expect.stringMatching(/^unable to delete pods: pods "web-\w+" is forbidden: .* denied request: failed expression: false$/),
    ])
    expect(eventsAbout(cluster, 'ReplicaSet').some((said) => said.startsWith('FailedDelete: Error deleting: pods "web-'))).toBe(true)
  })

  it('say in a condition why a Pod could not be made, until one can', () => {
    const cluster = aWholeCluster(1)
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { pods: '1' } } }
    post(cluster, '/api/v1/namespaces/default/resourcequotas', quota)
    cluster.run()
    post(cluster, SETS, aSet(2))
    cluster.run()
    expect(status(cluster).conditions).toMatchObject([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }])
    expect(eventsAbout(cluster, 'ReplicaSet').some((event) => event.startsWith('FailedCreate: Error creating: pods "web-'))).toBe(true)
    merge(cluster, `${SETS}/web`, { spec: { replicas: 1 } })
    cluster.run()
    expect([podsOf(cluster).length, status(cluster).conditions]).toEqual([1, undefined])
  })
})

describe('ReplicationControllers', () => {
  it('do the same with a selector of the older form, and do not count those that are ending', () => {
    const cluster = aWholeCluster(1)
    const spec = { replicas: 2, selector: LABELS, template: aTemplate(LABELS) }
    post(cluster, CONTROLLERS, { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'old', namespace: 'default' }, spec })
    cluster.run()
    expect(owners(cluster)).toEqual(['old', 'old'])
    const { status: counted } = stored<ReplicaSet>(cluster, 'controllers')[0]!
    expect(counted).toMatchObject({ replicas: 2, readyReplicas: 2 })
    expect(counted).not.toHaveProperty('terminatingReplicas')
  })
})
