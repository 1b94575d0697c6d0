// kube-controller-manager: runs the controllers, each as a client under its own service account, which it first makes and gets a token for.
// Leaves out: leader election, the controllers that are not in the list below (they come with the kinds that they work on).
// Upstream: kubernetes cmd/kube-controller-manager/app/controllermanager.go

import type { Part, PartIo } from '../base/part'
import type { JsonObject } from '../base/json'
import type { Message } from '../base/wire'
import { Client } from '../client/client'
import { SharedInformers } from '../client/sharedInformer'
import type { ClusterOptions } from '../cluster/types'
import type { StartController } from './controller'
import { garbageCollector } from './garbageCollector'
import { namespaceController } from './namespace'
import { nodeController } from './node'
import { rootCaPublisher } from './rootCa'
import { serviceAccountController } from './serviceAccount'
import { taintEvictionController } from './taintEviction'

/** Service account in kube-system, and a controller that acts under it. */
const CONTROLLERS: readonly (readonly [string, StartController])[] = [
  ['generic-garbage-collector', garbageCollector],
  ['namespace-controller', namespaceController],
  ['node-controller', nodeController],
  ['node-controller', taintEvictionController],
  ['root-ca-cert-publisher', rootCaPublisher],
  ['service-account-controller', serviceAccountController],
]

const AGENT = 'kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/0000000'
const ACCOUNTS = '/api/v1/namespaces/kube-system/serviceaccounts'
const JSON_BODY = { 'content-type': 'application/json' }
const RETRY = 1000
const TOKEN_SECONDS = 3600 * 24 * 365

export class ControllerManager implements Part {
  readonly id = 'kube-controller-manager'
  private clients: Client[] = []

  constructor(private readonly options: ClusterOptions) {}

  start(io: PartIo): void {
    const connect = (purpose: string) =>
      new Client(io, 'kube-apiserver', {
        credentials: { clientCertificate: { commonName: 'system:kube-controller-manager', organizations: [] } },
        userAgent: `${AGENT}/${purpose}`,
      })
    const own = connect('kube-controller-manager')
    const shared = connect('shared-informers')
    const informers = new SharedInformers(io, shared)
    this.clients = [shared, own]
    for (const [name, controller] of CONTROLLERS)
      this.begin(io, own, name, (client) => controller(io, client, shared, this.options, informers))
  }

  receive(message: Message): void {
    for (const client of this.clients) if (client.receive(message)) return
  }

  crash(): void {
    this.clients = []
  }

  private begin(io: PartIo, own: Client, name: string, start: (client: Client) => void): void {
    const again = () => io.after(RETRY, () => this.begin(io, own, name, start))
    const body = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name, namespace: 'kube-system' } }
    own.request({ method: 'GET', path: `${ACCOUNTS}/${name}` }, (found) => {
      if (found.status === 200) return this.token(io, own, name, start)
      own.request({ method: 'POST', path: ACCOUNTS, headers: JSON_BODY, body }, (made) =>
        made.status === 201 || made.status === 409 ? this.token(io, own, name, start) : again(),
      )
    })
  }

  private token(io: PartIo, own: Client, name: string, start: (client: Client) => void): void {
    const body = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec: { expirationSeconds: TOKEN_SECONDS } }
    own.request({ method: 'POST', path: `${ACCOUNTS}/${name}/token`, headers: JSON_BODY, body }, (response) => {
      const token = 'body' in response ? ((response.body as JsonObject).status as JsonObject | undefined)?.token : undefined
      if (typeof token !== 'string') {
        io.after(RETRY, () => this.token(io, own, name, start))
        return
      }
      const client = new Client(io, 'kube-apiserver', {
        credentials: { bearerToken: token },
        userAgent: `${AGENT}/system:serviceaccount:kube-system:${name}`,
      })
      this.clients.push(client)
      start(client)
    })
  }
}
