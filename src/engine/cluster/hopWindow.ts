// Stands in for the trace of a run that is only lived through again: it counts the hops and keeps those of one stretch.

import type { HopBody, HopIndex } from '../base/hop'
import { invariant } from '../base/invariant'

export class HopWindow {
  length = 0
  private readonly bodies: HopBody[] = []

  constructor(
    private readonly from: HopIndex,
    private readonly to: HopIndex,
  ) {}

  add(body: HopBody): HopIndex {
    const index = this.length++
    if (index >= this.from && index < this.to) this.bodies.push(body)
    return index
  }

  /** A run that ended before the stretch did holds its beginning only. */
  holds(index: HopIndex): boolean {
    return index >= this.from && index - this.from < this.bodies.length
  }

  body(index: HopIndex): HopBody {
    const body = this.bodies[index - this.from]
    invariant(body, 'a hop that was lived through again', { index, from: this.from, to: this.to })
    return body
  }
}
