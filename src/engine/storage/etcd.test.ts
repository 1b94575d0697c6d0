import { describe, expect, it } from 'vitest'
import type { EtcdOp, Message } from '../base/wire'
import { loneIo } from '../testing/loneIo'
import { Etcd } from './etcd'

const KEY = '/registry/events/default/a'
const put = (key: string, value: { readonly [field: string]: string } = {}, ttl?: number): EtcdOp => ({
  op: 'txn',
  compare: [],
  success: [{ op: 'put', key, value, ttl }],
  failure: [],
})

function anEtcd() {
  const io = loneIo()
  const etcd = new Etcd()
  etcd.start(io)
  let calls = 0
  const call = (op: EtcdOp): Message | undefined => {
    etcd.receive({ type: 'etcd.call', call: ++calls, request: null, op }, 'kube-apiserver')
    return io.sent.at(-1)?.message
  }
  const events = () => io.sent.flatMap(({ message }) => (message.type === 'etcd.event' ? [message] : []))
  return { io, etcd, call, events }
}

describe('etcd', () => {
  it('[ST6] tells a watch the events from its start revision, then each as it happens; those of one transaction together', () => {
    const { call, events } = anEtcd()
    for (const name of ['a', 'b', 'c']) call(put(`/registry/pods/${name}`))
    call({ op: 'watch', watch: 1, prefix: '/registry/pods/', startRevision: 3 })
    call({
      op: 'txn',
      compare: [],
      success: [
        { op: 'put', key: '/registry/pods/d', value: {} },
        { op: 'delete', key: '/registry/pods/a' },
        { op: 'put', key: '/registry/nodes/n', value: {} },
      ],
      failure: [],
    })
    expect(events().map((m) => [m.revision, m.events.map((e) => `${e.type} ${e.kv.key.slice(-1)}`)])).toEqual([
      [3, ['PUT b']],
      [4, ['PUT c']],
      [5, ['PUT d', 'DELETE a']],
    ])
  })

  it('[ST6] tells every watch whose prefix a key has, in their order, whatever else is watched', () => {
    const { call, events } = anEtcd()
    const prefixes = ['/registry/pods/a', '/registry/nodes/', '/registry/', '/registry/pods/', '/registry/po']
    prefixes.forEach((prefix, i) => call({ op: 'watch', watch: i + 1, prefix, startRevision: 0 }))
    const told = () => events().map((m) => m.watch)
    call(put('/registry/pods/a'))
    expect(told()).toEqual([1, 3, 4, 5])
    call({ op: 'cancelWatch', watch: 3 })
    call({ op: 'watch', watch: 6, prefix: '/registry/pods/b', startRevision: 0 })
    call(put('/registry/pods/b'))
    expect(told().slice(4)).toEqual([4, 5, 6])
    call(put('/registry/nodes/b'))
    expect(told().slice(7)).toEqual([2])
  })

  it('watches from now on when no start revision is named, and no more when cancelled', () => {
    const { call, events } = anEtcd()
    call(put('/registry/pods/a'))
    call({ op: 'watch', watch: 1, prefix: '/registry/pods/', startRevision: 0 })
    call(put('/registry/pods/b'))
    call({ op: 'cancelWatch', watch: 1 })
    call(put('/registry/pods/c'))
    expect(events().map((m) => m.revision)).toEqual([3])
  })

  it('cancels a watch from before what is compacted, and serves one from the compacted revision itself', () => {
    const { call, io } = anEtcd()
    for (const name of ['a', 'b', 'c']) call(put(`/registry/pods/${name}`))
    call({ op: 'compact', revision: 3 })
    expect(call({ op: 'watch', watch: 1, prefix: '/registry/pods/', startRevision: 2 })).toEqual({
      type: 'etcd.cancelled',
      watch: 1,
      compactRevision: 3,
    })
    io.sent.length = 0
    call({ op: 'watch', watch: 2, prefix: '/registry/pods/', startRevision: 3 })
    expect(io.sent.map(({ message }) => message.type)).toEqual(['etcd.event', 'etcd.event'])
  })

  it('refuses to compact what is compacted, and the future', () => {
    const { call } = anEtcd()
    call(put(KEY))
    call(put(KEY))
    expect(call({ op: 'compact', revision: 2 })).toMatchObject({ reply: { ok: true } })
    expect(call({ op: 'compact', revision: 2 })).toMatchObject({
      reply: { error: 'etcdserver: mvcc: required revision has been compacted' },
    })
    expect(call({ op: 'compact', revision: 4 })).toMatchObject({
      reply: { error: 'etcdserver: mvcc: required revision is a future revision' },
    })
  })

  it('[ST7] sends the event before the reply', () => {
    const { call, io } = anEtcd()
    call({ op: 'watch', watch: 1, prefix: '/registry/', startRevision: 0 })
    call(put(KEY))
    expect(io.sent.map(({ message }) => message.type)).toEqual(['etcd.event', 'etcd.reply'])
  })

  it('[ST9] refuses a write over 1.5 MiB, in bytes of UTF-8, and writes nothing', () => {
    const { call, etcd } = anEtcd()
    const refused = { reply: { ok: false, error: 'etcdserver: request is too large' } }
    expect(call(put(KEY, { a: 'x'.repeat(1.5 * 1024 * 1024) }))).toMatchObject(refused)
    expect(call(put(KEY, { a: '가'.repeat(512 * 1024) }))).toMatchObject(refused)
    expect(etcd.store.revision).toBe(1)
    expect(call(put(KEY, { a: 'x'.repeat(1.4 * 1024 * 1024) }))).toMatchObject({ reply: { ok: true } })
  })

  it('deletes a key with a time to live when that is over, unless it was written without one since', () => {
    const { call, etcd, io } = anEtcd()
    call(put(KEY, {}, 3600))
    call(put(`${KEY}b`, {}, 3600))
    call(put(`${KEY}b`))
    expect(io.idle).toBe(true)
    io.pass(3599_000)
    expect(etcd.store.get(KEY)).not.toBeNull()
    io.pass(61_000)
    expect(etcd.store.get(KEY)).toBeNull()
    expect(etcd.store.get(`${KEY}b`)).not.toBeNull()
  })

  it('keeps data and leases over a crash, not watches; forgets the watches of a client that is gone', () => {
    const { call, etcd, events } = anEtcd()
    call({ op: 'watch', watch: 1, prefix: '/registry/', startRevision: 0 })
    call(put(KEY, {}, 3600))
    etcd.crash()
    const io = loneIo()
    etcd.start(io)
    io.pass(3_660_000)
    expect(etcd.store.get(KEY)).toBeNull()
    expect(io.sent).toEqual([])
    etcd.disconnected('kube-apiserver')
    const told = events().length
    call(put(KEY))
    expect(events()).toHaveLength(told)
  })
})
