import { describe, expect, it } from 'vitest'
import type { HttpResponse } from '../base/wire'
import { loneIo } from '../testing/loneIo'
import { Client } from './client'
import type { Unreachable } from './types'

const ok: HttpResponse = { status: 200, headers: {}, body: {} }

function aClient() {
  const io = loneIo()
  const client = new Client(io, 'kube-apiserver', { credentials: { bearerToken: 'secret' }, userAgent: 'test/1' })
  return { io, client }
}

describe('Client', () => {
  it('sends who it is and what the caller says, and gives each answer to the one who asked, once', () => {
    const { io, client } = aClient()
    const answers: string[] = []
    const first = client.request({ method: 'GET', path: '/a' }, ({ status }) => answers.push(`a ${status}`))
    const second = client.request({ method: 'POST', path: '/b', headers: { 'content-type': 'application/json' }, body: {} }, ({ status }) =>
      answers.push(`b ${status}`),
    )
    expect(io.requests().map((r) => r.headers)).toEqual([
      { 'user-agent': 'test/1', accept: 'application/json', authorization: 'Bearer secret' },
      { 'user-agent': 'test/1', accept: 'application/json', authorization: 'Bearer secret', 'content-type': 'application/json' },
    ])
    expect(client.receive({ type: 'http.response', request: second, response: ok })).toBe(true)
    expect(client.receive({ type: 'http.response', request: first, response: { ...ok, status: 404 } })).toBe(true)
    expect(client.receive({ type: 'http.response', request: first, response: ok })).toBe(false)
    expect(answers).toEqual(['b 200', 'a 404'])
  })

  it('leaves messages for others alone', () => {
    const { client } = aClient()
    expect(client.receive({ type: 'http.response', request: 99, response: ok })).toBe(false)
    expect(client.receive({ type: 'etcd.cancelled', watch: 1, compactRevision: 1 })).toBe(false)
  })

  it('says why when no answer comes', () => {
    const { client } = aClient()
    const heard: (HttpResponse | Unreachable)[] = []
    const id = client.request({ method: 'GET', path: '/a' }, (response) => heard.push(response))
    client.receive({ type: 'http.unreachable', request: id, error: 'unexpected EOF' })
    expect(heard).toEqual([{ status: 0, error: 'unexpected EOF' }])
  })

  it('hands the pieces of a stream on until it ends or is closed', () => {
    const { io, client } = aClient()
    const heard: string[] = []
    const handlers = { head: () => heard.push('head'), chunk: (c: unknown) => heard.push(String(c)), end: () => heard.push('end') }
    const ended = client.stream({ method: 'GET', path: '/a' }, handlers)
    client.receive({ type: 'http.response', request: ended.request, response: { ...ok, streaming: true } })
    client.receive({ type: 'http.chunk', request: ended.request, chunk: 'one' })
    client.receive({ type: 'http.end', request: ended.request })
    ended.close()
    const closed = client.stream({ method: 'GET', path: '/a' }, handlers)
    closed.close()
    client.receive({ type: 'http.chunk', request: closed.request, chunk: 'late' })
    expect(heard).toEqual(['head', 'one', 'end'])
    expect(io.sent.filter(({ message }) => message.type === 'http.abort')).toHaveLength(1)
  })
})
