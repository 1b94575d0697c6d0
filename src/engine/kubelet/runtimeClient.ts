// The kubelet's side of CRI: calls to the container runtime of its node, and their answers.

import type { JsonObject } from '../base/json'
import type { PartId } from '../base/ids'
import type { PartIo } from '../base/part'
import type { CriMethod, Message } from '../base/wire'

export type CriResult = { readonly ok: true; readonly result: JsonObject } | { readonly ok: false; readonly error: string }

const LOST = 'rpc error: code = Unavailable desc = error reading from server: EOF'

export class RuntimeClient {
  private readonly waiting = new Map<number, (result: CriResult) => void>()

  constructor(
    private readonly io: PartIo,
    private readonly runtime: PartId,
  ) {}

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
