// What a component of the cluster is to the rest of the engine: it hears messages and timers and answers only through `io`.
// It has no clock, no randomness and no other way out, so that the same seed and inputs give the same trace.

import type { NewHop } from './hop'
import type { HopIndex, Millis, PartId } from './ids'
import type { Message, RequestId } from './wire'
import type { Rng } from './rng'

export type { Millis, PartId } from './ids'

export interface Part {
  readonly id: PartId
  /** Called once when the process starts, and again after `crash` when it is started anew. */
  start(io: PartIo): void
  receive(message: Message, from: PartId): void
  /**
   * Forget everything that a process forgets. Its timers are already cancelled; messages to it are lost until `start`.
   * `powerLost`: its machine went down, and all that ran beside it.
   */
  crash(how: { readonly powerLost: boolean }): void
  /** Another part's process ended: its connections to this one are gone. (HTTP exchanges hear of it by messages.) */
  disconnected?(from: PartId): void
  /** A peer's process or the link to it changed. Stands for what a connection's own beats tell, which are not sent as messages. */
  link?(peer: PartId, state: LinkState): void
}

export interface LinkState {
  /** Whether messages reach the peer's process, and whether its messages reach this one. */
  readonly there: boolean
  readonly back: boolean
  /** Neither cut nor slowed. */
  readonly usual: boolean
}

export interface PartIo {
  readonly now: Millis
  readonly random: Rng
  /**
   * The hop that explains what is noted or sent next. Set by the cluster to the hop that brought the message or set the timer;
   * `note` and `send` do NOT move it. A part that takes up queued work sets it to the hop that queued the work.
   */
  cause: HopIndex | null
  /** Puts a message on the modelled network; it arrives after the latency of that link. Returns the `send` hop. */
  send(to: PartId, message: Message): HopIndex
  /** Wakes the part after `delay`. A background timer (heartbeats, resyncs) does not keep `run` from being idle. */
  after(delay: Millis, wake: () => void, options?: { readonly background?: boolean }): Timer
  note(hop: NewHop): HopIndex
  /** The next number for a request that this part is about to send. */
  newRequestId(): RequestId
  /** The next number for a gRPC call of this part: never one of an earlier process, whose answers may still be under way. */
  newCall(): number
  /** Virtual wall-clock time: epoch milliseconds. */
  readonly epochNow: number
}

export interface Timer {
  cancel(): void
}
