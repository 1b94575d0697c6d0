// A number for each way that messages take: from whom to whom, and how long. Few speak to many, mostly in the same time.

import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'

/** A row of the trace has two bytes for it. */
const MOST = 1 << 16

export interface Link {
  readonly from: PartId
  readonly to: PartId
  readonly delay: Millis
}

export class Links {
  private readonly links: Link[] = []
  private readonly numbers = new Map<PartId, Map<PartId, readonly number[]>>()

  numberOf(from: PartId, to: PartId, delay: Millis): number {
    let receivers = this.numbers.get(from)
    if (!receivers) this.numbers.set(from, (receivers = new Map()))
    const known = receivers.get(to) ?? []
    for (const number of known) if (this.links[number]!.delay === delay) return number
    invariant(this.links.length < MOST, 'few parts speak to many, in few different times', { from, to, delay })
    const number = this.links.push({ from, to, delay }) - 1
    receivers.set(to, [...known, number])
    return number
  }

  at(number: number): Link {
    return this.links[number]!
  }
}
