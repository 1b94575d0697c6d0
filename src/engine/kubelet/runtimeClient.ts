// The kubelet's side of CRI: calls to the container runtime of its node, and their answers. Whether the runtime is there is known without a
// call: that stands for what upstream finds out by asking it every second (the PLEG's relist) and every five (its status).
// Leaves out: the deadline of a call.
// Upstream: kubernetes pkg/kubelet/pleg/generic.go, container/cache.go (GetNewerThan), cri-client pkg/remote_runtime.go

import type { JsonObject } from '../base/json'
import type { PartId } from '../base/ids'
import type { LinkState, PartIo } from '../base/part'
import type { CriMethod, Message } from '../base/wire'

export type CriResult = { readonly ok: true; readonly result: JsonObject } | { readonly ok: false; readonly error: string }

const LOST = 'rpc error: code = Unavailable desc = error reading from server: EOF'

export class RuntimeClient {
  private readonly waiting = new Map<number, (result: CriResult) => void>()
  private held: (() => void)[] = []

  /** `isThere`: the runtime is known to be there; else that is told at once, as by `link`. */
  constructor(
    private readonly io: PartIo,
    private readonly runtime: PartId,
    public isThere = true,
    private readonly changed: (isThere: boolean) => void = () => {},
  ) {}

  /** `act` comes now, or when the runtime is there. */
  whenThere(act: () => void): void {
    if (this.isThere) act()
    else this.held.push(act)
  }

  link(peer: PartId, { there, back }: LinkState): void {
    if (peer !== this.runtime) return
    const before = this.isThere
    this.isThere = there && back
    if (this.isThere !== before) this.changed(this.isThere)
    if (!this.isThere) return
    const { held } = this
    this.held = []
    for (const act of held) act()
  }

  call(method: CriMethod, params: JsonObject, done: (result: CriResult) => void): void {
    const call = this.io.newCall()
    this.waiting.set(call, done)
    this.io.send(this.runtime, { type: 'cri.call', call, method, params })
  }

  /** False for a message that is no answer to a call. */
  receive(message: Message): boolean {
    if (message.type !== 'cri.reply') return false
    const done = this.waiting.get(message.call)
    this.waiting.delete(message.call)
    done?.(message.error === undefined ? { ok: true, result: message.result ?? {} } : { ok: false, error: message.error })
    return true
  }

  /** The runtime's process ended: what it was asked will not be answered. */
  disconnected(from: PartId): void {
    if (from !== this.runtime) return
    const lost = [...this.waiting.values()]
    this.waiting.clear()
    for (const done of lost) done({ ok: false, error: LOST })
  }
}
