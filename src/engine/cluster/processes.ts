// The processes of a cluster: its parts, which of them run, and what each is handed to live by (PartIo). One that ends forgets its timers,
// and its peers hear of it; one that starts begins anew.
// Leaves out: a process that hangs.

import { invariant } from '../base/invariant'
import type { EventQueue, Queued } from '../base/eventQueue'
import type { HopIndex, NewHop } from '../base/hop'
import type { PartId } from '../base/ids'
import type { Part, PartIo } from '../base/part'
import type { Rng } from '../base/rng'
import type { Message, RequestId } from '../base/wire'
import type { Clock } from './connections'
import type { Network } from './network'

/** What processes have of the cluster around them. */
export interface Surroundings {
  readonly clock: Clock
  readonly queue: EventQueue
  readonly random: Rng
  readonly network: Network
  newRequestId(): RequestId
  note(hop: NewHop, cause: HopIndex | null): HopIndex
  send(from: PartId, to: PartId, message: Message, cause: HopIndex | null): HopIndex
}

interface Process {
  readonly part: Part
  readonly io: PartIo
  readonly timers: Set<Queued>
  up: boolean
}

export class Processes {
  private readonly all = new Map<PartId, Process>()

  constructor(private readonly around: Surroundings) {}

  get ids(): readonly PartId[] {
    return [...this.all.keys()]
  }

  add(part: Part): void {
    const timers = new Set<Queued>()
    this.all.set(part.id, { part, timers, up: false, io: this.ioFor(part, timers) })
  }

  has(id: PartId): boolean {
    return this.all.has(id)
  }

  isUp(id: PartId): boolean {
    return this.all.get(id)?.up ?? false
  }

  start(id: PartId, cause: HopIndex | null): void {
    const process = this.of(id)
    process.up = true
    process.io.cause = cause
    process.part.start(process.io)
  }

  /** A message has arrived; false where nobody is there to take it. */
  receive(id: PartId, message: Message, from: PartId, hop: HopIndex): boolean {
    const process = this.all.get(id)
    if (!process?.up) return false
    process.io.cause = hop
    process.part.receive(message, from)
    return true
  }

  /** Ends those of them that run, all at one moment: more than one is a loss of power. `told` is called for each when its peers have heard. */
  end(ids: readonly PartId[], hop: HopIndex, told: (id: PartId) => void): void {
    const ended = ids.filter((id) => this.isUp(id))
    for (const id of ended) {
      const process = this.of(id)
      process.up = false
      for (const timer of process.timers) this.around.queue.cancel(timer)
      process.timers.clear()
      process.part.crash({ powerLost: ended.length > 1 })
    }
    for (const id of ended) {
      this.tellLinks(id, hop)
      for (const peer of this.all.keys()) this.tellBroken(peer, id, hop)
      told(id)
    }
  }

  /** What happens next to a part happens because of this hop. */
  actsFor(id: PartId, hop: HopIndex | null): void {
    this.of(id).io.cause = hop
  }

  /** A part hears that its connection with another is gone. */
  tellBroken(id: PartId, from: PartId, cause: HopIndex): void {
    const process = this.all.get(id)
    if (!process?.up) return
    process.io.cause = cause
    process.part.disconnected?.(from)
  }

  /** A part's peers, and the part itself, hear what their links are now. */
  tellLinks(id: PartId, hop: HopIndex | null): void {
    for (const peer of this.all.keys()) {
      if (peer === id) continue
      this.tellLink(peer, id, hop)
      this.tellLink(id, peer, hop)
    }
  }

  tellLink(id: PartId, peer: PartId, hop: HopIndex | null): void {
    const { part, io, up } = this.of(id)
    if (!up || !part.link) return
    const { network } = this.around
    io.cause = hop
    part.link(peer, {
      there: this.isUp(peer) && network.delivers(id, peer),
      back: this.isUp(peer) && network.delivers(peer, id),
      usual: network.isUsual(id, peer) && network.isUsual(peer, id),
    })
  }

  private of(id: PartId): Process {
    const process = this.all.get(id)
    invariant(process, 'a part of this cluster', { id })
    return process
  }

  private ioFor({ id }: Part, timers: Set<Queued>): PartIo {
    const { around } = this
    let calls = 0
    const io: PartIo = {
      get now() {
        return around.clock.now
      },
      get epochNow() {
        return around.clock.epochNow
      },
      random: around.random.fork(id),
      cause: null,
      newRequestId: () => around.newRequestId(),
      newCall: () => ++calls,
      note: (hop) => around.note(hop, io.cause),
      send: (to, message) => around.send(id, to, message, io.cause),
      after: (delay, wake, { background = false } = {}) => {
        const cause = io.cause
        const entry = around.queue.push(around.clock.now + delay, background, () => {
          timers.delete(entry)
          io.cause = cause
          wake()
        })
        timers.add(entry)
        return {
          cancel: () => {
            timers.delete(entry)
            around.queue.cancel(entry)
          },
        }
      },
    }
    return io
  }
}
