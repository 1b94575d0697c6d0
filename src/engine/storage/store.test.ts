import { describe, expect, it } from 'vitest'
import { Store } from './store'

const put = (key: string, n = 0) => ({ op: 'put', key, value: { n } }) as const
const write = (store: Store, ...keys: string[]) => store.txn({ compare: [], success: keys.map((k) => put(k)), failure: [] })

describe('Store', () => {
  it('[ST1] raises the revision by one per transaction that writes, and by none for one that does not', () => {
    const store = new Store()
    write(store, '/registry/pods/a', '/registry/pods/b')
    expect(store.revision).toBe(2)
    store.txn({ compare: [], success: [{ op: 'delete', key: '/registry/pods/none' }], failure: [] })
    expect(store.revision).toBe(2)
  })

  it('[ST2] counts versions and keeps the revision of creation until the key is deleted', () => {
    const store = new Store()
    write(store, '/registry/pods/a')
    write(store, '/registry/pods/a')
    expect(store.get('/registry/pods/a')).toMatchObject({ createRevision: 2, modRevision: 3, version: 2 })
    store.txn({ compare: [], success: [{ op: 'delete', key: '/registry/pods/a' }], failure: [] })
    write(store, '/registry/pods/a')
    expect(store.get('/registry/pods/a')).toMatchObject({ createRevision: 5, modRevision: 5, version: 1 })
  })

  it('[ST3] writes nothing when a compare fails, and reads the failure branch', () => {
    const store = new Store()
    write(store, '/registry/pods/a')
    const { reply, events } = store.txn({
      compare: [{ key: '/registry/pods/a', modRevision: 0 }],
      success: [put('/registry/pods/a', 1)],
      failure: [{ op: 'range', key: '/registry/pods/a' }],
    })
    expect(reply).toMatchObject({ ok: true, succeeded: false, kvs: [{ key: '/registry/pods/a', value: { n: 0 } }] })
    expect(events).toEqual([])
    expect(store.revision).toBe(2)
  })

  it('[ST5] reads the past, refuses the compacted past and the future', () => {
    const store = new Store()
    for (let n = 1; n <= 3; n++) store.txn({ compare: [], success: [put('/registry/pods/a', n)], failure: [] })
    expect(store.range({ op: 'range', key: '/registry/pods/a', revision: 3 })).toMatchObject({ kvs: [{ value: { n: 2 } }] })
    store.compact(3)
    expect(store.range({ op: 'range', key: '/registry/pods/a', revision: 2 })).toMatchObject({
      ok: false,
      error: 'etcdserver: mvcc: required revision has been compacted',
      compactRevision: 3,
    })
    expect(store.range({ op: 'range', key: '/registry/pods/a', revision: 9 })).toMatchObject({
      ok: false,
      error: 'etcdserver: mvcc: required revision is a future revision',
    })
  })

  it('[ST8] keeps the compacted past for views', () => {
    const store = new Store()
    write(store, '/registry/pods/a')
    store.txn({ compare: [], success: [{ op: 'delete', key: '/registry/pods/a' }], failure: [] })
    store.compact(3)
    expect(store.getAt('/registry/pods/a', 2)).toMatchObject({ value: { n: 0 } })
    expect(store.listAt('/registry/', 3)).toEqual([])
  })

  it('ranges over a prefix in byte order, from a key, with a limit, and counts all', () => {
    const store = new Store()
    for (const name of ['b', 'a', 'c', 'a-b']) write(store, `/registry/pods/default/${name}`)
    write(store, '/registry/podtemplates/default/x')
    const keys = (reply: ReturnType<Store['range']>) => (reply.ok ? reply.kvs.map((kv) => kv.key.split('/').at(-1)) : [])
    expect(keys(store.range({ op: 'range', key: '/registry/pods/', prefix: true }))).toEqual(['a', 'a-b', 'b', 'c'])
    const page = store.range({ op: 'range', key: '/registry/pods/', prefix: true, from: '/registry/pods/default/a\u0000', limit: 2 })
    expect(keys(page)).toEqual(['a-b', 'b'])
    expect(page).toMatchObject({ count: 3 })
  })
})
