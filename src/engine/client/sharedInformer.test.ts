import { describe, expect, it } from 'vitest'
import { loneIo } from '../testing/loneIo'
import { bookmark, event } from '../testing/watchEvents'
import { Client } from './client'
import type { InformerHandlers } from './informer'
import { NO_RESYNC, SharedInformers } from './sharedInformer'

const HOUR = 3600_000

function shared() {
  const io = loneIo()
  const client = new Client(io, 'kube-apiserver', { credentials: {}, userAgent: 'test' })
  const informers = new SharedInformers(io, client, 12 * HOUR)
  const pods = informers.of('/api/v1/pods')
  const request = io.requests().at(-1)!.id
  client.receive({ type: 'http.response', request, response: { status: 200, headers: {}, streaming: true } })
  for (const chunk of [event('ADDED', 'a', 5), event('ADDED', 'b', 6), bookmark(7, true)])
    client.receive({ type: 'http.chunk', request, chunk })
  const heard: string[] = []
  const listener = (who: string): InformerHandlers => ({
    update: (now, old) => heard.push(`${who} ${now.metadata.name} ${now === old}`),
  })
  return { io, informers, pods, heard, listener }
}

describe('SharedInformer', () => {
  it('tells of all that is there once in each resync period, as of updates that change nothing', () => {
    const { io, pods, heard, listener } = shared()
    pods.listen(listener('first'))
    io.pass(12 * HOUR - 1)
    expect(heard).toEqual([])
    io.pass(1)
    expect(heard).toEqual(['first a true', 'first b true'])
    io.pass(12 * HOUR)
    expect(heard).toHaveLength(4)
  })

  it('lets a listener choose another period, or none', () => {
    const { io, pods, heard, listener } = shared()
    pods.listen(listener('soon'), HOUR).listen(listener('never'), NO_RESYNC)
    io.pass(HOUR)
    expect(heard).toEqual(['soon a true', 'soon b true'])
    io.pass(23 * HOUR)
    expect(heard).toHaveLength(48)
    expect(heard.join()).not.toContain('never')
  })

  it('does not keep a run from being idle, and ends with its watch', () => {
    const { io, informers, pods, heard, listener } = shared()
    pods.listen(listener('first'))
    expect(io.idle).toBe(true)
    informers.drop('/api/v1/pods')
    io.pass(24 * HOUR)
    expect(heard).toEqual([])
  })
})
