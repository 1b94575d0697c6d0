// A program that the User runs (kubectl, curl, etcdctl), as a generator of effects: it asks, the cluster's User part does and replies.
// So a program is pure, the same line replays the same way, and a fork runs it again up to any hop.

import type { JsonObject } from '../base/json'
import type { Millis } from '../base/part'
import type { ClientCertificate, HttpResponse, WatchEvent } from '../base/wire'

/** What the User's side knows how to sign a request with. */
export interface Credentials {
  readonly clientCertificate?: ClientCertificate
  readonly bearerToken?: string
}

/** A request as a program makes it; the User part adds the id and the credentials. */
export interface ProgramRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject | string
  /** Instead of the identity that the program was started with (curl --header, kubectl --context). */
  readonly credentials?: Credentials
  /** Does not verify the server's certificate. */
  readonly insecure?: boolean
}

export type Effect =
  | { readonly do: 'request'; readonly request: ProgramRequest }
  /** Opens a stream (watch, log -f); the reply is its head, the pieces come by `next`. */
  | { readonly do: 'open'; readonly request: ProgramRequest }
  | { readonly do: 'next'; readonly stream: number; readonly timeout?: Millis }
  | { readonly do: 'close'; readonly stream: number }
  | { readonly do: 'print'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly do: 'sleep'; readonly for: Millis }
  | { readonly do: 'now' }

export type Reply =
  | { readonly type: 'response'; readonly response: HttpResponse }
  /** No answer: the server is down or the link is cut. `error` as Go's net package says it. */
  | { readonly type: 'unreachable'; readonly error: string }
  | { readonly type: 'stream'; readonly stream: number; readonly response: HttpResponse }
  | { readonly type: 'chunk'; readonly chunk: WatchEvent | string }
  | { readonly type: 'end' }
  | { readonly type: 'timeout' }
  /** Ctrl-C. */
  | { readonly type: 'interrupted' }
  /** Virtual wall-clock time, epoch milliseconds. */
  | { readonly type: 'now'; readonly epoch: number }
  | { readonly type: 'done' }

/**
 * Returns the exit code. What each effect is answered with: `request` response, unreachable or interrupted; `open` stream, response (refused) or
 * unreachable; `next` chunk, end, timeout or interrupted; `sleep` done or interrupted; `now` now; the others done.
 */
export type Program = Generator<Effect, number, Reply>

export interface ProgramInput {
  /** As typed; shown in the trace. */
  readonly line: string
  /** `admin`, `alice`, … ; shown in the trace. */
  readonly identity: string
  readonly credentials: Credentials
  /** Called anew for each run, so that a fork can start it again. */
  program(): Program
}
