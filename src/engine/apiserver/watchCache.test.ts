import { describe, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../api/object'
import { WatchCache, type Watcher } from './watchCache'

const nodeOf = (o: ApiObject) => ((o.spec as JsonObject | undefined)?.nodeName as string | undefined) ?? ''

function pod(nodeName: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec: { nodeName } }
}

function put(cache: WatchCache, nodeName: string, revision: number): void {
  const kv = { key: '/registry/pods/default/p', value: pod(nodeName), createRevision: 2, modRevision: revision, version: 1, lease: 0 }
  cache.take({ type: 'PUT', kv, previous: null }, revision, null)
}

function watching(cache: WatchCache, node: string) {
  const told: string[] = []
  const asked: string[] = []
  const watcher: Watcher = {
    prefix: '/registry/pods/',
    watched: node,
    matches: (object) => (asked.push(nodeOf(object)), nodeOf(object) === node),
    end: () => {},
    send: (event) => told.push(event.type),
  }
  cache.watch(watcher, 1, null)
  return { told, asked, watcher }
}

describe('the watch cache', () => {
  it('tells a watcher of one value only of objects that have it or had it', () => {
    const cache = new WatchCache(nodeOf)
    const [a, b, c] = ['a', 'b', 'c'].map((node) => watching(cache, node))
    put(cache, 'a', 2)
    put(cache, 'b', 3)
    expect(a!.told).toEqual(['ADDED', 'DELETED'])
    expect(b!.told).toEqual(['ADDED'])
    expect(c!.asked).toEqual([])
  })

  it('gives back whatever fields an object has', () => {
    const cache = new WatchCache()
    const kv = {
      key: '/registry/x/a',
      value: { metadata: { name: 'a' }, modRevision: 7, value: 1 },
      createRevision: 2,
      modRevision: 2,
      version: 1,
    }
    cache.fill([kv], 2)
    expect(cache.list('/registry/x/')).toEqual([{ metadata: { name: 'a', resourceVersion: '2' }, modRevision: 7, value: 1 }])
  })

  it('forgets a watcher that ends', () => {
    const cache = new WatchCache(nodeOf)
    const { told, watcher } = watching(cache, 'a')
    expect(cache.watcherCount).toBe(1)
    cache.unwatch(watcher)
    put(cache, 'a', 2)
    expect(told).toEqual([])
    expect(cache.watcherCount).toBe(0)
  })
})
