import { describe, expect, it } from 'vitest'
import type { ScheduleDecision } from '../base/hop'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { aCluster, admin, aNode, aPod, PODS } from '../testing/builders'

const asking = (name: string, cpu: string, spec: JsonObject = {}, metadata: JsonObject = {}) =>
  aPod(name, { containers: [{ name, image: 'nginx', resources: { requests: { cpu } } }], ...spec }, metadata)

const body = (cluster: Cluster, path: string) => get(cluster, path).body as JsonObject & { items: JsonObject[] }
const nodeOf = (cluster: Cluster, name: string) => (body(cluster, `${PODS}/${name}`).spec as JsonObject).nodeName
const eventsOf = (cluster: Cluster, name: string) =>
  body(cluster, `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${name}`).items.map((e) => [
    e.reason,
    (e.series as { count?: number } | undefined)?.count,
  ])

function decisions(cluster: Cluster): ScheduleDecision[] {
  const out: ScheduleDecision[] = []
  for (let i = 0; i < cluster.trace.length; i++) {
    const hop = cluster.trace.hop(i)
    if (hop.kind === 'decide' && hop.decision.kind === 'schedule') out.push(hop.decision)
  }
  return out
}

const withWorkers = (nodes: number) =>
  aCluster({ scheduler: true, controllerManager: true, nodes: Array.from({ length: nodes }, (_, i) => aNode(i + 1)) })

describe('Scheduler', () => {
  it('leaves Pods of another scheduler alone', () => {
    const cluster = withWorkers(1)
    post(cluster, PODS, asking('other', '1', { schedulerName: 'mine' }))
    post(cluster, PODS, asking('ours', '1'))
    cluster.run()
    expect([nodeOf(cluster, 'other'), nodeOf(cluster, 'ours')]).toEqual([undefined, 'worker-1'])
    expect(decisions(cluster).map((d) => d.pod.name)).toEqual(['ours'])
  })

  it('tries a Pod again when the room that it needs is free, and tells the change of its Event', () => {
    const cluster = withWorkers(1)
    for (const name of ['a', 'b']) {
      post(cluster, PODS, asking(name, '3'))
      cluster.run()
    }
    expect(nodeOf(cluster, 'b')).toBeUndefined()
    ask(cluster, admin, { method: 'DELETE', path: `${PODS}/a?gracePeriodSeconds=0` })
    cluster.run()
    expect(nodeOf(cluster, 'b')).toBe('worker-1')
    expect(eventsOf(cluster, 'b').map(([reason]) => reason)).toEqual(expect.arrayContaining(['FailedScheduling', 'Scheduled']))
  })

  it('says that a Pod which is being deleted is skipped', () => {
    const cluster = withWorkers(1)
    const gates = [{ name: 'wait' }]
    post(cluster, PODS, asking('a', '1', { schedulingGates: gates }, { finalizers: ['example.com/keep'] }))
    ask(cluster, admin, { method: 'DELETE', path: `${PODS}/a` })
    const headers = { 'content-type': 'application/merge-patch+json' }
    ask(cluster, admin, { method: 'PATCH', path: `${PODS}/a`, headers, body: { spec: { schedulingGates: null } } })
    cluster.run()
    expect(nodeOf(cluster, 'a')).toBeUndefined()
    const { items } = body(cluster, '/api/v1/namespaces/default/events')
    expect(items.map((e) => e.message)).toContain('skip schedule deleting pod: default/a')
  })

  it('makes room for a Pod that ranks higher, and puts it there when the victim is gone', () => {
    const cluster = withWorkers(2)
    post(cluster, '/apis/scheduling.k8s.io/v1/priorityclasses', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'high' },
      value: 1000,
    })
    for (const name of ['a', 'b']) post(cluster, PODS, asking(name, '3', { terminationGracePeriodSeconds: 1 }))
    cluster.run()
    post(cluster, PODS, asking('vip', '3', { priorityClassName: 'high' }))
    cluster.run()
    const tried = decisions(cluster).filter((d) => d.pod.name === 'vip')
    const { chosen, candidates } = tried[0]!.preemption!
    expect(candidates).toHaveLength(2)
    expect(nodeOf(cluster, 'vip')).toBe(chosen)
    expect(tried.at(-1)!.chosen).toBe(chosen)
  })

  it('leaves the raw, the normalized and the weighted scores in the trace', () => {
    const cluster = withWorkers(2)
    post(cluster, PODS, asking('a', '1'))
    cluster.run()
    const [{ nodes, plugins, counts }] = decisions(cluster) as [ScheduleDecision]
    expect(counts).toEqual({ nodes: 2, evaluated: 2, feasible: 2 })
    for (const { normalized, total } of nodes) expect(normalized.reduce((sum, n, i) => sum + n * plugins[i]!.weight, 0)).toBe(total)
  })
})
