// How a controller brings one object to what is wished: a generator that yields the requests it makes and goes on with their answers.
// So it reads from top to bottom, as upstream's blocking calls do; what may go out at once is yielded as one list.
// Upstream: kubernetes pkg/controller (the sync functions of the controllers)

import type { ApiObject } from '../api/object'
import type { JsonObject } from '../base/json'
import type { Answered } from '../client/sync'
import type { ClientApi, ClientRequest } from '../client/types'

export type Sync<T = void> = Generator<readonly ClientRequest[], T, readonly Answered[]>

/** Ends a sync that cannot go on: its key is tried again later, unless that is of no use. */
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

/** One request that must succeed; the object answered. */
export function* demand<T extends ApiObject>(request: ClientRequest): Sync<T> {
  const answer = yield* ask(request)
  if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
  return objectOf<T>(answer)
}

export function runSync(client: ClientApi, sync: Sync, done: (failed: boolean) => void): void {
  const step = (answers: readonly Answered[]) => {
    let next: IteratorResult<readonly ClientRequest[], void>
    try {
      next = sync.next(answers)
    } catch (error) {
      if (error instanceof GiveUp) return done(error.again)
      throw error
    }
    if (next.done) return done(false)
    const got: Answered[] = []
    let left = next.value.length
    for (const [i, request] of next.value.entries())
      client.request(request, (answer) => {
        got[i] = answer
        if (--left === 0) step(got)
      })
  }
  step([])
}

export const succeeded = ({ status }: Answered): boolean => status >= 200 && status < 300

export function objectOf<T extends ApiObject>(answer: Answered): T {
  return ('body' in answer ? answer.body : {}) as T
}

/** What client-go's error says. */
export function messageOf(answer: Answered): string {
  if (!('body' in answer)) return 'error' in answer ? answer.error : ''
  return ((answer.body as JsonObject).message as string | undefined) ?? ''
}

/** `AlreadyExists`, `Conflict`, …, and '' where the answer is no Status. */
export function reasonOf(answer: Answered): string {
  return 'body' in answer ? (((answer.body as JsonObject | undefined)?.reason as string | undefined) ?? '') : ''
}

/** Nothing can be made in a namespace that is going: no use in trying again. */
export function namespaceGoes(answer: Answered): boolean {
  const details = 'body' in answer ? ((answer.body as JsonObject | undefined)?.details as JsonObject | undefined) : undefined
  return ((details?.causes as readonly JsonObject[] | undefined) ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
}
