import { describe, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../api/object'
import type { EtcdEvent } from '../base/wire'
import type { Program } from '../client/program'
import { ask, get, post, start, watch } from '../testing/ask'
import { aCluster, aConfigMap, admin, aPod, aWholeCluster, CONFIG_MAPS, PODS } from '../testing/builders'
import { traceText } from '../testing/traceText'
import type { Cluster, ClusterOptions } from './types'

/** A story with writes, a refusal, a watch, a delete and time that passes between inputs. */
function lived(seed = 1, options: Partial<ClusterOptions> = {}): Cluster {
  const cluster = aWholeCluster(2, { seed, ...options })
  watch(cluster, admin, `${PODS}?watch=true`)
  post(cluster, PODS, aPod('web'))
  cluster.run({ for: 300 })
  post(cluster, PODS, aPod('web'))
  cluster.run({ for: 777 })
  ask(cluster, admin, { method: 'DELETE', path: `${PODS}/web` })
  cluster.run({ for: 60_000 })
  return cluster
}

const podOf = (cluster: Cluster, name: string) => cluster.history.get(`/registry/pods/default/${name}`, cluster.history.revision)

describe('a cluster', () => {
  it('brings a Pod from POST to Running, and to its end after DELETE', () => {
    const cluster = aWholeCluster()
    expect(post(cluster, PODS, aPod('web')).status).toBe(201)
    expect(cluster.run()).toBe('idle')
    expect(podOf(cluster, 'web')).toMatchObject({ value: { status: { phase: 'Running' } } })
    expect(ask(cluster, admin, { method: 'DELETE', path: `${PODS}/web` }).status).toBe(200)
    expect(cluster.run()).toBe('idle')
    expect(podOf(cluster, 'web')).toBeNull()
  })

  it('[TR1] has for each hop a cause that came before it', () => {
    const { trace } = lived()
    for (let index = 0; index < trace.length; index++) expect(trace.hop(index).cause ?? -1).toBeLessThan(index)
  })

  it('[TR2] leaves the same trace, byte for byte, for the same seed and inputs, and another for another seed', () => {
    const text = traceText(lived().trace)
    expect(traceText(lived().trace)).toBe(text)
    expect(traceText(lived(2).trace)).not.toBe(text)
  })

  it('[TR2] does not depend on how it is looked at while it lives', () => {
    const looked = aWholeCluster()
    post(looked, PODS, aPod('web'))
    while (looked.run({ maxEvents: 1 }) === 'limit') {
      looked.trace.seek(looked.trace.length >> 1)
      looked.trace.request(1)
    }
    const other = aWholeCluster()
    post(other, PODS, aPod('web'))
    other.run()
    expect(traceText(looked.trace)).toBe(traceText(other.trace))
  })

  it('[TR3] has at each position what a fresh run has there', () => {
    const whole = lived()
    for (const n of positions(whole, 12)) {
      const fresh = whole.fork(n)
      expect(fresh.trace.seek(n)).toEqual(whole.trace.seek(n))
      const { revision } = whole.trace.seek(n)
      const at = fresh.history.revision === revision ? fresh.history.list('/registry/', revision) : null
      if (at) expect(whole.history.list('/registry/', revision)).toEqual(at)
    }
  })

  it('[TR6] gives back past its budget the very hops that a run without one keeps', () => {
    const whole = lived()
    const lean = lived(1, { wholeHops: whole.restHop + 200 })
    expect(lean.trace.hopsOf(40)).toEqual(whole.trace.hopsOf(40))
    expect(traceText(lean.trace)).toBe(traceText(whole.trace))
    const last = whole.trace.length - 1
    expect(traceText(lean.fork(last).trace)).toBe(traceText(whole.trace))
  })

  it('[TR6] gives back what came after a hop near the end was asked for', () => {
    const [whole, lean] = [lived(), lived(1, { wholeHops: 0 })]
    const last = whole.trace.length - 1
    for (let n = last; n > last - 300; n--) expect(lean.trace.hop(n)).toEqual(whole.trace.hop(n))
    for (const cluster of [whole, lean]) {
      post(cluster, PODS, aPod('later'))
      cluster.run()
    }
    for (let n = last + 1; n < whole.trace.length; n++) expect(lean.trace.hop(n)).toEqual(whole.trace.hop(n))
  })

  it('[TR4] forks to the end of the event that holds the hop, and goes on as the original did', () => {
    const whole = lived()
    const text = traceText(whole.trace)
    for (const n of positions(whole, 12)) {
      const copy = whole.fork(n)
      expect(copy.trace.length).toBe(Math.max(whole.trace.endOfEvent(n), whole.restHop) + 1)
      expect(text.startsWith(traceText(copy.trace))).toBe(true)
      expect(copy.restHop).toBe(whole.restHop)
    }
    const posted = aWholeCluster()
    post(posted, PODS, aPod('web'))
    const middle = posted.trace.length - 1
    posted.run()
    const copy = posted.fork(middle)
    copy.run()
    expect(traceText(copy.trace)).toBe(traceText(posted.trace))
  })

  it('[TR4] keeps what is in flight: its arrival is the next thing to happen', () => {
    const cluster = aWholeCluster()
    post(cluster, PODS, aPod('web'))
    const sent = Array.from({ length: cluster.trace.length }, (_, i) => cluster.trace.hop(i)).find(
      (h) => h.index > cluster.restHop && h.kind === 'send' && h.message.type === 'etcd.call',
    )!
    const copy = cluster.fork(sent.index)
    expect(copy.history.revision).toBe(sent.revision)
    copy.run()
    expect(podOf(copy, 'web')).not.toBeNull()
  })

  it('[TR4] remembers when an input came, though no event moved the clock there', () => {
    const cluster = aCluster()
    const sleeper = start(cluster, admin, 'sleep', function* () {
      yield { do: 'sleep', for: 5000 }
      return 0
    })
    expect(cluster.run({ for: 1234.5 })).toBe('limit')
    post(cluster, CONFIG_MAPS, aConfigMap('a'))
    const last = cluster.trace.length - 1
    expect(cluster.isRunning(sleeper)).toBe(true)
    expect(traceText(cluster.fork(last).trace)).toBe(traceText(cluster.trace))
  })

  it('[TR4] repeats interrupts, stops and restarts', () => {
    const cluster = aWholeCluster()
    const watching = start(cluster, admin, 'kubectl get pods -w', function* () {
      const head = yield { do: 'open', request: { method: 'GET', path: `${PODS}?watch=true` } }
      const reply = head.type === 'stream' ? yield { do: 'next', stream: head.stream } : head
      return reply.type === 'interrupted' ? 130 : 0
    })
    cluster.run({ for: 100 })
    cluster.interrupt(watching)
    cluster.stop('kube-scheduler')
    post(cluster, PODS, aPod('web'))
    cluster.run({ for: 500 })
    cluster.restart('kube-scheduler')
    cluster.run()
    expect(traceText(cluster.fork(cluster.trace.length - 1).trace)).toBe(traceText(cluster.trace))
  })

  it('[TR5] lets only the apiserver exchange messages with etcd', () => {
    const { trace } = lived()
    for (let index = 0; index < trace.length; index++) {
      const hop = trace.hop(index)
      if (hop.kind !== 'send' || (hop.from !== 'etcd' && hop.to !== 'etcd')) continue
      expect([hop.from, hop.to].sort()).toEqual(['etcd', 'kube-apiserver'])
    }
  })

  it('[ST4] refuses an update of what is not stored any more, and writes nothing', () => {
    const cluster = aCluster()
    const made = post(cluster, CONFIG_MAPS, aConfigMap('a', { n: '1' })).body as unknown as ApiObject
    const put = (object: unknown) => ask(cluster, admin, { method: 'PUT', path: `${CONFIG_MAPS}/a`, body: object as JsonObject })
    expect(put({ ...made, data: { n: '2' } }).status).toBe(200)
    const { revision } = cluster.history
    expect(put({ ...made, data: { n: '3' } })).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
      },
    })
    expect(cluster.history.revision).toBe(revision)
    expect(get(cluster, `${CONFIG_MAPS}/a`).body).toMatchObject({ data: { n: '2' } })
  })

  it('[ST6] tells a watch every event after its revision, in order, each once', () => {
    const cluster = aCluster()
    const first = post(cluster, CONFIG_MAPS, aConfigMap('a')).body as { metadata: { resourceVersion: string } }
    for (const name of ['b', 'c']) post(cluster, CONFIG_MAPS, aConfigMap(name))
    const events = watch(cluster, admin, `${CONFIG_MAPS}?watch=true&resourceVersion=${first.metadata.resourceVersion}`)
    cluster.run()
    ask(cluster, admin, { method: 'DELETE', path: `${CONFIG_MAPS}/b` })
    post(cluster, CONFIG_MAPS, aConfigMap('d'))
    cluster.run()
    expect(events).toMatchObject([
      { type: 'ADDED', object: { metadata: { name: 'b' } } },
      { type: 'ADDED', object: { metadata: { name: 'c' } } },
      { type: 'DELETED', object: { metadata: { name: 'b' } } },
      { type: 'ADDED', object: { metadata: { name: 'd' } } },
    ])
  })

  it('[ST7] lets the event of a write arrive at the apiserver before the answer to the transaction', () => {
    const { trace } = lived()
    const arrived: { at: number; index: number; what: string; call: readonly EtcdEvent[] | number }[] = []
    let commits = 0
    for (let index = 0; index < trace.length; index++) {
      const hop = trace.hop(index)
      if (hop.kind !== 'commit') continue
      commits++
      for (let next = index + 1; next <= trace.endOfEvent(index); next++) {
        const sent = trace.hop(next)
        if (sent.kind === 'send') arrived.push({ at: sent.arrives, index: next, what: sent.message.type, call: index })
      }
      const mine = arrived.filter((a) => a.call === index)
      const reply = mine.find((a) => a.what === 'etcd.reply')
      for (const event of mine.filter((a) => a.what === 'etcd.event')) {
        expect(event.at).toBeLessThanOrEqual(reply?.at ?? Infinity)
        expect(event.index).toBeLessThan(reply?.index ?? Infinity)
      }
    }
    expect(commits).toBeGreaterThan(10)
  })
})

