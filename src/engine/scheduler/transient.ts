// Requests of the scheduler that are made again where the answer may be another one in a moment: a conflict, a server in trouble, or none.
// Upstream: kubernetes pkg/scheduler/util/utils.go (Retriable); client-go util/retry/util.go (OnError, DefaultBackoff)

import type { Answered, ClientRequest } from '../client/types'
import type { Handle } from './framework/handle'

/** After so long, and up to a tenth of it longer. */
const RETRIES = [10, 50, 250]
const JITTER = 0.1

/** `done` hears of the last answer. */
export function requestWithRetries(request: ClientRequest, handle: Handle, done: (answer: Answered) => void): void {
  const ask = (tries: number) =>
    handle.request(request, (answer) => {
      const delay = RETRIES[tries]
      if (delay === undefined || !isRetriable(answer)) return done(answer)
      handle.after(delay * (1 + JITTER * handle.random.next()), () => ask(tries + 1))
    })
  ask(0)
}

const isRetriable = (answer: Answered): boolean =>
  'error' in answer ? answer.error.includes('connection refused') : [409, 500, 503].includes(answer.status)
