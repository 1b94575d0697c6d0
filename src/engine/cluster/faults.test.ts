import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import type { Fault } from '../base/fault'
import type { Program } from '../client/program'
import { get, post, start, watch } from '../testing/ask'
import { aCluster, aConfigMap, admin, aPod, aWholeCluster, CONFIG_MAPS, PODS } from '../testing/builders'
import { traceText } from '../testing/traceText'
import { merge } from '../testing/workloads'
import type { Cluster } from './types'

const podOf = (cluster: Cluster, name: string) => cluster.history.get(`/registry/pods/default/${name}`, cluster.history.revision)
const cutFrom = (part: string): Fault => ({ kind: 'cut', from: part, to: 'kube-apiserver' })

/** What a program hears that asks for the ConfigMaps, and when. */
function asking(cluster: Cluster): { readonly heard: string[] } {
  const heard: string[] = []
  start(cluster, admin, 'asking', function* (): Program {
    const reply = yield { do: 'request', request: { method: 'GET', path: CONFIG_MAPS } }
    heard.push(reply.type === 'unreachable' ? reply.error : reply.type === 'response' ? String(reply.response.status) : reply.type)
    return 0
  })
  return { heard }
}

describe('a fault', () => {
  it('stands in the trace by its name, once, and what it leads to names it as its cause', () => {
    const cluster = aWholeCluster()
    const from = cluster.trace.length
    for (let i = 0; i < 2; i++) cluster.inject({ kind: 'stopped', part: 'kube-scheduler' })
    expect(cluster.faults).toEqual([{ kind: 'stopped', part: 'kube-scheduler' }])
    for (let i = 0; i < 2; i++) cluster.repair({ kind: 'stopped', part: 'kube-scheduler' })
    expect(cluster.faults).toEqual([])
    const hops = Array.from({ length: cluster.trace.length - from }, (_, i) => cluster.trace.hop(from + i))
    const faults = hops.filter((h) => h.kind === 'fault')
    expect(faults).toMatchObject([{ active: true }, { active: false }])
    expect(hops.filter((h) => h.kind === 'send' && h.message.type === 'http.abort' && h.cause === faults[0]!.index)).not.toHaveLength(0)
  })

  it('holds a part down until none is left that does', () => {
    const cluster = aWholeCluster()
    cluster.stop('worker-1')
    cluster.inject({ kind: 'nodeDown', node: 'worker-1' })
    cluster.restart('worker-1')
    expect(cluster.isUp('worker-1')).toBe(false)
    cluster.repair({ kind: 'nodeDown', node: 'worker-1' })
    expect([cluster.isUp('worker-1'), cluster.isUp('worker-1/runtime')]).toEqual([true, true])
  })

  it('[TR4] is lived through again by a fork', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('web'))
    cluster.inject(cutFrom('worker-1'))
    cluster.inject({ kind: 'slow', from: 'kube-scheduler', to: 'kube-apiserver', by: 250 })
    cluster.run({ for: 60_000, throughIdle: true })
    cluster.repair(cutFrom('worker-1'))
    cluster.inject({ kind: 'nodeDown', node: 'worker-1' })
    cluster.run({ for: 60_000, throughIdle: true })
    cluster.repair({ kind: 'nodeDown', node: 'worker-1' })
    cluster.run()
    expect(traceText(cluster.fork(cluster.trace.length - 1).trace)).toBe(traceText(cluster.trace))
  })
})

