// A controller's work on one key as straight code: each `yield` is a request to the API server and gives its answer.
// Upstream: the syncHandler of client-go's controllers (sample-controller, every pkg/controller/*)

import type { JsonObject } from '../base/json'
import type { Millis, PartIo } from '../base/part'
import type { HttpResponse } from '../base/wire'
import type { ClientApi, ClientRequest, Unreachable } from './types'
import { WorkQueue, type WorkQueueOptions } from './workQueue'

export type Answered = HttpResponse | Unreachable

export type Sync<T> = Generator<ClientRequest, T, Answered>

/** Nothing more to do; `failed`, tried again with growing delays; or to be looked at again after a time. */
export type Outcome = 'done' | 'failed' | { readonly after: Millis }

const JSON_BODY = { 'content-type': 'application/json' }
const MERGE_BODY = { 'content-type': 'application/merge-patch+json' }
const STRATEGIC_BODY = { 'content-type': 'application/strategic-merge-patch+json' }

/** A queue whose keys are worked on by `sync`, one at a time unless the options give it more workers. */
export function syncQueue(io: PartIo, client: ClientApi, sync: (key: string) => Sync<Outcome>, options?: WorkQueueOptions): WorkQueue {
  const queue: WorkQueue = new WorkQueue(
    io,
    (key, done) =>
      perform(client, sync(key), (outcome) => {
        if (typeof outcome === 'object') queue.addAfter(key, outcome.after, true)
        done(outcome === 'failed')
      }),
    options,
  )
  return queue
}

/** Runs a sync to its end; `done` is not called when the process ends before. */
export function perform<T>(client: ClientApi, sync: Sync<T>, done: (result: T) => void = () => {}): void {
  const next = (step: IteratorResult<ClientRequest, T>): void => {
    if (step.done) done(step.value)
    else client.request(step.value, (answer) => next(sync.next(answer)))
  }
  next(sync.next())
}

export const read = (path: string): ClientRequest => ({ method: 'GET', path })
export const create = (path: string, body: JsonObject): ClientRequest => ({ method: 'POST', path, headers: JSON_BODY, body })
export const replace = (path: string, body: JsonObject): ClientRequest => ({ method: 'PUT', path, headers: JSON_BODY, body })
/** With options, even empty ones, it has a body. */
export const remove = (path: string, options?: JsonObject): ClientRequest =>
  options
    ? { method: 'DELETE', path, headers: JSON_BODY, body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } }
    : { method: 'DELETE', path }
export const mergePatch = (path: string, body: JsonObject): ClientRequest => ({ method: 'PATCH', path, headers: MERGE_BODY, body })
/** Server-side apply: the fields are the manager's from then on, whoever had them. */
export const apply = (path: string, manager: string, body: JsonObject): ClientRequest => ({
  method: 'PATCH',
  path: `${path}?fieldManager=${manager}&force=true`,
  headers: { 'content-type': 'application/apply-patch+yaml' },
  body,
})
export const strategicPatch = (path: string, body: JsonObject): ClientRequest => ({ method: 'PATCH', path, headers: STRATEGIC_BODY, body })

/** The answered object; null unless it was granted. */
export function bodyOf<T>(answer: Answered): T | null {
  return 'body' in answer && answer.status >= 200 && answer.status < 300 ? (answer.body as T) : null
}
