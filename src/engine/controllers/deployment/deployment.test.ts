import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'
import { allowOnly, askedBy, eventsAbout } from '../../testing/workloads'
import type { Deployment, ReplicaSet } from '../workloads'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const WEB = `${DEPLOYMENTS}/web`
const MERGE = { 'content-type': 'application/merge-patch+json' }

function aDeployment(replicas: number, spec: JsonObject = {}): JsonObject {
  const labels = { app: 'web' }
  const containers = [{ name: 'web', image: 'nginx:1.27' }]
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas, selector: { matchLabels: labels }, template, ...spec },
  }
}

const patchWeb = (cluster: Cluster, body: JsonObject) => ask(cluster, admin, { method: 'PATCH', path: WEB, headers: MERGE, body })
const withImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'web', image }] } } } })
const stored = <T>(cluster: Cluster, prefix: string) =>
  cluster.history.list(`/registry/${prefix}/default/`, cluster.history.revision).map(({ value }) => value as T)
const web = (cluster: Cluster) => stored<Deployment>(cluster, 'deployments')[0]!
const sets = (cluster: Cluster) => stored<ReplicaSet>(cluster, 'replicasets')
const podCount = (cluster: Cluster) => stored(cluster, 'pods').length

describe('Deployments', () => {
  it('roll to a new image without ever having more Pods than the surge allows or fewer available ones than promised', () => {
    const cluster = aWholeCluster(2)
    post(cluster, DEPLOYMENTS, aDeployment(4, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }))
    cluster.run()
    patchWeb(cluster, withImage('nginx:1.28'))
    const alive: number[] = []
    const available: number[] = []
    cluster.run({
      until: (c) => {
        const ready = stored<{ metadata: JsonObject; status: { phase?: string; conditions?: readonly JsonObject[] } }>(c, 'pods').filter(
          ({ metadata, status }) => !metadata.deletionTimestamp && status.phase !== 'Succeeded',
        )
        alive.push(ready.length)
        available.push(ready.filter(({ status }) => status.conditions?.some((k) => k.type === 'Ready' && k.status === 'True')).length)
        return false
      },
    })
    expect(Math.max(...alive)).toBe(5)
    expect(Math.min(...available)).toBe(3)
    expect(web(cluster).status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 })
    expect(sets(cluster).map((s) => s.spec.replicas)).toEqual(expect.arrayContaining([0, 4]))
  })

  it('go back to an old template under a new revision, and remember which one it was', () => {
    const cluster = aWholeCluster(2)
    post(cluster, DEPLOYMENTS, aDeployment(1))
    cluster.run()
    for (const image of ['nginx:1.28', 'nginx:1.27']) {
      patchWeb(cluster, withImage(image))
      cluster.run()
    }
    const [first, second] = sets(cluster).sort((a, b) => (a.spec.replicas! > b.spec.replicas! ? -1 : 1))
    expect(sets(cluster)).toHaveLength(2)
    expect(first!.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    })
    expect(second!.spec.replicas).toBe(0)
    expect(web(cluster).metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '3' })
  })

  it('do nothing but count while they are paused', () => {
    const cluster = aWholeCluster(2)
    post(cluster, DEPLOYMENTS, aDeployment(2, { paused: true }))
    cluster.run()
    expect(podCount(cluster)).toBe(0)
    expect(web(cluster).status.conditions?.find((c) => c.type === 'Progressing')).toMatchObject({ reason: 'DeploymentPaused' })
    patchWeb(cluster, { spec: { paused: false } })
    cluster.run()
    expect(web(cluster).status.availableReplicas).toBe(2)
  })

  it('say that they make no progress when the deadline has passed', () => {
    const cluster = aWholeCluster(1)
    post(cluster, DEPLOYMENTS, { ...aDeployment(1, { progressDeadlineSeconds: 10 }) })
    cluster.run()
    patchWeb(cluster, withImage('nope:1'))
    cluster.run({ for: 15_000, throughIdle: true })
    expect(web(cluster).status.conditions?.find((c) => c.type === 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
    })
  })

  it('notice that within its last second, too', () => {
    const cluster = aWholeCluster(0)
    const before = cluster.now
    post(cluster, DEPLOYMENTS, aDeployment(1, { progressDeadlineSeconds: 1 }))
    const isStuck = () => web(cluster).status.conditions?.some((c) => c.reason === 'ProgressDeadlineExceeded') ?? false
    cluster.run({ for: 5000, throughIdle: true, until: isStuck })
    expect([isStuck(), cluster.now - before < 1500]).toEqual([true, true])
  })

  it('that recreate their Pods ask the server for their ReplicaSets when a Pod is gone', () => {
    const cluster = aWholeCluster(1)
    post(cluster, DEPLOYMENTS, aDeployment(2, { strategy: { type: 'Recreate' } }))
    cluster.run()
    patchWeb(cluster, withImage('nginx:1.28'))
    cluster.run()
    const lists = askedBy(cluster, 'deployment-controller').filter((asked) => asked.includes('?'))
    expect(lists).toEqual(new Array(2).fill('GET /apis/apps/v1/namespaces/default/replicasets?labelSelector=app%3Dweb'))
    expect(web(cluster).status.availableReplicas).toBe(2)
  })

  it('warn of a rollback that cannot be, even where the request for it cannot be taken back', () => {
    const cluster = aWholeCluster(1)
    post(cluster, DEPLOYMENTS, aDeployment(1))
    cluster.run()
    cluster.stop('kube-controller-manager')
    patchWeb(cluster, { metadata: { annotations: { 'deprecated.deployment.rollback.to': '7' } } })
    allowOnly(cluster, { apiGroups: ['apps'], operations: ['UPDATE'], resources: ['deployments'] }, 'false')
    cluster.restart('kube-controller-manager')
    cluster.run({ for: 30_000, throughIdle: true })
    expect(eventsAbout(cluster, 'Deployment')).toContain('DeploymentRollbackRevisionNotFound: Unable to find the revision to rollback to.')
  })

  it('take up a Pod without an owner that their ReplicaSet selects, instead of making one', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('mine', {}, { labels: { app: 'solo' } }))
    post(cluster, '/apis/apps/v1/namespaces/default/replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'solo', namespace: 'default' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'solo' } },
        template: { metadata: { labels: { app: 'solo' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
      },
    })
    cluster.run()
    const pods = stored<{ metadata: JsonObject }>(cluster, 'pods')
    expect(pods).toHaveLength(1)
    expect(pods[0]!.metadata.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', name: 'solo', controller: true }])
  })

  it('converge however often the controllers are stopped and started on the way', () => {
    const step = fc.oneof(
      fc.record({ replicas: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ image: fc.constantFrom('nginx:1', 'nginx:2', 'nginx:3') }),
      fc.record({ down: fc.integer({ min: 1, max: 400 }) }),
    )
    const seed = 20261124
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 900 })), { maxLength: 6 }), (steps) => {
        const cluster = aWholeCluster(2)
        post(cluster, DEPLOYMENTS, aDeployment(2))
        let wish = { replicas: 2, image: 'nginx:1.27' }
        for (const [act, pause] of steps) {
          cluster.run({ for: pause, throughIdle: true })
          if ('down' in act) {
            cluster.stop('kube-controller-manager')
            cluster.run({ for: act.down, throughIdle: true })
            cluster.restart('kube-controller-manager')
          } else {
            wish = { ...wish, ...act }
            patchWeb(cluster, { spec: { replicas: wish.replicas, ...withImage(wish.image).spec } })
          }
        }
        cluster.run({ for: 120_000, throughIdle: true })
        const pods = stored<{ metadata: JsonObject; spec: { containers: readonly { image: string }[] } }>(cluster, 'pods')
        expect(pods.map(({ spec }) => spec.containers[0]!.image)).toEqual(new Array(wish.replicas).fill(wish.image))
        const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration } = web(cluster).status
        expect([replicas, updatedReplicas, availableReplicas]).toEqual(new Array(3).fill(wish.replicas))
        expect(observedGeneration).toBe(web(cluster).metadata.generation)
      }),
      { seed, numRuns: 25 },
    )
  }, 60_000)
})
