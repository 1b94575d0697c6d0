// A component's connection to the API server: every call is a message, every answer comes back to the one who asked.
// Leaves out: connection pools, client-side rate limits, retries (callers and informers retry).
// Upstream: client-go rest/request.go

import type { PartId } from '../base/ids'
import type { PartIo } from '../base/part'
import type { Message, RequestId } from '../base/wire'
import type { Credentials } from './program'
import type { Answered, ClientApi, ClientRequest, StreamHandlers, Unreachable } from './types'

export interface ClientOptions {
  readonly credentials: Credentials
  readonly userAgent: string
}

type Waiting = { readonly done: (response: Answered) => void } | { readonly stream: StreamHandlers }

const NO_HEADERS = {}

export class Client implements ClientApi {
  private readonly waiting = new Map<RequestId, Waiting>()
  private readonly headers = new WeakMap<Readonly<Record<string, string>>, Readonly<Record<string, string>>>()

  constructor(
    private readonly io: PartIo,
    private readonly server: PartId,
    private readonly options: ClientOptions,
  ) {}

  request(request: ClientRequest, done: (response: Answered) => void): RequestId {
    const id = this.send(request)
    this.waiting.set(id, { done })
    return id
  }

  stream(request: ClientRequest, handlers: StreamHandlers): { readonly request: RequestId; close(): void } {
    const id = this.send(request)
    this.waiting.set(id, { stream: handlers })
    const close = () => {
      if (this.waiting.delete(id)) this.io.send(this.server, { type: 'http.abort', request: id })
    }
    return { request: id, close }
  }

  receive(message: Message): boolean {
    if (!('request' in message) || typeof message.request !== 'number') return false
    const id = message.request
    const waiting = this.waiting.get(id)
    if (!waiting) return false
    switch (message.type) {
      case 'http.response':
        if ('done' in waiting) {
          this.waiting.delete(id)
          waiting.done(message.response)
        } else {
          if (!message.response.streaming) this.waiting.delete(id)
          waiting.stream.head?.(message.response)
        }
        return true
      case 'http.unreachable': {
        this.waiting.delete(id)
        const unreachable: Unreachable = { status: 0, error: message.error }
        if ('done' in waiting) waiting.done(unreachable)
        else waiting.stream.head?.(unreachable)
        return true
      }
      case 'http.chunk':
        if ('stream' in waiting) waiting.stream.chunk(message.chunk)
        return true
      case 'http.end':
        this.waiting.delete(id)
        if ('stream' in waiting) waiting.stream.end()
        return true
      default:
        return false
    }
  }

  private send({ method, path, headers = NO_HEADERS, body }: ClientRequest): RequestId {
    const id = this.io.newRequestId()
    const { clientCertificate } = this.options.credentials
    this.io.send(this.server, {
      type: 'http.request',
      request: { id, method, path, headers: this.headersWith(headers), clientCertificate, body },
    })
    return id
  }

  /** Callers pass constants: what is sent is put together once for each. */
  private headersWith(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    let all = this.headers.get(headers)
    if (!all) {
      const { credentials, userAgent } = this.options
      const own = { 'user-agent': userAgent, accept: 'application/json' }
      const authorization: Record<string, string> = credentials.bearerToken ? { authorization: `Bearer ${credentials.bearerToken}` } : {}
      this.headers.set(headers, (all = { ...own, ...authorization, ...headers }))
    }
    return all
  }
}
