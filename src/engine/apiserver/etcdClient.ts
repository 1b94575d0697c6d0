// The apiserver's connection to etcd: calls with their retries and deadlines, and watches that are opened again where they broke.
// Keeps to one endpoint as long as it answers. A read that failed on the way is tried again, a write never: it may have been done.
// Leaves out: a connection for each kind, gRPC's own back-off (the client hears when an endpoint can be reached again).
// Upstream: etcd client/v3/{retry_interceptor,watch}.go; apiserver pkg/storage/storagebackend/factory/etcd3.go

import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { LinkState, PartIo, Timer } from '../base/part'
import type { EtcdError, EtcdOp, EtcdReply, Message, RequestId, Revision } from '../base/wire'

interface Call {
  readonly request: RequestId | null
  readonly op: EtcdOp
  readonly deadline: Millis
  readonly then: (reply: EtcdReply) => void
  endpoint: PartId
  tries: number
  timer: Timer | null
}

interface Watch {
  readonly prefix: string
  /** The next revision that it has not heard of. */
  next: Revision
}

/** How long a read waits for an endpoint that refuses connections (100 tries of 25 ms). */
const PATIENCE: Millis = 2500
const RECONNECT: Millis = 1000
const PROGRESS: Millis = 60_000
const LOST: EtcdError = 'rpc error: code = Unavailable desc = error reading from server: EOF'

export class EtcdClient {
  private readonly waiting = new Map<number, Call>()
  private readonly watches = new Map<number, Watch>()
  private readonly reachable: Set<PartId>
  /** Endpoints whose link is cut or slow: only there deadlines matter. */
  private readonly poor = new Set<PartId>()
  private endpoint: PartId
  /** Whether the watches are open at the endpoint. */
  private connected = true
  /** Watches that were opened again are still told what they missed, one after the other: no revision is whole yet. */
  catchingUp = false

  constructor(
    private readonly io: PartIo,
    private readonly endpoints: readonly PartId[],
    /** What was missed is told up to this revision. */
    private readonly caughtUp: (revision: Revision) => void,
  ) {
    const [first] = endpoints
    invariant(first, 'an endpoint of etcd')
    this.endpoint = first
    this.reachable = new Set(endpoints)
  }

  /** Calls back once: with etcd's reply, or with why none came within `patience`. */
  call(request: RequestId | null, op: EtcdOp, patience: Millis, then: (reply: EtcdReply) => void): void {
    const call: Call = { request, op, deadline: this.io.now + patience, then, endpoint: this.endpoint, tries: 0, timer: null }
    this.send(this.io.newCall(), call)
  }

  /** What is answered may be newer than what was told: what waited for an endpoint was asked before the watches were opened there. */
  get behind(): boolean {
    return !this.connected || this.catchingUp
  }

  watch(watch: number, prefix: string, startRevision: Revision): void {
    this.watches.set(watch, { prefix, next: startRevision })
    if (this.connected) this.open(watch)
  }

  /** Whether an event is news: not of a watch that was left, nor told before. */
  isNews(watch: number, revision: Revision, from: PartId): boolean {
    const known = this.watches.get(watch)
    if (!known || from !== this.endpoint || revision < known.next) return false
    known.next = revision + 1
    return true
  }

  /** A watch that etcd ended: its prefix. */
  cancelled(watch: number): string | null {
    const { prefix = null } = this.watches.get(watch) ?? {}
    this.watches.delete(watch)
    return prefix
  }

  receive({ call: number, reply }: Extract<Message, { type: 'etcd.reply' }>): void {
    if (!reply.ok && reply.error.startsWith('rpc error')) this.lost()
    const call = this.waiting.get(number)
    if (!call) return
    if (reply.ok || !isUnavailable(reply.error) || !this.again(number, call, reply.error)) this.finish(number, call, reply)
  }

  /** The connection to an endpoint broke: what waits on it fails or moves on, the watches open at another. */
  disconnected(from: PartId): void {
    if (!this.endpoints.includes(from)) return
    if (from === this.endpoint) this.lost()
    for (const [number, call] of [...this.waiting])
      if (call.endpoint === from && !this.again(number, call, LOST)) this.finish(number, call, { ok: false, error: LOST })
  }

