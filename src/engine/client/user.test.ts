import { describe, expect, it } from 'vitest'
import type { HttpResponse, Message } from '../base/wire'
import { loneIo } from '../testing/loneIo'
import type { Effect, Program, Reply } from './program'
import { User } from './user'

const ok: HttpResponse = { status: 200, headers: {}, body: {} }
const request = { method: 'GET', path: '/api/v1/pods' }

/** A program that performs effects in order and keeps the replies. */
function aUser(...effects: readonly Effect[]) {
  const io = loneIo()
  const user = new User()
  user.start(io)
  const replies: Reply[] = []
  const program = function* (): Program {
    for (const effect of effects) replies.push(yield effect)
    return 3
  }
  const id = user.launch({ line: 'kubectl get pods', identity: 'alice', credentials: { bearerToken: 'alice-token' }, program })
  const events = () => io.noted.flatMap((hop) => (hop.kind === 'program' ? [hop.event] : []))
  const hear = (message: Message) => user.receive(message)
  return { io, user, id, replies, events, hear }
}

describe('User', () => {
  it('does what a program asks under its credentials, gives it the replies, and notes start, print and end', () => {
    const { io, user, id, replies, events, hear } = aUser(
      { do: 'request', request },
      { do: 'print', stream: 'stdout', text: 'hello\n' },
      { do: 'now' },
    )
    expect(io.requests()).toMatchObject([{ path: '/api/v1/pods', headers: { authorization: 'Bearer alice-token' } }])
    expect(user.isRunning(id)).toBe(true)
    hear({ type: 'http.response', request: 1, response: ok })
    expect(replies).toEqual([{ type: 'response', response: ok }, { type: 'done' }, { type: 'now', epoch: io.epochNow }])
    expect(events()).toEqual([
      { type: 'started', line: 'kubectl get pods', identity: 'alice' },
      { type: 'printed', stream: 'stdout', text: 'hello\n' },
      { type: 'exited', code: 3 },
    ])
    expect(user.isRunning(id)).toBe(false)
  })

  it('says why a request got no answer', () => {
    const { replies, hear } = aUser({ do: 'request', request })
    hear({ type: 'http.unreachable', request: 1, error: 'unexpected EOF' })
    expect(replies).toEqual([{ type: 'unreachable', error: 'unexpected EOF' }])
  })

  it('keeps the pieces of a stream until they are asked for, and ends a stream that the server ends or that breaks', () => {
    for (const last of [
      { type: 'http.end', request: 1 },
      { type: 'http.unreachable', request: 1, error: 'unexpected EOF' },
    ] as const) {
      const { replies, hear } = aUser(
        { do: 'open', request },
        { do: 'next', stream: 1 },
        { do: 'sleep', for: 10 },
        { do: 'next', stream: 1 },
        { do: 'next', stream: 1 },
      )
      hear({ type: 'http.response', request: 1, response: { ...ok, streaming: true } })
      hear({ type: 'http.chunk', request: 1, chunk: 'one' })
      hear({ type: 'http.chunk', request: 1, chunk: 'two' })
      hear(last)
      expect(replies.map((r) => r.type)).toEqual(['stream', 'chunk'])
    }
  })

  it('wakes a sleeper only when its time is over, whatever its streams do meanwhile', () => {
    const { io, replies, hear } = aUser(
      { do: 'open', request },
      { do: 'sleep', for: 10 },
      { do: 'next', stream: 1 },
      { do: 'next', stream: 1 },
    )
    hear({ type: 'http.response', request: 1, response: { ...ok, streaming: true } })
    hear({ type: 'http.chunk', request: 1, chunk: 'one' })
    hear({ type: 'http.unreachable', request: 1, error: 'unexpected EOF' })
    expect(replies.map((r) => r.type)).toEqual(['stream'])
    io.pass(10)
    expect(replies.map((r) => r.type)).toEqual(['stream', 'done', 'chunk', 'end'])
  })

  it('answers `next` with timeout when nothing comes in time', () => {
    const { io, replies, hear } = aUser({ do: 'open', request }, { do: 'next', stream: 1, timeout: 50 })
    hear({ type: 'http.response', request: 1, response: { ...ok, streaming: true } })
    io.pass(50)
    expect(replies.at(-1)).toEqual({ type: 'timeout' })
  })

  it('hangs up what an interrupted or ended program left open', () => {
    const aborts = (io: ReturnType<typeof loneIo>) => io.sent.filter(({ message }) => message.type === 'http.abort').length
    const waiting = aUser({ do: 'request', request })
    waiting.user.interrupt(waiting.id)
    expect(waiting.replies).toEqual([{ type: 'interrupted' }])
    expect(aborts(waiting.io)).toBe(1)
    waiting.hear({ type: 'http.response', request: 1, response: ok })
    expect(waiting.replies).toHaveLength(1)
    const streaming = aUser({ do: 'open', request }, { do: 'next', stream: 1 })
    streaming.hear({ type: 'http.response', request: 1, response: { ...ok, streaming: true } })
    streaming.user.interrupt(streaming.id)
    expect(streaming.replies.at(-1)).toEqual({ type: 'interrupted' })
    expect(aborts(streaming.io)).toBe(1)
  })
})