describe('a cut link', () => {
  it('lets a new connection time out after 30 s, unless it is mended before', () => {
    const cluster = aCluster()
    cluster.inject(cutFrom('user'))
    const lost = asking(cluster)
    cluster.run({ for: 29_000 })
    expect(lost.heard).toEqual([])
    cluster.run()
    expect(lost.heard).toEqual(['dial tcp 127.0.0.1:6443: i/o timeout'])
    const late = asking(cluster)
    cluster.run({ for: 10_000 })
    cluster.repair(cutFrom('user'))
    cluster.run()
    expect(late.heard).toEqual(['200'])
  })

  it('breaks a connection that stands after 45 s, and keeps what was sent for one that is mended in time', () => {
    const cluster = aWholeCluster(1)
    cluster.inject(cutFrom('kube-scheduler'))
    post(cluster, PODS, aPod('web'))
    cluster.run({ for: 20_000, throughIdle: true })
    expect(podOf(cluster, 'web')).toMatchObject({ value: { status: { phase: 'Pending' } } })
    const opened = () =>
      [...cluster.trace.allRequests()].filter((r) => r.from === 'kube-scheduler' && r.http.path.includes('watch=true')).length
    const before = opened()
    cluster.repair(cutFrom('kube-scheduler'))
    cluster.run()
    expect(podOf(cluster, 'web')).toMatchObject({ value: { status: { phase: 'Running' } } })
    expect(opened()).toBe(before)
    cluster.inject(cutFrom('kube-scheduler'))
    cluster.run({ for: 46_000, throughIdle: true })
    cluster.repair(cutFrom('kube-scheduler'))
    cluster.run({ for: 60_000, throughIdle: true })
    expect(opened()).toBeGreaterThan(before)
  })

  it('one way, lets a request through whose answer is lost: the write is done, and the client does not know', () => {
    const cluster = aCluster()
    cluster.inject({ kind: 'cut', from: 'etcd', to: 'kube-apiserver', oneWay: true })
    expect(post(cluster, CONFIG_MAPS, aConfigMap('a'))).toMatchObject({
      status: 504,
      body: { reason: 'Timeout', message: 'Timeout: request did not complete within requested timeout - context deadline exceeded' },
    })
    expect(cluster.history.get('/registry/configmaps/default/a', cluster.history.revision)).not.toBeNull()
  })
})

describe('a slow link', () => {
  it('delays what is sent over it, and lets nothing overtake when it is fast again', () => {
    const cluster = aCluster()
    const events = watch(cluster, admin, `${CONFIG_MAPS}?watch=true`)
    cluster.run()
    const slow: Fault = { kind: 'slow', from: 'kube-apiserver', to: 'user', oneWay: true, by: 3000 }
    cluster.inject(slow)
    const began = cluster.now
    const first = start(cluster, admin, 'first', function* (): Program {
      yield {
        do: 'request',
        request: { method: 'POST', path: CONFIG_MAPS, headers: { 'content-type': 'application/json' }, body: aConfigMap('a') },
      }
      return 0
    })
    cluster.run({ for: 100 })
    cluster.repair(slow)
    post(cluster, CONFIG_MAPS, aConfigMap('b'))
    cluster.run({ until: (c) => !c.isRunning(first) })
    expect(cluster.now - began).toBeGreaterThan(3000)
    expect(events.map((e) => (typeof e === 'string' ? e : (e.object as ApiObject).metadata.name)).slice(-2)).toEqual(['a', 'b'])
  })
})

describe('one watch that falls silent', () => {
  const silent: Fault = { kind: 'watch', client: 'kube-scheduler', of: '/api/v1/pods' }
  const nodeOf = (cluster: Cluster) => (podOf(cluster, 'web')?.value.spec as { nodeName?: string } | undefined)?.nodeName
  const watchesOf = (cluster: Cluster, path: string) =>
    [...cluster.trace.allRequests()]
      .filter((r) => r.from === 'kube-scheduler' && r.http.path.startsWith(`${path}?`))
      .map((r) => r.http.path)

  it('keeps its client in the dark while its other connections live; broken, it is opened anew from where it was', () => {
    const cluster = aWholeCluster(1)
    cluster.inject(silent)
    post(cluster, PODS, aPod('web'))
    merge(cluster, '/api/v1/nodes/worker-1', { metadata: { labels: { seen: 'yes' } } })
    cluster.run({ for: 60_000, throughIdle: true })
    expect(nodeOf(cluster)).toBeUndefined()
    cluster.repair(silent)
    cluster.run()
    expect(nodeOf(cluster)).toBe('worker-1')
    const [first, second, ...more] = watchesOf(cluster, '/api/v1/pods')
    expect([first, second]).toEqual([expect.stringContaining('sendInitialEvents=true'), expect.stringMatching(/&resourceVersion=\d+/)])
    expect([...more, ...watchesOf(cluster, '/api/v1/nodes').slice(1)]).toEqual([])
  })

  it('stays lost when its client or the server has ended meanwhile', () => {
    const cluster = aWholeCluster(1)
    cluster.inject(silent)
    for (const part of ['kube-apiserver', 'kube-scheduler']) {
      cluster.stop(part)
      cluster.run({ for: 1000 })
      cluster.restart(part)
      cluster.run({ for: 30_000, throughIdle: true })
    }
    // The new scheduler has a watch of its own.
    post(cluster, PODS, aPod('web'))
    cluster.run()
    expect(nodeOf(cluster)).toBe('worker-1')
    cluster.repair(silent)
    cluster.run()
    expect(watchesOf(cluster, '/api/v1/pods')).toHaveLength(2)
  })
})

