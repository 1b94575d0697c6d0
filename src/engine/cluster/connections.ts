// Who speaks with whom: sends messages over the network, knows the HTTP exchanges that are not over, and tells both ends when a connection
// breaks, because a process ended or a link stayed cut.
// Leaves out: that one connection carries many exchanges of a component (they break together all the same).
// Upstream: golang.org/x/net/http2/transport.go, google.golang.org/grpc

import type { HopBody, HopIndex } from '../base/hop'
import type { Millis, PartId } from '../base/ids'
import type { Message, RequestId } from '../base/wire'
import { rfc3339 } from '../api/scalars/time'
import { ETCD_BREAKS, HTTP_BREAKS, isEtcd, latency, Network, unansweredDial } from './network'

/** Virtual time. */
export interface Clock {
  readonly now: Millis
  /** Virtual wall-clock time: epoch milliseconds. */
  readonly epochNow: number
}

/** What the cluster does for its connections. */
export interface World {
  readonly clock: Clock
  note(body: HopBody, cause: HopIndex | null): HopIndex
  later(at: Millis, background: boolean, run: () => void): void
  arrive(from: PartId, to: PartId, message: Message, hop: HopIndex): void
  /** Where a part listens for HTTP. */
  addressOf(part: PartId): string
  disconnect(part: PartId, from: PartId, cause: HopIndex): void
}

const SERVER = 'kube-apiserver'

interface Exchange {
  readonly client: PartId
  readonly server: PartId
  readonly path: string
  /** Its last message is under way. */
  over: boolean
}

/** A message that waits for a connection which the link does not let come about. */
interface Dial {
  readonly from: PartId
  readonly to: PartId
  readonly message: Message
  readonly hop: HopIndex
}

export class Connections {
  readonly network = new Network()
  private readonly open = new Map<RequestId, Exchange>()
  private readonly dials = new Set<Dial>()
  /** Pairs whose old connections broke while the link is cut. */
  private readonly broken = new Set<string>()
  /** Watches of which the client hears nothing any more, with the collection that they watch. */
  private readonly silent = new Map<RequestId, { readonly client: PartId; readonly of: string }>()
  /** Since when the server's certificate is expired, and who still has a connection from before. */
  private expired: { readonly at: number; readonly connected: Set<PartId> } | null = null

  constructor(private readonly world: World) {}

  send(from: PartId, to: PartId, message: Message, cause: HopIndex | null): HopIndex {
    const { network, world } = this
    if (message.type === 'http.request')
      this.open.set(message.request.id, { client: from, server: to, path: message.request.path, over: false })
    else this.follow(message)
    if (this.isLost(to, message)) return world.note({ kind: 'send', from, to, arrives: Infinity, message }, cause)
    if (this.distrusts(from, to, message)) return this.handshake(from, to, message, cause)
    if (this.mustDial(from, to, message)) return this.dial(from, to, message, cause)
    const arrives = network.arrival(from, to, world.clock.now)
    const hop = world.note({ kind: 'send', from, to, arrives, message }, cause)
    if (arrives < Infinity) world.later(arrives, false, () => this.deliver(from, to, message, hop))
    // Behind a slower one it waits for its turn; into a cut link Raft's are lost.
    else if (!message.type.startsWith('raft.') || network.delivers(from, to)) network.hold(from, to, { message, hop })
    return hop
  }

  /** The kernel closes the connections of a process that ended; `cause` is the fault's hop. */
  ended(part: PartId, cause: HopIndex): void {
    for (const [request, { client, server, over }] of this.open) {
      if (over) continue
      if (client === part) this.send(part, server, { type: 'http.abort', request }, cause)
      else if (server === part) this.send(part, client, { type: 'http.unreachable', request, error: 'unexpected EOF' }, cause)
    }
    for (const dial of this.dials) if (dial.from === part) this.dials.delete(dial)
    if (part === SERVER) this.expired?.connected.clear()
    else this.expired?.connected.delete(part)
  }

  /** The server's certificate expires: connections that stand go on, no new one comes about. Null: it has another. */
  expire(connected: readonly PartId[] | null): void {
    this.expired = connected && { at: this.world.clock.epochNow, connected: new Set(connected) }
  }

  /** A link was cut: what waits on it hears of it when its connection is given up. */
  cut(from: PartId, to: PartId, cause: HopIndex): void {
    const { network, world } = this
    network.cut(from, to, world.clock.now)
    const since = network.cutSince(from, to)!
    const etcd = isEtcd(from) || isEtcd(to)
    const waits = [...this.open.values()].some((x) => isBetween(x, from, to))
    world.later(since + (etcd ? ETCD_BREAKS : HTTP_BREAKS), etcd || !waits, () => this.giveUp(from, to, since, cause))
  }

  mend(from: PartId, to: PartId): void {
    this.network.mend(from, to)
    this.release(from, to)
    if (this.network.cutSince(from, to) !== null) return
    this.broken.delete(pairName(from, to))
    for (const dial of this.dials) {
      if (pairName(dial.from, dial.to) !== pairName(from, to)) continue
      this.dials.delete(dial)
      const { from: a, to: b, message, hop } = dial
      this.later(this.network.arrival(a, b, this.world.clock.now), a, b, message, hop)
    }
  }

  /** The watches that a part has open of a collection: what the server sends there from now on is lost. */
  silence(client: PartId, of: string): void {
    for (const [request, exchange] of this.open)
      if (exchange.client === client && isWatchOf(exchange.path, of)) this.silent.set(request, { client, of })
  }

