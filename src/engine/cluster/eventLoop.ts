// Virtual time: one event after the other is taken from the queue, and the clock moves to its moment. Each is a turn, and so is each input
// that comes from outside between two of them.

import { EventQueue } from '../base/eventQueue'
import type { Millis } from '../base/ids'
import { invariant } from '../base/invariant'
import type { Clock } from './connections'
import type { RunEnd, RunLimits } from './types'

export class EventLoop implements Clock {
  now: Millis = 0
  turns = 0
  readonly queue = new EventQueue()

  /** `epoch`: the wall clock at time 0, in milliseconds since 1970. */
  constructor(readonly epoch: number) {}

  get epochNow(): number {
    return this.epoch + this.now
  }

  /** `until` is asked after each event. */
  run({ for: time, maxEvents, throughIdle }: Omit<RunLimits, 'until'>, until?: () => boolean): RunEnd {
    const { queue } = this
    const end = time === undefined ? Infinity : this.now + time
    let left = maxEvents ?? Infinity
    invariant(!throughIdle || end < Infinity || left < Infinity, 'background timers never end: give a limit')
    while (throughIdle ? queue.peek() : !queue.idle) {
      if (queue.peek()!.at > end) {
        this.now = end
        return 'limit'
      }
      if (left-- <= 0) return 'limit'
      this.step()
      if (until?.()) return 'until'
    }
    if (throughIdle && end < Infinity) this.now = end
    return 'idle'
  }

  /** Handles events until so many turns have been. */
  runToTurn(turn: number): void {
    while (this.turns < turn) this.step()
  }

  private step(): void {
    const next = this.queue.pop()
    invariant(next, 'an event to handle', { turn: this.turns })
    this.now = Math.max(this.now, next.at)
    this.turns++
    next.run()
  }
}
