// kube-apiserver as a part: hears requests, etcd and kubelets, and takes each request through the stages. All it remembers is caches.
// Leaves out: TLS, timeouts, aggregation, several replicas.
// Upstream: kubernetes cmd/kube-apiserver, apiserver pkg/server

import type { CustomResourceDefinition } from '../api/kinds/customresourcedefinition/types'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../api/object'
import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { LinkState, Part, PartIo } from '../base/part'
import type { EtcdEvent, EtcdOp, EtcdReply, HttpRequest, HttpResponse, Message, RequestId, Revision } from '../base/wire'
import { advance, canAdvance } from '../flow/advance'
import { CacheReflector } from './cacheReflector'
import { Compactor } from './compactor'
import { CustomResources, DEFINITIONS } from './customResources'
import { EtcdClient } from './etcdClient'
import { FlowSchemas } from './flowSchemas'
import { handle } from './handle'
import { answeredByServer } from './httpServer'
import { loopback, SELF, type AskSelf } from './loopback'
import { OutgoingRequests } from './outgoingRequests'
import { PodFates } from './podFates'
import { RepairLoops } from './repair/repairLoops'
import { newRequestContext, type RequestContext } from './requestContext'
import { ServerState, type StaticToken, type YamlCodec } from './serverState'
import { startUp } from './startup/startUp'
import { WatchCache } from './watchCache'

export interface ApiServerOptions {
  /** What is there at first: lists of objects by resource. */
  readonly bootstrap: Readonly<Record<string, readonly JsonObject[]>>
  readonly tokens?: readonly StaticToken[]
  readonly yaml?: YamlCodec
  /** `--etcd-servers`. */
  readonly etcd: readonly PartId[]
  readonly webhook?: { readonly host: string }
}

/** How long etcd may take with a request: those that write, and the others. */
const WRITES_WITHIN: Millis = 34_000
const ANSWERED_WITHIN: Millis = 60_000
const RETRY: Millis = 1000

export class ApiServer implements Part {
  readonly id = SELF
  private io!: PartIo
  private server!: ServerState
  private etcd!: EtcdClient
  private reflector!: CacheReflector
  private outgoing!: OutgoingRequests
  private watches = 0
  /** How each open stream is closed, by its request. */
  private readonly streams = new Map<RequestId, () => void>()
  private fates = new PodFates()
  /** Null until the server serves, as the next two. */
  private custom: CustomResources | null = null
  private repair: RepairLoops | null = null
  private flowSchemas: FlowSchemas | null = null
  /** `deaf`: etcd was not there when the server started, which does not listen until it is. */
  private state: 'starting' | 'deaf' | 'serving' = 'starting'
  /** Requests that came while the server starts. */
  private early: [HttpRequest, PartId][] = []

  constructor(private readonly options: ApiServerOptions) {}

  start(io: PartIo): void {
    const { tokens = [], yaml = null, etcd, webhook } = this.options
    this.io = io
    this.custom = this.repair = this.flowSchemas = null
    this.outgoing = new OutgoingRequests(io)
    this.etcd = new EtcdClient(io, etcd, (revision) => this.reached(revision))
    this.server = new ServerState(
      io,
      tokens,
      yaml,
      (...request) => this.outgoing.send(...request),
      (ctx) => this.run(ctx),
      (ctx, close) => this.streams.set(ctx.http.id, close),
      webhook?.host ?? null,
      () => this.etcd.behind,
    )
    const events = {
      event: (storage: string, event: EtcdEvent, revision: Revision) => this.take(storage, event, revision),
      reached: (revision: Revision) => this.reached(revision),
      failed: () => this.hearNobody(),
    }
    this.reflector = new CacheReflector(io, this.etcd, events, () => ++this.watches)
    new Compactor(io, this.callAlone, events.reached).begin()
    this.fillCaches()
  }

  crash(): void {
    this.streams.clear()
    this.fates = new PodFates()
    this.state = 'starting'
    this.early = []
  }

  receive(message: Message, from: PartId): void {
    switch (message.type) {
      case 'http.request':
        if (this.state === 'deaf') this.refuse(message.request, from)
        else if (this.state === 'starting') this.early.push([message.request, from])
        else this.begin(message.request, from)
        return
      case 'http.abort':
        this.streams.get(message.request)?.()
        this.streams.delete(message.request)
        return
      case 'etcd.reply':
        return this.etcd.receive(message)
      case 'etcd.event':
        return this.reflector.hear(message, from)
      case 'etcd.cancelled':
        return this.reflector.cancelled(message.watch, (storage) => this.server.cache(storage))
      case 'http.response':
        return this.outgoing.answered(message.request, message.response)
      case 'http.unreachable':
        return this.outgoing.answered(message.request, { error: message.error })
      default:
        return
    }
  }

  disconnected(from: PartId): void {
    this.etcd.disconnected(from)
  }

  link(peer: PartId, state: LinkState): void {
    this.etcd.link(peer, state)
  }

  // ---- starting ----------------------------------------------------------------------------------------------------------

