import { describe, expect, it } from 'vitest'
import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'
import { allowOnly, askedBy, merge } from '../../testing/workloads'

const SECOND = 1000
const pass = (cluster: Cluster, seconds: number) => void cluster.run({ for: seconds * SECOND, throughIdle: true })
const node = (cluster: Cluster, name = 'worker-1') => get(cluster, `/api/v1/nodes/${name}`).body as unknown as Node
const pod = (cluster: Cluster) => get(cluster, `${PODS}/web`).body as unknown as Pod
const ready = (object: Node | Pod) => (object.status.conditions as readonly JsonObject[]).find((c) => c.type === 'Ready')?.status
const taints = (cluster: Cluster) => (node(cluster).spec.taints ?? []).map((t) => `${t.key}:${t.effect}`)
const said = (cluster: Cluster, name: string) =>
  (get(cluster, '/api/v1/namespaces/default/events').body as { items: JsonObject[] }).items
    .filter((e) => (e.involvedObject as JsonObject).name === name)
    .map((e) => e.reason)

function withOneLost(nodes: number): Cluster {
  const cluster = aWholeCluster(nodes, { heartbeats: true })
  post(cluster, PODS, aPod('web', { nodeName: 'worker-1', tolerations: [] }))
  pass(cluster, 5)
  cluster.stop('worker-1')
  return cluster
}

describe('a node without heartbeats', () => {
  it('stays as it is for its grace, then is Unknown, its Pod not ready, and tainted; its Pod goes after 300 s', () => {
    const cluster = withOneLost(2)
    pass(cluster, 40)
    expect(ready(node(cluster))).toBe('True')
    pass(cluster, 20)
    expect(ready(node(cluster))).toBe('Unknown')
    expect(ready(pod(cluster))).toBe('False')
    expect(pod(cluster).status.phase).toBe('Running')
    expect(taints(cluster).sort()).toEqual(['node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/unreachable:NoSchedule'])
    expect(said(cluster, 'worker-1')).toContain('NodeNotReady')
    expect(said(cluster, 'web')).toContain('NodeNotReady')
    expect(pod(cluster).metadata.deletionTimestamp).toBeUndefined()
    pass(cluster, 300)
    expect(pod(cluster).metadata.deletionTimestamp).toBeDefined()
  })

  it('is as before when its kubelet comes back', () => {
    const cluster = withOneLost(2)
    pass(cluster, 70)
    cluster.restart('worker-1')
    pass(cluster, 20)
    expect(ready(node(cluster))).toBe('True')
    expect(taints(cluster)).toEqual([])
    expect(ready(pod(cluster))).toBe('True')
    expect(pod(cluster).status.containerStatuses![0]!.restartCount).toBe(0)
  })

  it('is not emptied where no node is left', () => {
    const cluster = withOneLost(1)
    pass(cluster, 80)
    expect(ready(node(cluster))).toBe('Unknown')
    expect(taints(cluster)).toEqual(['node.kubernetes.io/unreachable:NoSchedule'])
  })
})

describe('a watch of Leases that is silent', () => {
  const fault = { kind: 'watch', client: 'kube-controller-manager', of: '/apis/coordination.k8s.io/v1/leases' } as const

  it('makes no node Unknown, which a look at the Leases themselves shows', () => {
    const cluster = aWholeCluster(2, { heartbeats: true })
    pass(cluster, 5)
    cluster.inject(fault)
    pass(cluster, 120)
    expect(['worker-1', 'worker-2'].map((name) => ready(node(cluster, name)))).toEqual(['True', 'True'])
    cluster.stop('worker-1')
    pass(cluster, 100)
    expect(ready(node(cluster))).toBe('True')
    cluster.repair(fault)
    pass(cluster, 70)
    expect(ready(node(cluster))).toBe('Unknown')
  })
})

describe('several nodes without heartbeats', () => {
  it('are written at the same time', () => {
    const cluster = aWholeCluster(3, { heartbeats: true })
    pass(cluster, 5)
    for (const name of ['worker-1', 'worker-2']) cluster.stop(name)
    pass(cluster, 60)
    const written = [...cluster.trace.allRequests()].filter(
      ({ http }) => http.method === 'PUT' && /nodes\/worker-.\/status$/.test(http.path),
    )
    const [first, second] = written.filter(({ user }) => user === 'system:serviceaccount:kube-system:node-controller')
    expect(second!.sentAt).toBeLessThan(first!.answeredAt!)
  })
})

describe('a node whose taint is refused', () => {
  it('is tried again when its zone allows another', () => {
    const cluster = aWholeCluster(2, { heartbeats: true })
    const free = "!has(object.spec.taints) || object.spec.taints.all(t, t.effect != 'NoExecute')"
    allowOnly(cluster, { apiGroups: [''], operations: ['UPDATE'], resources: ['nodes'] }, free)
    cluster.stop('worker-1')
    pass(cluster, 90)
    const refused = [...cluster.trace.allRequests()].filter(
      ({ http, response }) => http.method === 'PATCH' && http.path === '/api/v1/nodes/worker-1' && response?.status === 422,
    )
    expect(refused.length).toBeGreaterThan(1)
    expect(refused.length).toBeLessThan(6)
  })
})

describe('a node that others look at', () => {
  it('has its labels under their older names too', () => {
    const cluster = aWholeCluster(1)
    const twin = 'beta.kubernetes.io/os'
    merge(cluster, '/api/v1/nodes/worker-1', { metadata: { labels: { [twin]: 'plan9' } } })
    cluster.run()
    expect(node(cluster).metadata.labels).toMatchObject({ [twin]: 'linux' })
    const asked = askedBy(cluster, 'node-controller').filter((line) => line.endsWith('/worker-1') || line.includes('/worker-1?'))
    expect(asked.slice(-2)).toEqual(['GET /api/v1/nodes/worker-1?resourceVersion=0', 'PATCH /api/v1/nodes/worker-1'])
  })

  it('is announced once, and tainted while it is cordoned', () => {
    const cluster = aWholeCluster(1)
    expect(said(cluster, 'worker-1').filter((r) => r === 'RegisteredNode')).toHaveLength(1)
    const cordon = (unschedulable: boolean | null) => {
      const headers = { 'content-type': 'application/merge-patch+json' }
      ask(cluster, admin, { method: 'PATCH', path: '/api/v1/nodes/worker-1', headers, body: { spec: { unschedulable } } })
      cluster.run()
    }
    cordon(true)
    expect(taints(cluster)).toEqual(['node.kubernetes.io/unschedulable:NoSchedule'])
    cordon(null)
    expect(taints(cluster)).toEqual([])
  })
})
