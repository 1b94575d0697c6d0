// What the server asks others: kubelets, webhooks, and itself over its loopback.
// Upstream: apiserver pkg/util/webhook, kubernetes pkg/kubelet/client

import type { Millis, PartId } from '../base/ids'
import type { PartIo } from '../base/part'
import type { HttpRequest, RequestId } from '../base/wire'
import type { PeerAnswer, RequestContext } from './requestContext'

interface Outgoing {
  readonly ctx: RequestContext | null
  readonly done: (answer: PeerAnswer) => void
}

export class OutgoingRequests {
  private readonly waiting = new Map<RequestId, Outgoing>()

  constructor(private readonly io: PartIo) {}

  /** Calls back once. `ctx`: the request that waits for it. `within`: milliseconds, after which it is given up. */
  send(
    to: PartId,
    request: Omit<HttpRequest, 'id'>,
    ctx: RequestContext | null,
    done: (answer: PeerAnswer) => void,
    within?: Millis,
  ): void {
    const id = this.io.newRequestId()
    const giveUp = () => {
      this.io.send(to, { type: 'http.abort', request: id })
      this.answered(id, { error: 'context deadline exceeded' })
    }
    const timer = within === undefined ? null : this.io.after(within, giveUp)
    this.waiting.set(id, {
      ctx,
      done: (answer) => {
        timer?.cancel()
        done(answer)
      },
    })
    if (ctx) this.io.cause = ctx.cause
    this.io.send(to, { type: 'http.request', request: { ...request, id } })
  }

  /** Nothing happens where nobody waits any more. */
  answered(id: RequestId, answer: PeerAnswer): void {
    const outgoing = this.waiting.get(id)
    if (!outgoing) return
    this.waiting.delete(id)
    if (outgoing.ctx) outgoing.ctx.cause = this.io.cause
    outgoing.done(answer)
  }
}
