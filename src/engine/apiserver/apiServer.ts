// kube-apiserver as a part: hears requests, etcd and kubelets, and takes each request through the stages. All it remembers is caches.
// Leaves out: TLS, timeouts, aggregation, several replicas.
// Upstream: kubernetes cmd/kube-apiserver, apiserver pkg/server

import type { CustomResourceDefinition } from '../api/kinds/customresourcedefinition/types'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../api/object'
import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { LinkState, Part, PartIo } from '../base/part'
import type { EtcdEvent, EtcdOp, EtcdReply, HttpRequest, HttpResponse, KeyValue, Message, Revision } from '../base/wire'
import { advance, beginFlow, canAdvance } from '../flow/advance'
import { EtcdClient } from './etcdClient'
import { CustomResources, DEFINITIONS } from './customResources'
import { FlowSchemas } from './flowSchemas'
import { handle } from './handle'
import { loopback, SELF, type AskSelf } from './loopback'
import { answeredByServer } from './httpServer'
import { PodFates } from './podFates'
import { RepairLoops } from './repair/repairLoops'
import type { RequestContext } from './requestContext'
import { ServerState, type TokenFileLine, type YamlCodec } from './serverState'
import { startUp } from './startup/startUp'
import { WatchCache } from './watchCache'

export interface ApiServerOptions {
  readonly options: {
    readonly bootstrap: Readonly<Record<string, readonly JsonObject[]>>
    readonly tokens?: readonly TokenFileLine[]
    readonly yaml?: YamlCodec
    /** `--etcd-servers`. */
    readonly etcd: readonly PartId[]
    readonly webhook?: { readonly host: string }
  }
  readonly epoch: number
}

/** How long a request may take: those that write, and the others. */
const WRITES_WITHIN = 34_000
const ANSWERED_WITHIN = 60_000
const RETRY = 1000
const ANONYMOUS = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

export class ApiServer implements Part {
  readonly id = SELF
  private io!: PartIo
  private server!: ServerState
  private etcd!: EtcdClient
  private readonly asked = new Map<
    number,
    { readonly ctx: RequestContext | null; readonly done: (response: HttpResponse | { readonly error: string }) => void }
  >()
  private readonly streams = new Map<number, () => void>()
  private fates = new PodFates()
  /** Null until the server serves. */
  private custom: CustomResources | null = null
  private repair: RepairLoops | null = null
  private flowSchemas: FlowSchemas | null = null
  /** Requests that came while the server starts; null once it serves. */
  private early: [HttpRequest, PartId][] | null = []
  /** etcd was not there when the server started: it does not listen until it is. */
  private deaf = false

  constructor(private readonly setup: ApiServerOptions) {}

  start(io: PartIo): void {
    this.io = io
    const { tokens = [], yaml = null, etcd, webhook } = this.setup.options
    this.etcd = new EtcdClient(io, etcd, (revision) => this.knows(revision))
    this.custom = null
    this.repair = null
    this.server = new ServerState(
      io,
      tokens,
      yaml,
      (...asked) => this.ask(...asked),
      (ctx) => this.run(ctx),
      (ctx, close) => this.streams.set(ctx.http.id, close),
      webhook?.host ?? null,
    )
    this.fillCaches()
  }

  crash(): void {
    this.asked.clear()
    this.streams.clear()
    this.fates = new PodFates()
    this.early = []
    this.deaf = false
    this.unread = []
    this.trying = false
    this.watched.clear()
  }