  /** They break, as both ends hear. */
  breakSilent(client: PartId, of: string, cause: HopIndex): void {
    for (const [request, watch] of this.silent) {
      if (watch.client !== client || watch.of !== of) continue
      this.silent.delete(request)
      const exchange = this.open.get(request)
      if (exchange) this.breakOff(request, exchange, `stream error: stream ID ${request}; INTERNAL_ERROR; received from peer`, cause)
    }
  }

  /** Slows a link, or with a negative time gives it back what it was slowed by. */
  slow(from: PartId, to: PartId, by: Millis): void {
    this.network.slow(from, to, by)
  }

  private later(at: Millis, from: PartId, to: PartId, message: Message, hop: HopIndex): void {
    if (at === Infinity) this.network.hold(from, to, { message, hop })
    else this.world.later(at, false, () => this.deliver(from, to, message, hop))
  }

  private deliver(from: PartId, to: PartId, message: Message, hop: HopIndex): void {
    if (isLast(message)) this.open.delete(message.request)
    this.world.arrive(from, to, message, hop)
    this.release(from, to)
  }

  /** What a link kept goes on its way, once that is free. */
  private release(from: PartId, to: PartId): void {
    if (this.network.untouched) return
    const { at, held } = this.network.release(from, to, this.world.clock.now)
    for (const { message, hop } of held) this.later(at, from, to, message, hop)
  }

  private follow(message: Message): void {
    if (message.type === 'http.abort') this.open.delete(message.request)
    else if (isLast(message)) {
      const exchange = this.open.get(message.request)
      if (exchange) exchange.over = true
    }
  }

  /** A program of the user's opens a connection for each request; a component has one, until it breaks. */
  private mustDial(from: PartId, to: PartId, message: Message): boolean {
    if (this.network.untouched || (message.type !== 'http.request' && message.type !== 'etcd.call')) return false
    return this.network.cutSince(from, to) !== null && (from === 'user' || this.broken.has(pairName(from, to)))
  }

  private distrusts(from: PartId, to: PartId, message: Message): message is Extract<Message, { type: 'http.request' }> {
    if (!this.expired || to !== SERVER || message.type !== 'http.request') return false
    return !message.request.insecure && !this.expired.connected.has(from)
  }

  /** The client hangs up when it has seen the certificate. */
  private handshake(from: PartId, to: PartId, message: Extract<Message, { type: 'http.request' }>, cause: HopIndex | null): HopIndex {
    const { now, epochNow } = this.world.clock
    const request = message.request.id
    this.open.delete(request)
    const hop = this.world.note({ kind: 'send', from, to, arrives: now + latency(from, to), message }, cause)
    const error = `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${rfc3339(epochNow)} is after ${rfc3339(this.expired!.at)}`
    this.world.later(now + 2 * latency(from, to), false, () => this.tell(to, from, { type: 'http.unreachable', request, error }, hop))
    return hop
  }

  private dial(from: PartId, to: PartId, message: Message, cause: HopIndex | null): HopIndex {
    const hop = this.world.note({ kind: 'send', from, to, arrives: Infinity, message }, cause)
    const dial: Dial = { from, to, message, hop }
    this.dials.add(dial)
    const { after, answer } = unansweredDial(message, this.world.addressOf(to))!
    this.world.later(this.world.clock.now + after, message.type === 'etcd.call' && message.request === null, () => {
      if (this.dials.delete(dial)) this.tell(to, from, answer, hop)
    })
    return hop
  }

  private giveUp(a: PartId, b: PartId, since: Millis, cause: HopIndex): void {
    if (this.network.cutSince(a, b) !== since) return
    this.broken.add(pairName(a, b))
    this.expired?.connected.delete(a === SERVER ? b : a)
    this.network.drop(a, b)
    const dialled = new Set([...this.dials].map(({ message }) => (message.type === 'http.request' ? message.request.id : null)))
    for (const [request, exchange] of this.open) {
      if (!isBetween(exchange, a, b) || dialled.has(request)) continue
      this.breakOff(request, exchange, 'http2: client connection lost', cause)
    }
    this.world.disconnect(a, b, cause)
    this.world.disconnect(b, a, cause)
  }

  private breakOff(request: RequestId, { client, server, over }: Exchange, error: string, cause: HopIndex): void {
    this.tell(server, client, { type: 'http.unreachable', request, error }, cause)
    if (!over) this.tell(client, server, { type: 'http.abort', request }, cause)
  }

  /** Whether a message to a client belongs to a watch that has gone silent. */
  private isLost(to: PartId, message: Message): boolean {
    if (this.silent.size === 0 || !('request' in message) || typeof message.request !== 'number') return false
    return message.type.startsWith('http.') && this.silent.get(message.request)?.client === to
  }

  /** What one end's own kernel tells it of the other; no link is needed. */
  private tell(from: PartId, to: PartId, message: Message, cause: HopIndex | null): void {
    const { now } = this.world.clock
    if (isLast(message)) this.open.delete(message.request)
    const hop = this.world.note({ kind: 'send', from, to, arrives: now, message }, cause)
    this.world.later(now, false, () => this.world.arrive(from, to, message, hop))
  }
}

/** Whether an exchange is over for the client with this message. */
function isLast(message: Message): message is Extract<Message, { type: 'http.response' | 'http.end' | 'http.unreachable' }> {
  return (
    message.type === 'http.end' || message.type === 'http.unreachable' || (message.type === 'http.response' && !message.response.streaming)
  )
}

const isBetween = ({ client, server }: Exchange, a: PartId, b: PartId) => (client === a && server === b) || (client === b && server === a)

function isWatchOf(path: string, collection: string): boolean {
  return path.startsWith(`${collection}?`) && new URLSearchParams(path.slice(collection.length)).get('watch') === 'true'
}

const pairName = (a: PartId, b: PartId) => (a < b ? `${a} ${b}` : `${b} ${a}`)
