// How scheduler, kubelets and controllers speak to the API server: one client each, every call a message.
// Upstream: client-go rest, tools/cache, tools/record

import type { JsonObject } from '../base/json'
import type { Message, RequestId, HttpResponse, WatchEvent } from '../base/wire'

export interface ClientRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
}

/** No answer came: the server is down, or the link is cut. */
export interface Unreachable {
  readonly status: 0
  readonly error: string
}

/** What comes of a request: an answer, or none. */
export type Answered = HttpResponse | Unreachable

export interface StreamHandlers {
  head?(response: Answered): void
  chunk(chunk: WatchEvent | string): void
  end(): void
}

export interface ClientApi {
  request(request: ClientRequest, done: (response: Answered) => void): RequestId
  stream(request: ClientRequest, handlers: StreamHandlers): { readonly request: RequestId; close(): void }
  /** Hands an arriving message to whoever waits for it; false if it was for nobody here. */
  receive(message: Message): boolean
}
