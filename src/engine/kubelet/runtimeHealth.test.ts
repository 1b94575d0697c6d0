import { describe, it, expect } from 'vitest'
import type { Node } from '../api/kinds/node'
import type { Pod } from '../api/kinds/pod/types'
import type { Cluster } from '../cluster/types'
import { get, post } from '../testing/ask'
import { aPod, aWholeCluster, PODS } from '../testing/builders'
import { asked, living, pass, SECOND, webOf } from '../testing/livingPod'
import { loneIo } from '../testing/loneIo'
import { eventsAbout, stored } from '../testing/workloads'
import { RuntimeHealth } from './runtimeHealth'

const web = { name: 'web', image: 'nginx:1.27' }
const RUNTIME = 'worker-1/runtime'

const nodeOf = (cluster: Cluster) => get(cluster, '/api/v1/nodes/worker-1').body as unknown as Node
const readyOf = (cluster: Cluster) => nodeOf(cluster).status.conditions!.find((c) => c.type === 'Ready')
const toleratesAll = { tolerations: [{ operator: 'Exists' }] }

describe('a kubelet whose runtime is down', () => {
  it('counts it as down half a minute after the last look that found it, and as up with the next one that does', () => {
    const io = loneIo()
    const told: unknown[] = []
    const health = new RuntimeHealth(io, (problem) => told.push([io.now, problem]))
    const done: string[] = []
    io.pass(12_000)
    health.changed(false)
    io.pass(27_999)
    health.whenUp(() => done.push('first'))
    expect([told, done]).toEqual([[], ['first']])
    io.pass(1)
    expect(told).toEqual([[40_000, 'container runtime is down']])
    health.whenUp(() => done.push('second'))
    health.whenUp(() => done.push('third'))
    io.pass(1000)
    health.changed(true)
    io.pass(3999)
    expect(done).toEqual(['first'])
    io.pass(1)
    expect(told[1]).toEqual([45_000, null])
    expect(done).toEqual(['first', 'second', 'third'])
    // There again, but not for a look.
    io.pass(1000)
    health.changed(false)
    io.pass(1000)
    health.changed(true)
    io.pass(1000)
    health.changed(false)
    io.pass(26_999)
    expect(told).toHaveLength(2)
    io.pass(1)
    expect(told).toHaveLength(3)
  })

  it('says so of its Node, with a taint that keeps Pods away, until the runtime is back', () => {
    const cluster = aWholeCluster(1)
    cluster.stop(RUNTIME)
    pass(cluster, 24 * SECOND)
    expect(readyOf(cluster)).toMatchObject({ status: 'True' })
    const begin = cluster.trace.length
    pass(cluster, 10 * SECOND)
    expect(cluster.trace.length).toBeGreaterThan(begin)
    expect(readyOf(cluster)).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'container runtime is down' })
    expect(eventsAbout(cluster, 'Node').at(-1)).toBe('NodeNotReady: Node worker-1 status is now: NodeNotReady')
    expect(nodeOf(cluster).spec.taints?.map(({ key }) => key)).toContain('node.kubernetes.io/not-ready')
    cluster.restart(RUNTIME)
    pass(cluster, 10 * SECOND)
    expect(readyOf(cluster)).toMatchObject({ status: 'True', reason: 'KubeletReady' })
    // Said for the second time.
    expect(stored(cluster, 'events').find((e) => e.reason === 'NodeReady')).toMatchObject({ count: 2 })
    expect(nodeOf(cluster).spec.taints ?? []).toEqual([])
  })

  it('takes on what it heard of Pods meanwhile when the runtime is back', () => {
    const cluster = living({ containers: [web], ...toleratesAll }, 5 * SECOND)
    cluster.stop(RUNTIME)
    pass(cluster, 35 * SECOND)
    post(cluster, PODS, aPod('late', { containers: [web], nodeName: 'worker-1', ...toleratesAll }))
    pass(cluster, 60 * SECOND)
    const late = () => get(cluster, `${PODS}/late`).body as unknown as Pod
    expect(late().status.startTime).toBeUndefined()
    expect(asked(cluster, 'RunPodSandbox')).toHaveLength(1)
    cluster.restart(RUNTIME)
    pass(cluster, 15 * SECOND)
    expect(late().status.phase).toBe('Running')
    expect(webOf(cluster).status.phase).toBe('Running')
    expect(webOf(cluster).status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }))
  })
})
