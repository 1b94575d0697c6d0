// kube-apiserver as a part: hears requests, etcd and kubelets, and takes each request through the stages. All it remembers is caches.
// Leaves out: TLS, timeouts, aggregation, several replicas.
// Upstream: kubernetes cmd/kube-apiserver, apiserver pkg/server

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import { rfc3339 } from '../api/time'
import type { PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { Part, PartIo } from '../base/part'
import type { EtcdOp, EtcdReply, HttpRequest, HttpResponse, Message } from '../base/wire'
import { advance, beginFlow, canAdvance } from '../flow/advance'
import { handle } from './handle'
import { PodFates } from './podFates'
import type { RequestContext } from './requestContext'
import { ServerState, type TokenFileLine, type YamlCodec } from './serverState'

export interface ApiServerOptions {
  readonly options: {
    readonly bootstrap: Readonly<Record<string, readonly JsonObject[]>>
    readonly tokens?: readonly TokenFileLine[]
    readonly yaml?: YamlCodec
  }
  readonly epoch: number
}

type Waiting = (reply: EtcdReply) => void
const ETCD = 'etcd'
const ANONYMOUS = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

export class ApiServer implements Part {
  readonly id = 'kube-apiserver'
  private io!: PartIo
  private server!: ServerState
  private calls = 0
  private readonly waiting = new Map<number, Waiting>()
  private readonly asked = new Map<
    number,
    { readonly ctx: RequestContext; readonly done: (response: HttpResponse | { readonly error: string }) => void }
  >()
  private readonly streams = new Map<number, () => void>()
  private fates = new PodFates()
  private early: [HttpRequest, PartId][] | null = []

  constructor(private readonly setup: ApiServerOptions) {}

  start(io: PartIo): void {
    this.io = io
    const { tokens = [], yaml = null } = this.setup.options
    this.server = new ServerState(
      io,
      tokens,
      yaml,
      (to, request, ctx, done) => this.ask(to, request, ctx, done),
      (ctx) => this.run(ctx),
      (ctx, close) => this.streams.set(ctx.http.id, close),
    )
    this.fillCaches()
  }

  crash(): void {
    this.waiting.clear()
    this.asked.clear()
    this.streams.clear()
    this.fates = new PodFates()
    this.early = []
  }

  receive(message: Message, from: PartId): void {
    switch (message.type) {
      case 'http.request':
        if (this.early) this.early.push([message.request, from])
        else this.begin(message.request, from)
        return
      case 'http.abort':
        this.streams.get(message.request)?.()
        this.streams.delete(message.request)
        return
      case 'etcd.reply': {
        const waiting = this.waiting.get(message.call)
        this.waiting.delete(message.call)
        waiting?.(message.reply)
        return
      }
      case 'etcd.event':
        return this.hear(message)
      case 'http.response':
        return this.answered(message.request, message.response)
      case 'http.unreachable':
        return this.answered(message.request, { error: message.error })
      default:
        return
    }
  }

  /** Reads all of each kind, watches from there, and writes what a new server itself creates. */
  private fillCaches(): void {
    let left = this.server.caches.size
    let watch = 0
    for (const [storage, cache] of this.server.caches) {
      const prefix = `/registry/${storage}/`
      this.call(null, { op: 'range', key: prefix, prefix: true }, (reply) => {
        invariant(reply.ok, 'etcd answers at start-up', { storage })
        cache.fill(reply.kvs, reply.revision)
        this.server.revision = Math.max(this.server.revision, reply.revision)
        const id = ++watch
        this.prefixes.set(id, storage)
        this.io.send(ETCD, {
          type: 'etcd.call',
          call: ++this.calls,
          request: null,
          op: { op: 'watch', watch: id, prefix, startRevision: reply.revision + 1 },
        })
        if (--left === 0) this.bootstrap()
      })
    }
  }

  private readonly prefixes = new Map<number, string>()

  private bootstrap(): void {
    if (this.server.cached('namespaces', '', 'default')) return this.ready()
    const objects = Object.entries(this.setup.options.bootstrap).flatMap(([resource, list]) =>
      list.map((object) => [resource, object] as const),
    )
    let left = objects.length
    if (left === 0) return this.ready()
    const created = rfc3339(this.io.epochNow)
    for (const [resource, object] of objects) {
      const kind = this.server.scheme.kinds.find((k) => k.resource === resource && k.storage && !k.storedAs)
      if (!kind) {
        left--
        continue
      }
      const { metadata, ...rest } = object as ApiObject
      const key = `/registry/${kind.storage}/${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name ?? ''}`
      const value: ApiObject = {
        kind: kind.kind,
        apiVersion: kind.group ? `${kind.group}/${kind.version}` : kind.version,
        metadata: { ...metadata, uid: this.io.random.uuid(), creationTimestamp: created },
        ...rest,
      }
      this.call(null, { op: 'txn', compare: [{ key, modRevision: 0 }], success: [{ op: 'put', key, value }], failure: [] }, () => {
        if (--left === 0) this.ready()
      })
    }
    if (left === 0) this.ready()
  }

  private ready(): void {
    const early = this.early ?? []
    this.early = null
    for (const [request, from] of early) this.begin(request, from)
  }

  private begin(http: HttpRequest, from: PartId): void {
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
      reply: null,
      phase: 0,
      tries: 0,
      taken: null,
      answer: null,
      failure: null,
      response: null,
      stream: null,
    }
    this.run(ctx)
  }

  private readonly callEtcd = (ctx: RequestContext, op: EtcdOp) => {
    this.io.cause = ctx.cause
    this.call(ctx.http.id, op, (reply) => {
      ctx.cause = this.io.cause
      ctx.reply = reply
      this.run(ctx)
    })
  }

  private readonly finish = (ctx: RequestContext) => {
    this.io.cause = ctx.cause
    invariant(ctx.response, 'something to answer', { path: ctx.http.path })
    this.io.send(ctx.from, { type: 'http.response', request: ctx.http.id, response: ctx.response })
    ctx.stream?.()
    if (!canAdvance(ctx.at, { type: 'request.answered' })) return
    const pod = ctx.route === 'create' && ctx.kind?.resource === 'pods' && !ctx.dryRun ? (ctx.object as Pod | null) : null
    ctx.at = advance(ctx.at, { type: pod ? (pod.spec.nodeName ? 'pod.bound' : 'pod.pending') : 'request.answered' })
    if (pod) this.fates.begin(pod.metadata.uid ?? '', ctx.at)
  }

  private run(ctx: RequestContext): void {
    handle(ctx, this.server, this.callEtcd, this.finish)
  }

  private call(request: number | null, op: EtcdOp, then: Waiting): void {
    const call = ++this.calls
    this.waiting.set(call, then)
    this.io.send(ETCD, { type: 'etcd.call', call, request, op })
  }

  private hear({ watch, revision, events }: Extract<Message, { type: 'etcd.event' }>): void {
    const storage = this.prefixes.get(watch)
    if (!storage) return
    const cache = this.server.cache(storage)
    const { cause } = this.io
    this.server.revision = Math.max(this.server.revision, revision)
    for (const event of events) {
      const { object } = cache.take(event, revision, cause)
      if (RBAC.has(storage)) this.server.rbac.forget()
      if (storage === 'pods') {
        this.io.cause = cause
        this.server.nodes.heard(object as Pod, event.type === 'DELETE')
        this.fates.heard(object as Pod, event.type === 'DELETE', this.io)
      }
    }
  }

  private ask(
    to: PartId,
    request: Omit<HttpRequest, 'id'>,
    ctx: RequestContext,
    done: (response: HttpResponse | { readonly error: string }) => void,
  ): void {
    const id = this.io.newRequestId()
    this.asked.set(id, { ctx, done })
    this.io.cause = ctx.cause
    this.io.send(to, { type: 'http.request', request: { ...request, id } })
  }

  private answered(id: number, response: HttpResponse | { readonly error: string }): void {
    const asked = this.asked.get(id)
    if (!asked) return
    this.asked.delete(id)
    asked.ctx.cause = this.io.cause
    asked.done(response)
  }
}

const RBAC = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'])
