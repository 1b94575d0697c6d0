// How long a message is under way: one table. Constant for each pair of parts, so that messages of one link never overtake each other.

import type { Millis, PartId } from '../base/ids'
import type { Message } from '../base/wire'

/** Milliseconds one way; chosen to be plausible in one data centre, with the user a little further off. */
const LATENCY = { user: 4, etcd: 1, runtime: 1, component: 2 } as const

export function latency(from: PartId, to: PartId): Millis {
  if (from === 'user' || to === 'user') return LATENCY.user
  if (from === 'etcd' || to === 'etcd') return LATENCY.etcd
  if (from.endsWith('/runtime') || to.endsWith('/runtime')) return LATENCY.runtime
  return LATENCY.component
}

/** What a sender hears whose message finds nobody: refused connections for HTTP and CRI, a timeout for etcd's client, which tries in vain. */
export function lostMessage(message: Message): Message | null {
  switch (message.type) {
    case 'http.request':
      return { type: 'http.unreachable', request: message.request.id, error: 'dial tcp 127.0.0.1:6443: connect: connection refused' }
    case 'etcd.call':
      return {
        type: 'etcd.reply',
        call: message.call,
        request: message.request,
        reply: { ok: false, error: 'etcdserver: request timed out' },
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