describe('a part that stops', () => {
  it('leaves Pods pending without a scheduler, and they are placed when it is back', () => {
    const cluster = aWholeCluster()
    cluster.stop('kube-scheduler')
    expect(cluster.isUp('kube-scheduler')).toBe(false)
    post(cluster, PODS, aPod('web'))
    cluster.run()
    expect(podOf(cluster, 'web')).toMatchObject({ value: { status: { phase: 'Pending' } } })
    cluster.restart('kube-scheduler')
    cluster.run()
    expect(podOf(cluster, 'web')).toMatchObject({ value: { status: { phase: 'Running' } } })
  })

  it('answers nobody: who calls a stopped apiserver hears that the connection is refused, who waits for it that it broke', () => {
    const cluster = aCluster()
    const heard: string[] = []
    const asking = function* (): Program {
      const reply = yield { do: 'request', request: { method: 'GET', path: PODS } }
      heard.push((reply as { error?: string }).error ?? '')
      return 0
    }
    start(cluster, admin, 'early', asking)
    cluster.run({ for: 4.5 })
    cluster.stop('kube-apiserver')
    start(cluster, admin, 'late', asking)
    cluster.run()
    expect(heard).toEqual(['unexpected EOF', 'dial tcp 127.0.0.1:6443: connect: connection refused'])
  })

  it('loses nothing that etcd holds when the apiserver or etcd itself is started anew', () => {
    const cluster = aWholeCluster()
    post(cluster, PODS, aPod('web'))
    cluster.run()
    for (const part of ['kube-apiserver', 'etcd']) {
      cluster.stop(part)
      cluster.run({ for: 1000 })
      cluster.restart(part)
      cluster.run()
      expect(get(cluster, `${PODS}/web`)).toMatchObject({ status: 200, body: { status: { phase: 'Running' } } })
    }
    post(cluster, PODS, aPod('after'))
    cluster.run()
    expect(podOf(cluster, 'after')).toMatchObject({ value: { status: { phase: 'Running' } } })
  })
})

/** Hops spread over what came after start-up, the last among them. */
function positions({ trace, restHop }: Cluster, count: number): number[] {
  const step = (trace.length - 1 - restHop) / count
  return Array.from({ length: count + 1 }, (_, i) => Math.round(restHop + i * step))
}