  /** Fills the caches, and then writes what a new server itself creates. */
  private fillCaches(): void {
    let left = this.server.caches.size
    for (const [storage, cache] of this.server.caches)
      this.reflector.fill(storage, cache, () => {
        if (--left > 0) return
        if (this.state === 'deaf') this.state = 'starting'
        this.startUp()
      })
  }

  private hearNobody(): void {
    if (this.state === 'serving') return
    this.state = 'deaf'
    for (const [request, from] of this.early.splice(0)) this.refuse(request, from)
  }

  private refuse({ id }: HttpRequest, to: PartId): void {
    this.io.send(to, { type: 'http.unreachable', request: id, error: 'dial tcp 127.0.0.1:6443: connect: connection refused' })
  }

  private startUp(): void {
    const write = (op: EtcdOp, then: (reply: Extract<EtcdReply, { ok: true }>) => void): void =>
      this.callAlone(op, (reply) => {
        if (reply.ok) then(reply)
        else this.io.after(RETRY, () => write(op, then), { background: true })
      })
    // Whoever starts on what another has written serves at once.
    const again = this.server.cached('namespaces', '', 'default') !== undefined
    if (again) this.serve()
    startUp(this.server, this.options.bootstrap, write, () => again || this.serve())
  }

  private serve(): void {
    this.state = 'serving'
    const ask: AskSelf = (request, then) =>
      this.outgoing.send(this.id, loopback(request), null, (response) =>
        'status' in response ? then(response.status, response.body) : then(0),
      )
    this.custom = new CustomResources(this.server, {
      ask,
      open: (storage, then) => {
        const cache = new WatchCache()
        this.reflector.fill(storage, cache, () => {
          this.server.caches.set(storage, cache)
          then()
        })
      },
    })
    this.custom.begin()
    this.repair = new RepairLoops(this.server, ask, this.callAlone)
    this.repair.begin()
    this.flowSchemas = new FlowSchemas(this.server, ask)
    this.flowSchemas.sync()
    for (const [request, from] of this.early.splice(0)) this.begin(request, from)
  }

  // ---- requests ----------------------------------------------------------------------------------------------------------

  private begin(http: HttpRequest, from: PartId): void {
    const response = answeredByServer(http)
    if (response) this.io.send(from, { type: 'http.response', request: http.id, response })
    else this.run(newRequestContext(http, from, this.server.router.route(http.method, http.path), this.io))
  }

  private run(ctx: RequestContext): void {
    handle(ctx, this.server, this.callEtcd, this.finish)
  }

  /** For no request, on the server's own behalf. */
  private readonly callAlone = (op: EtcdOp, then: (reply: EtcdReply) => void) => this.etcd.call(null, op, ANSWERED_WITHIN, then)

  private readonly callEtcd = (ctx: RequestContext, op: EtcdOp) => {
    this.io.cause = ctx.cause
    this.etcd.call(ctx.http.id, op, ctx.http.method === 'GET' ? ANSWERED_WITHIN : WRITES_WITHIN, (reply) => {
      ctx.cause = this.io.cause
      ctx.reply = reply
      this.run(ctx)
    })
  }

  private readonly finish = (ctx: RequestContext) => {
    this.io.cause = ctx.cause
    invariant(ctx.response, 'something to answer', { path: ctx.http.path })
    const response = ctx.http.method === 'HEAD' ? headOf(ctx.response) : ctx.response
    this.io.send(ctx.from, { type: 'http.response', request: ctx.http.id, response })
    ctx.stream?.()
    if (!canAdvance(ctx.at, { type: 'request.answered' })) return
    const pod = ctx.route === 'create' && ctx.kind?.resource === 'pods' && !ctx.dryRun ? (ctx.object as Pod | null) : null
    ctx.at = advance(ctx.at, { type: pod ? (pod.spec.nodeName ? 'pod.bound' : 'pod.pending') : 'request.answered' })
    if (pod) this.fates.begin(pod.metadata.uid ?? '', ctx.at)
  }

  // ---- what etcd tells ---------------------------------------------------------------------------------------------------

  private reached(revision: Revision): void {
    this.server.revision = Math.max(this.server.revision, revision)
  }

  private take(storage: string, event: EtcdEvent, revision: Revision): void {
    const { cause } = this.io
    const { object } = this.server.cache(storage).take(event, revision, cause)
    this.io.cause = cause
    if (RBAC.has(storage)) this.server.rbac.forget()
    if (storage === DEFINITIONS) this.custom?.heard(object as CustomResourceDefinition, event.type === 'DELETE')
    // While watches catch up, one after the other, what belongs together is not seen together.
    if (event.type === 'PUT' && !this.etcd.catchingUp) this.repair?.heard(storage, object)
    if (FLOW_CONTROL.has(storage)) this.flowSchemas?.sync()
    if (storage !== 'pods') return
    this.server.nodes.heard(object as Pod, event.type === 'DELETE')
    this.fates.heard(object as Pod, event.type === 'DELETE', this.io)
  }
}

const FLOW_CONTROL = new Set(['flowschemas', 'prioritylevelconfigurations'])
const RBAC = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'])

/** To HEAD the server answers as to GET, and sends no body. */
const headOf = ({ status, headers }: HttpResponse): HttpResponse => ({ status, headers })
