// When things happened: the first hop of each turn of the event queue, and the time. All that happens in one turn happens at one moment,
// and at one moment there are many turns: a moment's time stands once.

import type { HopIndex, Millis } from '../base/ids'
import { longer } from './longer'
import { SmallSteps } from './smallSteps'

export class EventTimes {
  /** By event number: its first hop, or, where it has none, the first hop after it. */
  private readonly firsts = new SmallSteps()
  /** By moment: its first event that has a hop, and its time. */
  private readonly begins = new SmallSteps()
  private times = new Float64Array(1024)
  private last: HopIndex = 0

  /** A hop of an event: none after it belongs to an earlier one. */
  add(event: number, at: Millis, hop: HopIndex): void {
    this.last = hop
    if (event < this.firsts.length) return
    while (this.firsts.length <= event) this.firsts.push(hop)
    const moment = this.begins.length
    if (moment > 0 && this.times[moment - 1] === at) return
    if (moment === this.times.length) this.times = longer(this.times, new Float64Array(moment + (moment >> 3)))
    this.begins.push(event)
    this.times[moment] = at
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
    return this.times[this.begins.lastAtMost(this.eventOf(hop))]!
  }

  /** Whether another's events up to `event` began with the same hops, and their moments with the same events at the same times. */
  agrees(other: EventTimes, event: number): boolean {
    const moments = this.begins.lastAtMost(event) + 1
    for (let i = 0; i < moments; i++) if (this.times[i] !== other.times[i]) return false
    return this.begins.agrees(other.begins, moments) && this.firsts.agrees(other.firsts, event + 1)
  }
}
