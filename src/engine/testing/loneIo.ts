// The io of a part that stands alone: what it sends and notes is kept, its timers go off when the test says. Tests only.

import { EventQueue } from '../base/eventQueue'
import type { NewHop } from '../base/hop'
import type { PartId } from '../base/ids'
import type { PartIo } from '../base/part'
import { createRng } from '../base/rng'
import type { HttpRequest, Message } from '../base/wire'

export interface LoneIo extends PartIo {
  readonly sent: { readonly to: PartId; readonly message: Message }[]
  readonly noted: NewHop[]
  /** Whether only background timers are left. */
  readonly idle: boolean
  /** Lets all timers go off that are due within `ms`, in order. */
  pass(ms: number): void
  /** The requests sent so far. */
  requests(): HttpRequest[]
}

export function loneIo(): LoneIo {
  const queue = new EventQueue()
  const sent: { to: PartId; message: Message }[] = []
  const noted: NewHop[] = []
  let now = 0
  let requests = 0
  let calls = 0
  let hops = 0
  return {
    get now() {
      return now
    },
    get epochNow() {
      return Date.UTC(2026, 0, 15, 10) + now
    },
    get idle() {
      return queue.idle
    },
    sent,
    noted,
    cause: null,
    random: createRng(1),
    newRequestId: () => ++requests,
    newCall: () => ++calls,
    send: (to, message) => {
      sent.push({ to, message })
      return hops++
    },
    note: (hop) => {
      noted.push(hop)
      return hops++
    },
    after: (delay, wake, { background = false } = {}) => {
      const entry = queue.push(now + delay, background, wake)
      return { cancel: () => queue.cancel(entry) }
    },
    pass: (ms) => {
      const end = now + ms
      for (let next = queue.peek(); next && next.at <= end; next = queue.peek()) {
        now = Math.max(now, next.at)
        queue.pop()!.run()
      }
      now = end
    },
    requests: () => sent.flatMap(({ message }) => (message.type === 'http.request' ? [message.request] : [])),
  }
}
