// A controller's client: it gets its service account, and a token for it, when the controller first has something to ask. A controller that
// never asks leaves no trace.
// Leaves out: renewing the token before it ends.
// Upstream: kubernetes staging controller-manager pkg/clientbuilder/client_builder_dynamic.go

import type { JsonObject } from '../base/json'
import type { PartIo } from '../base/part'
import type { Message, RequestId } from '../base/wire'
import { Client } from '../client/client'
import { create, read } from '../client/requests'
import type { Answered, ClientApi, ClientRequest, StreamHandlers } from '../client/types'

const ACCOUNTS = '/api/v1/namespaces/kube-system/serviceaccounts'
const RETRY = 1000
const TOKEN_SECONDS = 3600 * 24 * 365

export class LazyClient implements ClientApi {
  private client: Client | null = null
  private asking = false
  private readonly waiting: ((client: Client) => void)[] = []

  /** `own` is the process's own connection, which may make service accounts and tokens. */
  constructor(
    private readonly io: PartIo,
    private readonly own: ClientApi,
    private readonly account: string,
    private readonly agent: string,
  ) {}

  /** Returns 0 where the request has to wait for the token: it has no number yet. */
  request(request: ClientRequest, done: (response: Answered) => void): RequestId {
    if (this.client) return this.client.request(request, done)
    this.whenReady((client) => client.request(request, done))
    return 0
  }

  stream(request: ClientRequest, handlers: StreamHandlers): { readonly request: RequestId; close(): void } {
    if (this.client) return this.client.stream(request, handlers)
    let closed = false
    let close = () => {
      closed = true
    }
    this.whenReady((client) => {
      if (!closed) ({ close } = client.stream(request, handlers))
    })
    return { request: 0, close: () => close() }
  }

  receive(message: Message): boolean {
    return this.client?.receive(message) ?? false
  }

  private whenReady(use: (client: Client) => void): void {
    this.waiting.push(use)
    if (this.asking) return
    this.asking = true
    this.findAccount()
  }

  private findAccount(): void {
    const body = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: this.account, namespace: 'kube-system' } }
    this.own.request(read(`${ACCOUNTS}/${this.account}`), (found) => {
      if (found.status === 200) return this.askToken()
      this.own.request(create(ACCOUNTS, body), (made) => {
        if (made.status === 201 || made.status === 409) this.askToken()
        else this.io.after(RETRY, () => this.findAccount(), { background: true })
      })
    })
  }

  private askToken(): void {
    const body = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec: { expirationSeconds: TOKEN_SECONDS } }
    this.own.request(create(`${ACCOUNTS}/${this.account}/token`, body), (response) => {
      const token = 'body' in response ? ((response.body as JsonObject).status as JsonObject | undefined)?.token : undefined
      if (typeof token !== 'string') {
        this.io.after(RETRY, () => this.askToken(), { background: true })
        return
      }
      const client = new Client(this.io, 'kube-apiserver', { credentials: { bearerToken: token }, userAgent: this.agent })
      this.client = client
      for (const use of this.waiting.splice(0)) use(client)
    })
  }
}