describe('etcd that is stopped', () => {
  it('leaves the server unable to write and to read what it does not hold, in gRPC’s words', () => {
    const cluster = aCluster()
    cluster.stop('etcd')
    const message =
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"'
    expect(post(cluster, CONFIG_MAPS, aConfigMap('a'))).toMatchObject({ status: 500, body: { message } })
    const asked = cluster.now
    expect(get(cluster, `${CONFIG_MAPS}/a`)).toMatchObject({ status: 500, body: { message } })
    expect(cluster.now - asked).toBeGreaterThan(2000)
    cluster.restart('etcd')
    expect(post(cluster, CONFIG_MAPS, aConfigMap('a')).status).toBe(201)
  })

  it('does not end the watches of clients: they go on where they were when it is back', () => {
    const cluster = aCluster()
    const events = watch(cluster, admin, `${CONFIG_MAPS}?watch=true`)
    cluster.run()
    const before = events.length
    cluster.stop('etcd')
    cluster.run({ for: 5000, throughIdle: true })
    cluster.restart('etcd')
    post(cluster, CONFIG_MAPS, aConfigMap('a'))
    cluster.run()
    expect(events.slice(before)).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'a' } } }])
  })

  it('keeps a server that starts from listening until it is back', () => {
    const cluster = aCluster()
    cluster.stop('etcd')
    cluster.stop('kube-apiserver')
    cluster.restart('kube-apiserver')
    cluster.run({ for: 5000, throughIdle: true })
    const early = asking(cluster)
    cluster.run({ for: 100 })
    expect(early.heard).toEqual(['dial tcp 127.0.0.1:6443: connect: connection refused'])
    cluster.restart('etcd')
    cluster.run()
    expect(get(cluster, CONFIG_MAPS).status).toBe(200)
  })
})

describe('a node', () => {
  it('keeps its containers when its runtime or its kubelet stops, and loses them with its power', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('web'))
    cluster.run()
    const started = () =>
      JSON.stringify((podOf(cluster, 'web')!.value as ApiObject & { status: JsonValue }).status).match(/"startedAt":"[^"]+"/)![0]
    const first = started()
    for (const part of ['worker-1/runtime', 'worker-1']) {
      cluster.stop(part)
      cluster.run({ for: 5000, throughIdle: true })
      cluster.restart(part)
      cluster.run()
      expect(started()).toBe(first)
    }
    cluster.inject({ kind: 'nodeDown', node: 'worker-1' })
    cluster.run({ for: 5000, throughIdle: true })
    cluster.repair({ kind: 'nodeDown', node: 'worker-1' })
    cluster.run()
    expect(podOf(cluster, 'web')).toMatchObject({ value: { status: { phase: 'Running' } } })
    expect(started()).not.toBe(first)
  })

  it('whose runtime is down says so of a new Pod, and starts it when the runtime is back', () => {
    const cluster = aWholeCluster(1)
    cluster.stop('worker-1/runtime')
    post(cluster, PODS, aPod('web'))
    cluster.run({ for: 10_000 })
    const said = cluster.history
      .list('/registry/events/default/', cluster.history.revision)
      .map(({ value }) => (value as { reason?: string }).reason)
    expect(said).toContain('FailedCreatePodSandBox')
    cluster.restart('worker-1/runtime')
    cluster.run()
    expect(podOf(cluster, 'web')).toMatchObject({ value: { status: { phase: 'Running' } } })
  })
})

type JsonValue = Readonly<Record<string, unknown>>
