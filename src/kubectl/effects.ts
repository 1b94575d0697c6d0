// The effects that programs ask for, as functions to `yield*`.

import type { Effect, HttpResponse, ProgramRequest, Reply, WatchEvent } from '../engine/index'
import { CommandError } from './context'

export type Step<T> = Generator<Effect, T, Reply>

/** The exit code of a program that Ctrl-C ended. */
export const INTERRUPTED = 130

/** The link or the server is down; `error` as Go's net package says it. */
export class Unreachable extends Error {}

export function* print(text: string): Step<void> {
  if (text !== '') yield { do: 'print', stream: 'stdout', text }
}

export function* printError(text: string): Step<void> {
  if (text !== '') yield { do: 'print', stream: 'stderr', text }
}

export function* now(): Step<number> {
  const reply = yield { do: 'now' }
  return reply.type === 'now' ? reply.epoch : 0
}

export function* send(request: ProgramRequest): Step<HttpResponse> {
  const reply = yield { do: 'request', request }
  if (reply.type === 'response') return reply.response
  throw failed(reply)
}

/** A stream's number, or the answer that refused it. */
export function* open(
  request: ProgramRequest,
): Step<{ stream: number; response: HttpResponse } | { stream: null; response: HttpResponse }> {
  const reply = yield { do: 'open', request }
  if (reply.type === 'stream') return { stream: reply.stream, response: reply.response }
  if (reply.type === 'response') return { stream: null, response: reply.response }
  throw failed(reply)
}

/** The next piece; null at the end, `timeout` when none came in time. */
export function* next(stream: number, timeout?: number): Step<WatchEvent | string | null | { timeout: true }> {
  const reply = yield { do: 'next', stream, ...(timeout === undefined ? {} : { timeout }) }
  if (reply.type === 'chunk') return reply.chunk
  if (reply.type === 'end') return null
  if (reply.type === 'timeout') return { timeout: true }
  throw failed(reply)
}

export function* close(stream: number): Step<void> {
  yield { do: 'close', stream }
}

/** Lets so much time pass. */
export function* pause(milliseconds: number): Step<void> {
  const reply = yield { do: 'sleep', for: milliseconds }
  if (reply.type === 'interrupted') throw failed(reply)
}

function failed(reply: Reply): Error {
  if (reply.type === 'unreachable') return new Unreachable(reply.error)
  return new CommandError('', INTERRUPTED)
}
