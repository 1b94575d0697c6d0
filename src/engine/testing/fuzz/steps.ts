// What a user of a fuzzed cluster does, as data, and the program that does it. A step is tried again until it is granted, so that the end
// does not depend on what failed on the way. Tests only.

import type { JsonObject } from '../../base/json'
import type { Rng } from '../../base/rng'
import type { Effect, Program, ProgramRequest, Reply } from '../../client/program'
import type { ApiObject } from '../../api/object'

export type Step =
  /** Besides 2xx, `done` are answers that mean that it was done before. */
  | { readonly do: 'write'; readonly request: ProgramRequest; readonly done: readonly number[]; readonly pause: number }
  /** Looks each second until a field has a value; `gone`: until there is no such object. */
  | { readonly do: 'wait'; readonly path: string; readonly field: string; readonly is: string }
  /** Adds a key to a ConfigMap that others change, too: read, then written as of that revision. */
  | { readonly do: 'add'; readonly path: string; readonly key: string }
  /** Lists, then watches on from there: so many streams of so many seconds, each from where the last one ended. */
  | { readonly do: 'watch'; readonly path: string; readonly streams: number; readonly seconds: number }

const PAUSES = [0, 3, 40, 700, 4000]
const pauseOf = (rng: Rng) => PAUSES[rng.int(PAUSES.length)]!

export const create = (rng: Rng, path: string, body: JsonObject): Step => ({
  do: 'write',
  request: { method: 'POST', path, body },
  done: [409],
  pause: pauseOf(rng),
})

export const patch = (rng: Rng, path: string, body: JsonObject, done: readonly number[] = []): Step => ({
  do: 'write',
  request: { method: 'PATCH', path, body },
  done,
  pause: pauseOf(rng),
})

export const remove = (rng: Rng, path: string, propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'): Step => ({
  do: 'write',
  request: { method: 'DELETE', path: propagationPolicy ? `${path}?propagationPolicy=${propagationPolicy}` : path },
  done: [404],
  pause: pauseOf(rng),
})

export const wait = (path: string, field: string, is: string): Step => ({ do: 'wait', path, field, is })

export function* userProgram(steps: readonly Step[]): Program {
  for (const step of steps)
    switch (step.do) {
      case 'write':
        while (!isDone(yield asked(step.request), step.done)) yield { do: 'sleep', for: 1000 }
        yield { do: 'sleep', for: step.pause }
        break
      case 'wait':
        for (;;) {
          const reply = yield asked({ method: 'GET', path: step.path })
          if (isThere(reply, step.field, step.is)) break
          yield { do: 'sleep', for: 1000 }
        }
        break
      case 'add':
        yield* added(step.path, step.key)
        break
      case 'watch':
        yield* watched(step)
    }
  return 0
}

function* added(path: string, key: string): Generator<Effect, void, Reply> {
  for (;;) {
    const before = objectOf(yield asked({ method: 'GET', path }))
    const data = (before?.data ?? {}) as Readonly<Record<string, string>>
    if (before && key in data) return
    const changed = before && (yield asked({ method: 'PUT', path, body: { ...before, data: { ...data, [key]: 'yes' } } }))
    if (changed && isDone(changed, [])) return
    yield { do: 'sleep', for: changed?.type === 'response' && changed.response.status === 409 ? 20 : 1000 }
  }
}

function* watched({ path, streams, seconds }: Extract<Step, { do: 'watch' }>): Generator<Effect, void, Reply> {
  let revision = ''
  for (let left = streams; left > 0; left--) {
    if (revision === '') {
      revision = objectOf(yield asked({ method: 'GET', path }))?.metadata.resourceVersion ?? ''
      if (revision === '') yield { do: 'sleep', for: 1000 }
      continue
    }
    const query = `watch=true&timeoutSeconds=${seconds}&resourceVersion=${revision}`
    const head = yield { do: 'open', request: { method: 'GET', path: `${path}${path.includes('?') ? '&' : '?'}${query}` } }
    if (head.type !== 'stream') {
      yield { do: 'sleep', for: 500 }
      continue
    }
    for (;;) {
      // Now and then it hangs up by itself.
      const piece = yield { do: 'next', stream: head.stream, timeout: seconds * 700 }
      if (piece.type === 'timeout') yield { do: 'close', stream: head.stream }
      if (piece.type !== 'chunk' || typeof piece.chunk === 'string') break
      const { type, object } = piece.chunk
      revision = type === 'ERROR' ? '' : ((object as ApiObject).metadata.resourceVersion ?? revision)
    }
  }
}

function asked(request: ProgramRequest): Effect {
  const type = request.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  return { do: 'request', request: { ...request, headers: { 'content-type': type, accept: 'application/json', ...request.headers } } }
}

const isDone = (reply: Reply, done: readonly number[]) =>
  reply.type === 'response' && ((reply.response.status >= 200 && reply.response.status < 300) || done.includes(reply.response.status))

const objectOf = (reply: Reply) => (isDone(reply, []) && reply.type === 'response' ? (reply.response.body as unknown as ApiObject) : null)

function isThere(reply: Reply, field: string, is: string): boolean {
  if (field === 'gone') return reply.type === 'response' && reply.response.status === 404
  let at: unknown = objectOf(reply)
  for (const name of field.split('.')) at = (at as JsonObject | null | undefined)?.[name]
  return String(at) === is
}
