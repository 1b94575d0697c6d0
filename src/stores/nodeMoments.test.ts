import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap, type Fault } from '../engine/index'
import { follow } from './follow'
import { momentsOf } from './moments'
import { pageCluster } from './pageCluster'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap
const down: Fault = { kind: 'nodeDown', node: 'worker-1' }

function afterPowerLoss() {
  const cluster = createCluster(pageCluster(bootstrap))
  cluster.inject(down)
  follow(cluster).goOn(() => false)
  return cluster
}

const told = (cluster: ReturnType<typeof afterPowerLoss>, heartbeats = false) =>
  momentsOf(cluster.trace, cluster.restHop, 'six-steps', heartbeats)

describe('a node of the page that loses power', () => {
  it('is believed dead only after its silence, is tainted, and its Pod goes when it is tolerated no more', () => {
    const cluster = afterPowerLoss()
    const moments = told(cluster)
    const story = moments.filter((m) => m.facts.node === 'worker-1' || m.facts.pod === 'db').map((m) => m.kind)
    expect(story).toEqual(
      expect.arrayContaining(['fault.nodeDown', 'nodeUnknown', 'nodeStored', 'podNotReady', 'nodeTainted', 'podDisrupted']),
    )
    const at = (kind: string) => cluster.trace.hop(moments.find((m) => m.kind === kind)!.opens).at
    const silent = (at('nodeUnknown') - at('fault.nodeDown')) / 1000
    expect(silent).toBeGreaterThan(40)
    expect(silent).toBeLessThan(65)
    expect((at('podDisrupted') - at('nodeTainted')) / 1000).toBeCloseTo(300, 0)
    const node = cluster.history.get('/registry/minions/worker-1', cluster.history.revision)!.value as {
      status: { conditions: { type: string; status: string }[] }
    }
    expect(node.status.conditions.find((c) => c.type === 'Ready')?.status).toBe('Unknown')
  })

  it('tells no heartbeat unless it is asked to, and then each', () => {
    const cluster = afterPowerLoss()
    const plain = told(cluster)
    const all = told(cluster, true)
    expect(plain.filter((m) => m.kind === 'heartbeat')).toEqual([])
    expect(all.filter((m) => m.kind === 'heartbeat').length).toBeGreaterThan(30)
    expect(all.filter((m) => m.kind === 'heartbeat').every((m) => m.facts.node === 'worker-2')).toBe(true)
    expect(plain.length).toBeLessThan(30)
  })

  it('is told to be back, and its taints to be lifted, when it has power again', () => {
    const cluster = afterPowerLoss()
    const before = told(cluster).length
    cluster.repair(down)
    follow(cluster).goOn(() => false)
    const kinds = told(cluster)
      .slice(before)
      .map((m) => m.kind)
    expect(kinds).toEqual(expect.arrayContaining(['repair.nodeDown', 'nodeReady', 'nodeStored', 'nodeUntainted']))
    expect(kinds).not.toContain('nodeTainted')
  })

  it('is told to be no longer ready by its own kubelet when its runtime is down, and then what follows from it', () => {
    const cluster = createCluster(pageCluster(bootstrap))
    const runtime: Fault = { kind: 'stopped', part: 'worker-1/runtime' }
    cluster.inject(runtime)
    follow(cluster).goOn(() => false)
    const moments = told(cluster)
    const notReady = moments.find((m) => m.kind === 'nodeNotReady')!
    expect(notReady.facts).toMatchObject({ node: 'worker-1', message: 'container runtime is down' })
    expect((cluster.trace.hop(notReady.opens).at - cluster.trace.hop(moments[0]!.opens).at) / 1000).toBeCloseTo(30, -1)
    expect(moments.map((m) => m.kind)).toEqual(expect.arrayContaining(['nodeStored', 'nodeTainted', 'podDisrupted']))
    const before = moments.length
    cluster.repair(runtime)
    follow(cluster).goOn(() => false)
    const after = told(cluster).slice(before)
    expect(after.map((m) => m.kind)).toEqual(expect.arrayContaining(['nodeReady', 'nodeUntainted']))
  })

  it('does not keep a cluster in which no node is silent from coming to rest', () => {
    const cluster = createCluster(pageCluster(bootstrap))
    cluster.inject({ kind: 'stopped', part: 'kube-scheduler' })
    const before = cluster.now
    follow(cluster).goOn(() => false)
    expect(cluster.now - before).toBeLessThan(1000)
  })

  it('is not told to be heard of when the last other node falls silent too, and taints are taken back', () => {
    const cluster = afterPowerLoss()
    cluster.inject({ kind: 'nodeDown', node: 'worker-2' })
    follow(cluster).goOn(() => false)
    const kinds = told(cluster).map((m) => m.kind)
    expect(kinds).toContain('nodeSpared')
    expect(kinds).not.toContain('nodeUntainted')
  })
})
