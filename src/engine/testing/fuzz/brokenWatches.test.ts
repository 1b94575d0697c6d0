import { afterEach, describe, expect, it } from 'vitest'
import type { ApiObject } from '../../api/object'
import { ApiServer } from '../../apiserver/apiServer'
import { WatchCache } from '../../apiserver/watchCache'
import type { JsonObject } from '../../base/json'
import type { HttpResponse, Message, WatchEvent } from '../../base/wire'
import type { Cluster } from '../../cluster/types'
import { get, post, watch } from '../ask'
import { aCluster, aConfigMap, admin, CONFIG_MAPS } from '../builders'
import { merge, pass } from '../workloads'
import { mendAll, replaced, withIo } from './broken'
import { historyProblems } from './historyProblems'

afterEach(mendAll)

type Chunk = Omit<Extract<Message, { type: 'http.chunk' }>, 'chunk'> & { readonly chunk: WatchEvent }

/** What the reader's watches are sent in place of an event of a ConfigMap's. */
function telling(inPlaceOf: (chunk: Chunk, name: string, send: (chunk: Chunk) => void) => void): void {
  withIo(ApiServer, (io) => ({
    send(to, message) {
      const isTold = to === 'user' && message.type === 'http.chunk' && typeof message.chunk !== 'string'
      if (!isTold) return io.send(to, message)
      const chunk = message as Chunk
      const { name } = (chunk.chunk.object as ApiObject).metadata
      if (name === undefined) return io.send(to, message)
      let hop = io.cause ?? 0
      inPlaceOf(chunk, name, (other) => (hop = io.send(to, other)))
      return hop
    },
  }))
}

/** What the reader is answered in place of this; `n`: its number among the answers, from 1. */
function answering(inPlaceOf: (response: Answer, n: number) => Answer): void {
  let n = 0
  withIo(ApiServer, (io) => ({
    send(to, message) {
      if (to !== 'user' || message.type !== 'http.response' || !message.response.body) return io.send(to, message)
      return io.send(to, { ...message, response: inPlaceOf(message.response as Answer, ++n) })
    },
  }))
}
type Answer = Omit<HttpResponse, 'body'> & { readonly body: JsonObject }

/** Two watches of ConfigMaps: one of all that is there and comes, one from a revision of the past. */
function twoWatches(): Cluster {
  const cluster = aCluster()
  for (const name of ['a', 'b']) post(cluster, CONFIG_MAPS, aConfigMap(name))
  const past = (get(cluster, CONFIG_MAPS).body as unknown as ApiObject).metadata.resourceVersion
  watch(cluster, admin, `${CONFIG_MAPS}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`)
  pass(cluster, 1000)
  for (const name of ['c', 'd']) post(cluster, CONFIG_MAPS, aConfigMap(name))
  watch(cluster, admin, `${CONFIG_MAPS}?watch=true&resourceVersion=${past}`)
  pass(cluster, 1000)
  for (const n of ['1', '2', '3']) merge(cluster, `${CONFIG_MAPS}/a`, { data: { n } })
  pass(cluster, 20_000)
  return cluster
}

const problemsOf = (cluster: Cluster) => historyProblems(cluster).join('\n')

const nOf = ({ chunk }: Chunk) => (chunk.object as { readonly data?: { readonly n?: string } }).data?.n

const changed = (object: JsonObject): JsonObject => ({ ...object, data: { n: '0' } })

describe('a watch', () => {
  it('that is well has no problem', () => expect(historyProblems(twoWatches())).toEqual([]))

  it('that drops an event is found out by the next', () => {
    telling((chunk, _, send) => (nOf(chunk) === '2' ? undefined : send(chunk)))
    expect(problemsOf(twoWatches())).toMatch(/tells MODIFIED of revision \d+ where MODIFIED of \d+ is next/)
  })

  it('that drops the last event is found out by the silence', () => {
    telling((chunk, _, send) => (nOf(chunk) === '3' ? undefined : send(chunk)))
    expect(problemsOf(twoWatches())).toMatch(/does not tell MODIFIED of revision \d+/)
  })

  it('that tells an event twice is found out by its revision', () => {
    telling((chunk, _, send) => {
      send(chunk)
      if (nOf(chunk) === '2') send(chunk)
    })
    expect(problemsOf(twoWatches())).toMatch(/tells MODIFIED of revision (\d+) after \1/)
  })

  it('that tells a later event first is found out by the order', () => {
    const held = new Map<number, Chunk>()
    telling((chunk, _, send) => {
      if (nOf(chunk) === '2') return void held.set(chunk.request, chunk)
      send(chunk)
      const earlier = held.get(chunk.request)
      if (earlier) send(earlier)
      held.delete(chunk.request)
    })
    expect(problemsOf(twoWatches())).toMatch(/watch \d+ .* tells MODIFIED of revision \d+ after \d+/)
  })

  it('that tells an event with other content or of another type is found out', () => {
    telling((chunk, _, send) => send({ ...chunk, chunk: { ...chunk.chunk, object: changed(chunk.chunk.object) } }))
    expect(problemsOf(twoWatches())).toMatch(/tells other content than revision \d+ has/)
    mendAll()
    telling((chunk, _, send) => send({ ...chunk, chunk: { ...chunk.chunk, type: 'ADDED' } }))
    expect(problemsOf(twoWatches())).toMatch(/tells ADDED of revision (\d+) where MODIFIED of \1 is next/)
  })

  it('that does not begin with the whole of one moment is found out', () => {
    telling((chunk, name, send) => (name === 'b' ? undefined : send(chunk)))
    expect(problemsOf(twoWatches())).toMatch(/begins with ADDED \S+ \d+ at revision \d+, where there is ADDED \S+ \d+,ADDED/)
  })

  it('that goes on from now in place of the revision that was asked for is found out', () => {
    replaced(
      WatchCache,
      'watch',
      (well, { revision }) =>
        (watcher, _, cause) =>
          well(watcher, revision, cause),
    )
    expect(problemsOf(twoWatches())).toMatch(/tells MODIFIED of revision \d+ where ADDED of \d+ is next/)
  })
})

describe('a read', () => {
  const writtenAndRead = (): Cluster => {
    const cluster = aCluster()
    post(cluster, CONFIG_MAPS, aConfigMap('a'))
    merge(cluster, `${CONFIG_MAPS}/a`, { data: { n: '1' } })
    get(cluster, `${CONFIG_MAPS}/a`)
    return cluster
  }

  it('that is well has no problem', () => expect(historyProblems(writtenAndRead())).toEqual([]))

  it('of what was there before a write that had been acknowledged is found out', () => {
    const answers: Answer[] = []
    answering((response, n) => (answers.push(response), n === 3 ? { ...response, body: answers[0]!.body } : response))
    expect(problemsOf(writtenAndRead())).toMatch(/was answered with revision \d+, and \d+ was acknowledged before/)
  })

  it('that does not find what is there is found out', () => {
    answering((response, n) => (n === 3 ? { ...response, status: 404 } : response))
    expect(problemsOf(writtenAndRead())).toMatch(/was answered with 404, and it was there all the time/)
  })

  it('of a list that leaves something out is found out', () => {
    answering((response) => {
      const { items } = response.body as { readonly items?: readonly JsonObject[] }
      return items ? { ...response, body: { ...response.body, items: items.slice(1) } } : response
    })
    expect(problemsOf(twoWatches())).toMatch(/lists \S+ \d+ at revision \d+, where there is \S+ \d+,\S+ \d+/)
  })
})
