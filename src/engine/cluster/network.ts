// How long a message is under way, and what becomes of one that does not get through. A link that is cut keeps what is sent into it, as TCP
// does by sending again: mended in time, it delivers all of it in order; if not, the connection breaks and both ends hear of it.
// Raft's messages are not sent again: they are lost.
// Leaves out: bandwidth, packet loss, half-open sockets after a power loss (they break at once).
// Upstream: golang.org/x/net/http2 (ReadIdleTimeout 30 s and PingTimeout 15 s as client-go sets them), client-go transport (dial timeout 30 s),
//           apiserver pkg/storage/storagebackend/factory/etcd3.go (keepalive 30 s + 10 s, dial timeout 20 s)

import type { Millis, PartId } from '../base/ids'
import type { HopIndex } from '../base/hop'
import type { Message } from '../base/wire'

/** Milliseconds one way; chosen to be plausible in one data centre, with the user a little further off. */
const LATENCY = { user: 4, etcd: 1, runtime: 1, component: 2 } as const

/** A connection through a cut link is given up after so long. */
export const HTTP_BREAKS: Millis = 45_000
export const ETCD_BREAKS: Millis = 40_000
const HTTP_DIAL: Millis = 30_000
const ETCD_DIAL: Millis = 20_000

/** What is under way on a link that does not deliver in its usual time. */
export interface Held {
  readonly message: Message
  readonly hop: HopIndex
}

/** One direction between two parts. */
interface Link {
  /** Faults that cut it. */
  cuts: number
  cutAt: Millis
  slower: Millis
  /** When the last message under way arrives: none overtakes it. */
  last: Millis
  held: Held[]
}

export function latency(from: PartId, to: PartId): Millis {
  if (from === 'user' || to === 'user') return LATENCY.user
  if (isEtcd(from) || isEtcd(to)) return LATENCY.etcd
  if (from.endsWith('/runtime') || to.endsWith('/runtime')) return LATENCY.runtime
  return LATENCY.component
}

/** `etcd`, or a member of three: `etcd-2`. */
export const isEtcd = (part: PartId) => part === 'etcd' || part.startsWith('etcd-')

/** The links that a fault has touched; all others are not known here, and cost nothing. */
export class Network {
  private readonly links = new Map<string, Link>()

  /** No link was ever touched. */
  get untouched(): boolean {
    return this.links.size === 0
  }

  /** When a message that is sent now arrives; Infinity: it is kept until the link delivers again. */
  arrival(from: PartId, to: PartId, now: Millis): Millis {
    const usual = now + latency(from, to)
    if (this.links.size === 0) return usual
    const link = this.links.get(linkName(from, to))
    if (!link) return usual
    const arrives = usual + link.slower
    if (link.cuts > 0 || link.held.length > 0 || arrives < link.last) return Infinity
    return (link.last = arrives)
  }

  hold(from: PartId, to: PartId, held: Held): void {
    this.link(from, to).held.push(held)
  }

  /** Whether packets get from one to the other. */
  delivers(from: PartId, to: PartId): boolean {
    return this.links.size === 0 || !this.links.get(linkName(from, to))?.cuts
  }

  /** Since when the way there or back is cut; null: neither is. */
  cutSince(a: PartId, b: PartId): Millis | null {
    const cuts = [this.links.get(linkName(a, b)), this.links.get(linkName(b, a))].filter((link) => link && link.cuts > 0)
    return cuts.length === 0 ? null : Math.min(...cuts.map((link) => link!.cutAt))
  }

  cut(from: PartId, to: PartId, now: Millis): void {
    const link = this.link(from, to)
    if (link.cuts++ === 0) link.cutAt = now
  }

  mend(from: PartId, to: PartId): void {
    this.link(from, to).cuts--
  }

  slow(from: PartId, to: PartId, by: Millis): void {
    this.link(from, to).slower += by
  }

  /** Takes what a link kept and now delivers, with the time at which it all arrives; nothing while it is cut. */
  release(from: PartId, to: PartId, now: Millis): { readonly at: Millis; readonly held: readonly Held[] } {
    const link = this.link(from, to)
    if (link.cuts > 0 || link.held.length === 0) return { at: now, held: [] }
    const { held } = link
    link.held = []
    link.last = Math.max(link.last, now + latency(from, to) + link.slower)
    return { at: link.last, held }
  }

  /** Whether packets take their usual time. */
  isUsual(from: PartId, to: PartId): boolean {
    const link = this.links.size === 0 ? undefined : this.links.get(linkName(from, to))
    return !link || (link.cuts === 0 && link.slower === 0)
  }

  /** Forgets what is kept, both ways: its connections are gone. */
  drop(a: PartId, b: PartId): void {
    for (const link of [this.links.get(linkName(a, b)), this.links.get(linkName(b, a))]) if (link) link.held = []
  }

  private link(from: PartId, to: PartId): Link {
    const name = linkName(from, to)
    let link = this.links.get(name)
    if (!link) this.links.set(name, (link = { cuts: 0, cutAt: 0, slower: 0, last: 0, held: [] }))
    return link
  }
}

const linkName = (from: PartId, to: PartId) => `${from} ${to}`

/** What a sender hears whose message finds nobody: the connection is refused, in the words of Go's net package, of gRPC and of CRI's client. */
export function refusedMessage(message: Message, address: string): Message | null {
  switch (message.type) {
    case 'http.request':
      return { type: 'http.unreachable', request: message.request.id, error: `dial tcp ${address}: connect: connection refused` }
    case 'etcd.call':
      return {
        type: 'etcd.reply',
        call: message.call,
        request: message.request,
        reply: { ok: false, error: unavailable('dial tcp 127.0.0.1:2379: connect: connection refused') },
      }
    case 'cri.call':
      return {
        type: 'cri.reply',
        call: message.call,
        method: message.method,
        error:
          'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
      }
    default:
      return null
  }
}

/** What a sender hears whose new connection is not answered, and after how long; null: such messages open none. */
export function unansweredDial(message: Message, address: string): { readonly after: Millis; readonly answer: Message } | null {
  if (message.type === 'http.request') {
    const answer = { type: 'http.unreachable', request: message.request.id, error: `dial tcp ${address}: i/o timeout` } as const
    return { after: HTTP_DIAL, answer }
  }
  if (message.type !== 'etcd.call') return null
  const error = unavailable('dial tcp 127.0.0.1:2379: i/o timeout')
  return { after: ETCD_DIAL, answer: { type: 'etcd.reply', call: message.call, request: message.request, reply: { ok: false, error } } }
}

const unavailable = (why: string) =>
  `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${why}"` as const
