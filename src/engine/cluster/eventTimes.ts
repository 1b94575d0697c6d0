// When things happened: the time and the first hop of each turn of the event queue. All that happens in one turn happens at one moment.

import type { HopIndex, Millis } from '../base/ids'
import { longer } from './longer'
import { SmallSteps } from './smallSteps'

export class EventTimes {
  /** By event number: its first hop, or, where it has none, the first hop after it. */
  private readonly firsts = new SmallSteps()
  private times = new Float64Array(1024)
  private last: HopIndex = 0

  /** A hop of an event: none after it belongs to an earlier one. */
  add(event: number, at: Millis, hop: HopIndex): void {
    this.last = hop
    if (event < this.firsts.length) return
    if (event >= this.times.length) this.times = longer(this.times, new Float64Array(event + (event >> 3)))
    while (this.firsts.length <= event) this.firsts.push(hop)
    this.times[event] = at
  }

  eventOf(hop: HopIndex): number {
    return this.firsts.lastAtMost(hop)
  }

  /** The last hop of the event that holds this one. */
  endOf(hop: HopIndex): HopIndex {
    const next = this.eventOf(hop) + 1
    return next < this.firsts.length ? this.firsts.at(next) - 1 : this.last
  }

  at(hop: HopIndex): Millis {
    return this.times[this.eventOf(hop)]!
  }

  /** Whether another's events up to `event` began with the same hops, and those before it at the same times. */
  agrees(other: EventTimes, event: number): boolean {
    for (let i = 0; i < event; i++) if (this.times[i] !== other.times[i]) return false
    return this.firsts.agrees(other.firsts, event + 1)
  }
}
