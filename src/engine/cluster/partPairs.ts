// A number for each pair of parts of which one sends to the other: few speak to many.

import type { PartId } from '../base/ids'
import { invariant } from '../base/invariant'

/** A row of the trace has two bytes for it. */
const MOST = 1 << 16

export interface PartPair {
  readonly from: PartId
  readonly to: PartId
}

export class PartPairs {
  private readonly pairs: PartPair[] = []
  private readonly numbers = new Map<PartId, Map<PartId, number>>()

  numberOf(from: PartId, to: PartId): number {
    let receivers = this.numbers.get(from)
    if (!receivers) this.numbers.set(from, (receivers = new Map()))
    let number = receivers.get(to)
    if (number === undefined) {
      invariant(this.pairs.length < MOST, 'few parts speak to many', { from, to })
      receivers.set(to, (number = this.pairs.push({ from, to }) - 1))
    }
    return number
  }

  at(number: number): PartPair {
    return this.pairs[number]!
  }
}