  link(peer: PartId, { there, back, usual }: LinkState): void {
    if (!this.endpoints.includes(peer)) return
    if (usual) this.poor.delete(peer)
    else this.poor.add(peer)
    if (!usual) for (const [number, call] of this.waiting) if (call.endpoint === peer) this.limit(number, call)
    const was = this.reachable.has(peer)
    if (there && back) this.reachable.add(peer)
    else this.reachable.delete(peer)
    if (!was && !this.connected) this.lost()
  }

  /** No connection: a new one is made where it can be, soon or with the next call. */
  private lost(): void {
    this.connected = false
    this.moveOn()
    if (this.reachable.has(this.endpoint)) this.io.after(RECONNECT, () => this.connect(), { background: true })
  }

  private send(number: number, call: Call): void {
    this.connect()
    call.endpoint = this.endpoint
    this.waiting.set(number, call)
    if (this.poor.has(this.endpoint)) this.limit(number, call)
    this.io.send(this.endpoint, { type: 'etcd.call', call: number, request: call.request, op: call.op })
  }

  /** Opens the watches at the endpoint before anything is asked there: once they are open, what is answered is not newer than what was told. */
  private connect(): void {
    if (this.connected) return
    this.moveOn()
    if (!this.reachable.has(this.endpoint)) return
    this.connected = true
    if (this.watches.size === 0) return
    this.catchingUp = true
    for (const watch of this.watches.keys()) this.open(watch)
    this.call(null, { op: 'range', key: '/registry/', countOnly: true }, PROGRESS, (reply) => {
      if (!reply.ok) return
      this.catchingUp = false
      this.caughtUp(reply.revision)
    })
  }

  private open(watch: number): void {
    const { prefix, next } = this.watches.get(watch)!
    this.io.send(this.endpoint, {
      type: 'etcd.call',
      call: this.io.newCall(),
      request: null,
      op: { op: 'watch', watch, prefix, startRevision: next },
    })
  }

  /** To the next endpoint that can be reached, if the present one cannot. */
  private moveOn(): void {
    if (this.connected || this.reachable.has(this.endpoint)) return
    const at = this.endpoints.indexOf(this.endpoint)
    const next = this.endpoints.map((_, i) => this.endpoints[(at + 1 + i) % this.endpoints.length]!).find((e) => this.reachable.has(e))
    if (next) this.endpoint = next
  }

  /** Whether the call is tried again. A refused connection carried nothing, so even a write may go elsewhere. */
  private again(number: number, call: Call, error: EtcdError): boolean {
    const refused = error.endsWith('connection refused"')
    const elsewhere = call.endpoint !== this.endpoint && this.reachable.has(this.endpoint)
    if (call.op.op !== 'range' && !(refused && elsewhere)) return false
    this.limit(number, call)
    const own = error.startsWith('etcdserver:')
    if (!own && !elsewhere && call.tries > 0) return false
    call.tries++
    const delay = own || elsewhere ? 25 : PATIENCE
    const { cause } = this.io
    this.io.after(
      delay,
      () => {
        if (!this.waiting.has(number)) return
        this.io.cause = cause
        this.send(number, call)
      },
      { background: call.request === null },
    )
    return true
  }

  private limit(number: number, call: Call): void {
    call.timer ??= this.io.after(
      Math.max(0, call.deadline - this.io.now),
      () => this.finish(number, call, { ok: false, error: 'context deadline exceeded' }),
      { background: call.request === null },
    )
  }

  private finish(number: number, call: Call, reply: EtcdReply): void {
    if (!this.waiting.delete(number)) return
    call.timer?.cancel()
    call.then(reply)
  }
}

/** Whether etcd was not there to answer, or not able to: nothing is wrong with what was asked. */
export function isUnavailable(error: EtcdError): boolean {
  switch (error) {
    case 'etcdserver: mvcc: required revision has been compacted':
    case 'etcdserver: mvcc: required revision is a future revision':
    case 'etcdserver: request is too large':
      return false
    default:
      return true
  }
}