  receive(message: Message, from: PartId): void {
    switch (message.type) {
      case 'http.request':
        if (this.deaf) this.refuse(message.request, from)
        else if (this.early) this.early.push([message.request, from])
        else this.begin(message.request, from)
        return
      case 'http.abort':
        this.streams.get(message.request)?.()
        this.streams.delete(message.request)
        return
      case 'etcd.reply':
        return this.etcd.receive(message)
      case 'etcd.event':
        return this.hear(message, from)
      case 'etcd.cancelled': {
        const prefix = this.etcd.cancelled(message.watch)
        if (prefix !== null) this.beginAnew(prefix)
        return
      }
      case 'http.response':
        return this.answered(message.request, message.response)
      case 'http.unreachable':
        return this.answered(message.request, { error: message.error })
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

  /** Reads all of each kind, watches from there, and writes what a new server itself creates. */
  private fillCaches(): void {
    let left = this.server.caches.size
    for (const [storage, cache] of this.server.caches)
      this.readAll(storage, (kvs, revision) => {
        cache.fill(kvs, revision)
        this.knows(revision)
        this.keepWatching(storage, revision + 1)
        if (--left > 0) return
        this.deaf = false
        this.startUp()
      })
  }

  /** Tries on until etcd answers: of many that failed one at a time, and the others once it was answered. */
  private readAll(storage: string, then: (kvs: readonly KeyValue[], revision: Revision) => void): void {
    this.etcd.call(null, { op: 'range', key: `/registry/${storage}/`, prefix: true }, ANSWERED_WITHIN, (reply) => {
      if (reply.ok) {
        then(reply.kvs, reply.revision)
        for (const read of this.unread.splice(0)) read()
        return
      }
      if (this.early) this.hearNobody()
      this.unread.push(() => this.readAll(storage, then))
      if (this.trying) return
      this.trying = true
      const again = () => {
        this.trying = false
        this.unread.shift()?.()
      }
      this.io.after(RETRY, again, { background: true })
    })
  }

  private hearNobody(): void {
    this.deaf = true
    for (const [request, from] of (this.early ?? []).splice(0)) this.refuse(request, from)
  }

  private refuse({ id }: HttpRequest, to: PartId): void {
    this.io.send(to, { type: 'http.unreachable', request: id, error: 'dial tcp 127.0.0.1:6443: connect: connection refused' })
  }

  private keepWatching(storage: string, startRevision: Revision): void {
    const id = ++this.watches
    this.watched.set(id, storage)
    this.etcd.watch(id, `/registry/${storage}/`, startRevision)
  }

  private watches = 0
  private readonly watched = new Map<number, string>()
  /** Reads of whole kinds that failed. */
  private unread: (() => void)[] = []
  private trying = false

  /** etcd ended the watch of a kind (compacted, no leader): its watchers are sent away, all is read again. Until then nobody is served from it. */
  private beginAnew(prefix: string): void {
    const storage = prefix.slice('/registry/'.length, -1)
    const cache = this.server.cache(storage)
    cache.lose()
    this.readAll(storage, (kvs, revision) => {
      for (const event of cache.changesTo(kvs, revision)) this.take(storage, event, event.kv.modRevision)
      cache.resume(revision)
      this.knows(revision)
      this.keepWatching(storage, revision + 1)
    })
  }

  private startUp(): void {
    const write = (op: EtcdOp, then: (reply: Extract<EtcdReply, { ok: true }>) => void): void =>
      this.etcd.call(null, op, ANSWERED_WITHIN, (reply) => {
        if (reply.ok) then(reply)
        else this.io.after(RETRY, () => write(op, then), { background: true })
      })
    // Whoever starts on what another has written serves at once.
    const again = this.server.cached('namespaces', '', 'default') !== undefined
    if (again) this.ready()
    startUp(this.server, this.setup.options.bootstrap, write, () => again || this.ready())
  }

  private ready(): void {
    const early = this.early ?? []
    this.early = null
    const ask: AskSelf = (request, then) =>
      this.ask(this.id, loopback(request), null, (response) => then('status' in response ? response.status : 0))
    this.custom = new CustomResources(this.server, {
      ask,
      open: (storage, then) =>
        this.readAll(storage, (kvs, revision) => {
          const cache = new WatchCache()
          this.server.caches.set(storage, cache)
          cache.fill(kvs, revision)
          this.knows(revision)
          this.keepWatching(storage, revision + 1)
          then()
        }),
    })
    this.custom.begin()
    this.repair = new RepairLoops(this.server, ask, (op, then) => this.etcd.call(null, op, ANSWERED_WITHIN, then))
    this.repair.begin()
    this.flowSchemas = new FlowSchemas(this.server, ask)
    this.flowSchemas.sync()
    for (const [request, from] of early) this.begin(request, from)
  }

  private begin(http: HttpRequest, from: PartId): void {
    const response = answeredByServer(http)
    if (response) {
      this.io.send(from, { type: 'http.response', request: http.id, response })
      return
    }
    const routed = this.server.router.route(http.method, http.path)
    const ctx: RequestContext = {
      info: routed.info,
      route: routed.route,
      unrouted: routed.unrouted,
      kind: routed.kind,
      subresource: routed.subresource,
      http,
      from,
      received: this.io.epochNow,
      at: beginFlow(),
      cause: this.io.cause,
      user: ANONYMOUS,
      impersonator: null,
      authenticated: false,
      decision: '',
      reason: '',
      dryRun: false,
      fieldManager: '',
      warnings: [],
      body: undefined,
      decoded: null,
      object: null,
      sentVersion: '',
      sentUid: '',
      deleteOptions: {},
      creating: routed.route === 'create',
      key: '',
      existing: null,
      old: null,
      parent: null,
      collection: [],
      removed: [],
      reply: null,
      phase: 0,
      entry: null,
      namesEmpty: false,
      webhooks: null,
      tries: 0,
      taken: null,
      begun: null,
      claims: null,
      answer: null,
      failure: null,
      response: null,
      stream: null,
    }
    this.run(ctx)
  }

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

  private run(ctx: RequestContext): void {
    handle(ctx, this.server, this.callEtcd, this.finish)
  }

  private hear({ watch, revision, events }: Extract<Message, { type: 'etcd.event' }>, from: PartId): void {
    const storage = this.watched.get(watch)
    if (!storage || !this.etcd.isNews(watch, revision, from)) return
    if (!this.etcd.catchingUp) this.knows(revision)
    for (const event of events) this.take(storage, event, revision)
  }

  private knows(revision: Revision): void {
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

  private ask(
    to: PartId,
    request: Omit<HttpRequest, 'id'>,
    ctx: RequestContext | null,
    done: (response: HttpResponse | { readonly error: string }) => void,
    within?: Millis,
  ): void {
    const id = this.io.newRequestId()
    const late = () => {
      this.io.send(to, { type: 'http.abort', request: id })
      this.answered(id, { error: 'context deadline exceeded' })
    }
    const timer = within === undefined ? null : this.io.after(within, late)
    const answered = (response: HttpResponse | { readonly error: string }) => {
      timer?.cancel()
      done(response)
    }
    this.asked.set(id, { ctx, done: answered })
    if (ctx) this.io.cause = ctx.cause
    this.io.send(to, { type: 'http.request', request: { ...request, id } })
  }

  private answered(id: number, response: HttpResponse | { readonly error: string }): void {
    const asked = this.asked.get(id)
    if (!asked) return
    this.asked.delete(id)
    if (asked.ctx) asked.ctx.cause = this.io.cause
    asked.done(response)
  }
}

const FLOW_CONTROL = new Set(['flowschemas', 'prioritylevelconfigurations'])
const RBAC = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'])

/** To HEAD the server answers as to GET, and sends no body. */
const headOf = ({ status, headers }: HttpResponse): HttpResponse => ({ status, headers })
