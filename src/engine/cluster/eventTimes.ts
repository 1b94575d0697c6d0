// When things happened: the time and the last hop of each turn of the event queue. All that happens in one turn happens at one moment.

import type { HopIndex } from '../base/hop'
import type { Millis } from '../base/ids'
import { NONE } from './hopColumns'
import { longer } from './longer'

export class EventTimes {
  /** By event number; an event without hops has the last hop of the one before. */
  private lastHop = new Int32Array(1024).fill(NONE)
  private times = new Float64Array(1024)
  private event = 0

  /** A hop of an event: none after it belongs to an earlier one. */
  add(event: number, at: Millis, hop: HopIndex): void {
    if (event >= this.lastHop.length) {
      const size = event + (event >> 2)
      this.lastHop = longer(this.lastHop, new Int32Array(size))
      this.times = longer(this.times, new Float64Array(size))
    }
    for (let silent = this.event + 1; silent < event; silent++) this.lastHop[silent] = this.lastHop[this.event]!
    this.event = event
    this.lastHop[event] = hop
    this.times[event] = at
  }

  eventOf(hop: HopIndex): number {
    let low = 0
    let high = this.event
    while (low < high) {
      const mid = (low + high) >> 1
      if (this.lastHop[mid]! < hop) low = mid + 1
      else high = mid
    }
    return low
  }

  /** The last hop of the event that holds this one. */
  endOf(hop: HopIndex): HopIndex {
    return this.lastHop[this.eventOf(hop)]!
  }

  at(hop: HopIndex): Millis {
    return this.times[this.eventOf(hop)]!
  }

  /** Whether another's events before `event` ended and were as these. */
  agrees(other: EventTimes, event: number): boolean {
    for (let i = 0; i < event; i++) if (this.lastHop[i] !== other.lastHop[i] || this.times[i] !== other.times[i]) return false
    return true
  }
}
