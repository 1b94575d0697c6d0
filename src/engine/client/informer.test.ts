import { describe, expect, it } from 'vitest'
import type { WatchEvent } from '../base/wire'
import { loneIo } from '../testing/loneIo'
import { bookmark, event } from '../testing/watchEvents'
import { Client } from './client'
import { Informer } from './informer'

function anInformer() {
  const io = loneIo()
  const client = new Client(io, 'kube-apiserver', { credentials: {}, userAgent: 'test' })
  const heard: string[] = []
  const informer = new Informer(
    io,
    client,
    '/api/v1/pods',
    {
      add: (o) => heard.push(`add ${o.metadata.name}`),
      update: (o, old) => heard.push(`update ${o.metadata.name} ${old.metadata.resourceVersion}→${o.metadata.resourceVersion}`),
      delete: (o) => heard.push(`delete ${o.metadata.name}`),
    },
    'fieldSelector=spec.nodeName%3Dworker-1',
    () => heard.push('synced'),
  )
  informer.start()
  const request = () => io.requests().at(-1)!
  const query = () => new URLSearchParams(request().path.split('?')[1])
  const open = (...events: WatchEvent[]) => {
    client.receive({ type: 'http.response', request: request().id, response: { status: 200, headers: {}, streaming: true } })
    tell(...events)
  }
  const tell = (...events: WatchEvent[]) => {
    for (const chunk of events) client.receive({ type: 'http.chunk', request: request().id, chunk })
  }
  const end = () => {
    client.receive({ type: 'http.end', request: request().id })
    io.pass(0)
  }
  return { io, client, informer, heard, request, query, open, tell, end }
}

describe('Informer', () => {
  it('asks for all that exists and what follows, and is synced at the bookmark', () => {
    const { query, open, heard, informer } = anInformer()
    expect(Object.fromEntries(query())).toMatchObject({
      watch: 'true',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
      fieldSelector: 'spec.nodeName=worker-1',
    })
    open(event('ADDED', 'a', 5))
    expect(informer.synced).toBe(false)
    open(bookmark(7, true), event('MODIFIED', 'a', 8), event('DELETED', 'a', 9))
    expect(heard).toEqual(['add a', 'synced', 'update a 5→8', 'delete a'])
    expect(informer.list()).toEqual([])
  })

  it('goes on from the last revision it saw when the stream ends', () => {
    const { open, end, query, heard, tell } = anInformer()
    open(event('ADDED', 'a', 5), bookmark(7, true), bookmark(12))
    end()
    expect(query().get('resourceVersion')).toBe('12')
    expect(query().get('sendInitialEvents')).toBeNull()
    tell(event('ADDED', 'b', 13))
    expect(heard).toEqual(['add a', 'synced', 'add b'])
  })

  it('begins anew when the stream breaks before the bookmark: what came so far is no state to go on from', () => {
    const { open, end, query, informer, heard } = anInformer()
    open(event('ADDED', 'a', 5), event('ADDED', 'gone', 6))
    end()
    expect(query().get('resourceVersion')).toBeNull()
    expect(query().get('sendInitialEvents')).toBe('true')
    open(event('ADDED', 'a', 5), bookmark(9, true))
    expect(informer.list().map((o) => o.metadata.name)).toEqual(['a'])
    expect(heard).toEqual(['add a', 'add gone', 'delete gone', 'synced'])
  })

  it('lists anew after 410, without telling again what it knows', () => {
    const { open, io, query, heard, tell } = anInformer()
    open(event('ADDED', 'a', 5), event('ADDED', 'b', 6), bookmark(7, true))
    tell({ type: 'ERROR', object: { kind: 'Status', code: 410 } })
    io.pass(1000)
    expect(query().get('sendInitialEvents')).toBe('true')
    open(event('ADDED', 'b', 20), bookmark(21, true))
    expect(heard).toEqual(['add a', 'add b', 'synced', 'update b 6→20', 'delete a'])
  })

  it('tries again in the background while the server cannot be reached', () => {
    const { client, io, request } = anInformer()
    client.receive({ type: 'http.unreachable', request: request().id, error: 'connection refused' })
    expect(io.idle).toBe(true)
    io.pass(1000)
    expect(io.requests()).toHaveLength(2)
  })

  it('is silent when stopped', () => {
    const { informer, open, heard, tell, io } = anInformer()
    open(bookmark(7, true))
    informer.stop()
    tell(event('ADDED', 'a', 8))
    io.pass(10_000)
    expect(heard).toEqual(['synced'])
    expect(io.requests()).toHaveLength(1)
  })
})
