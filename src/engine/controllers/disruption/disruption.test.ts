import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { allowOnly, pass } from '../../testing/workloads'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'

const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const labels = { app: 'web' }
const status = (cluster: Cluster) => (get(cluster, `${BUDGETS}/b`).body as { status: JsonObject & { conditions?: JsonObject[] } }).status
const reasons = (cluster: Cluster) =>
  (get(cluster, '/api/v1/namespaces/default/events').body as { items: JsonObject[] }).items
    .filter((e) => (e.involvedObject as JsonObject).kind === 'PodDisruptionBudget')
    .map((e) => e.reason)

function guarded(spec: JsonObject, replicas = 3): Cluster {
  const cluster = aWholeCluster(2)
  if (replicas > 0)
    post(cluster, DEPLOYMENTS, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
      },
    })
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'default' } }
  post(cluster, BUDGETS, { ...budget, spec: { selector: { matchLabels: labels }, ...spec } })
  cluster.run()
  return cluster
}

describe('a PodDisruptionBudget', () => {
  it('allows what is healthy beyond the minimum, which rounds up, and counts what is expected by the controller of the Pods', () => {
    const cluster = guarded({ minAvailable: '50%' })
    expect(status(cluster)).toMatchObject({ expectedPods: 3, currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1 })
    expect(status(cluster).conditions).toMatchObject([{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }])
  })

  it('spends its last disruption on an eviction and gets it back when the Pod is replaced', () => {
    const cluster = guarded({ maxUnavailable: 1 })
    const [first, second] = (get(cluster, PODS).body as { items: { metadata: { name: string } }[] }).items.map((p) => p.metadata.name)
    const evict = (name: string) =>
      post(cluster, `${PODS}/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } })
    expect(evict(first!).status).toBe(201)
    expect(evict(second!).status).toBe(429)
    cluster.run()
    expect(status(cluster)).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 })
    expect(status(cluster).disruptedPods ?? {}).toEqual({})
  })

  it('says that it finds no Pods, and that it cannot count Pods which nobody controls', () => {
    expect(reasons(guarded({ minAvailable: 1 }, 0))).toContain('NoPods')
    const cluster = guarded({ maxUnavailable: 1 }, 0)
    post(cluster, PODS, aPod('alone', {}, { labels }))
    cluster.run()
    expect(reasons(cluster)).toContain('UnmanagedPods')
    expect(status(cluster)).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0, currentHealthy: 1 })
  })

  it('allows no disruption where its status was refused, and says why', () => {
    const cluster = guarded({ minAvailable: 1 }, 0)
    allowOnly(
      cluster,
      { apiGroups: ['policy'], operations: ['UPDATE'], resources: ['poddisruptionbudgets/status'] },
      'object.status.disruptionsAllowed == 0 && object.status.currentHealthy == 0',
    )
    post(cluster, PODS, aPod('alone', {}, { labels }))
    pass(cluster, 20_000)
    const { disruptionsAllowed, conditions } = status(cluster)
    expect(disruptionsAllowed).toBe(0)
    expect(conditions).toMatchObject([{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed' }])
    expect(conditions![0]!.message).toContain("ValidatingAdmissionPolicy 'only'")
  })

  it('lets a Pod go that was to be disrupted and was not', () => {
    const cluster = guarded({ minAvailable: 0 })
    const name = (get(cluster, PODS).body as { items: { metadata: { name: string } }[] }).items[0]!.metadata.name
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'Test', lastTransitionTime: '2026-01-15T10:00:00Z' }
    const headers = { 'content-type': 'application/strategic-merge-patch+json' }
    ask(cluster, admin, { method: 'PATCH', path: `${PODS}/${name}/status`, headers, body: { status: { conditions: [condition] } } })
    cluster.run({ for: 130_000, throughIdle: true })
    const { conditions } = (get(cluster, `${PODS}/${name}`).body as { status: { conditions: JsonObject[] } }).status
    expect(conditions.find((c) => c.type === 'DisruptionTarget')?.status).toBe('False')
  })
})
