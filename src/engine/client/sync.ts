// A component's work as straight code: a generator that yields the requests it makes and goes on with their answers. So it reads from top to
// bottom, as upstream's blocking calls do; what may go out at once is yielded as one list.
// Upstream: the syncHandler of client-go's controllers (sample-controller, every pkg/controller/*)

import type { ApiObject } from '../api/object'
import type { Millis, PartIo } from '../base/part'
import { messageOf, objectOf, succeeded } from './answers'
import type { Answered, ClientApi, ClientRequest } from './types'
import { WorkQueue, type WorkQueueOptions } from './workQueue'

export type Sync<T = void> = Generator<readonly ClientRequest[], T, readonly Answered[]>

/** Nothing more to do; `failed`, tried again with growing delays; or to be looked at again after a time. */
export type Outcome = void | 'done' | 'failed' | { readonly after: Millis }

/** Ends a queue's sync that cannot go on: its key is tried again later, unless that is of no use. */
export class GiveUp extends Error {
  constructor(
    message: string,
    readonly again = true,
  ) {
    super(message)
  }
}

/** One request; its answer, whatever it is. */
export function* ask(request: ClientRequest): Sync<Answered> {
  const [answer] = yield [request]
  return answer!
}

/** Requests that go out together. */
export function* askAll(requests: readonly ClientRequest[]): Sync<readonly Answered[]> {
  return requests.length > 0 ? yield requests : []
}

/** One request that must succeed; the object answered. */
export function* demand<T extends ApiObject>(request: ClientRequest): Sync<T> {
  const answer = yield* ask(request)
  if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
  return objectOf<T>(answer)
}

/**
 * Several syncs at once: what they ask goes out together, step by step; each one's result. One that gives up lets the others end first.
 * (Upstream starts a goroutine for each.)
 */
export function* sideBySide<T>(syncs: readonly Sync<T>[]): Sync<readonly T[]> {
  const results: T[] = []
  let failure: GiveUp | null = null
  let running = syncs.map((sync, index) => ({ sync, index, answers: [] as readonly Answered[] }))
  while (running.length > 0) {
    const asked: { readonly sync: Sync<T>; readonly index: number; readonly requests: readonly ClientRequest[] }[] = []
    for (const { sync, index, answers } of running) {
      try {
        const next = sync.next(answers)
        if (next.done) results[index] = next.value
        else asked.push({ sync, index, requests: next.value })
      } catch (error) {
        if (!(error instanceof GiveUp)) throw error
        failure ??= error
      }
    }
    const answers = yield* askAll(asked.flatMap(({ requests }) => requests))
    let from = 0
    running = asked.map(({ sync, index, requests }) => ({ sync, index, answers: answers.slice(from, (from += requests.length)) }))
  }
  if (failure) throw failure
  return results
}

/** A queue whose keys are worked on by `sync`, one at a time unless the options give it more workers. */
export function syncQueue(io: PartIo, client: ClientApi, sync: (key: string) => Sync<Outcome>, options?: WorkQueueOptions): WorkQueue {
  const queue: WorkQueue = new WorkQueue(
    io,
    (key, done) =>
      perform(client, orGivenUp(sync(key)), (outcome) => {
        if (typeof outcome === 'object') queue.addAfter(key, outcome.after, true)
        done(outcome === 'failed')
      }),
    options,
  )
  return queue
}

function* orGivenUp(sync: Sync<Outcome>): Sync<Outcome> {
  try {
    return yield* sync
  } catch (error) {
    if (!(error instanceof GiveUp)) throw error
    return error.again ? 'failed' : 'done'
  }
}

/** Runs a sync to its end; `done` is not called when the process ends before. */
export function perform<T>(client: ClientApi, sync: Sync<T>, done: (result: T) => void = () => {}): void {
  const go = (answers: readonly Answered[]): void => {
    const next = sync.next(answers)
    if (next.done) return done(next.value)
    const got: Answered[] = []
    let left = next.value.length
    for (const [i, request] of next.value.entries())
      client.request(request, (answer) => {
        got[i] = answer
        if (--left === 0) go(got)
      })
  }
  go([])
}
