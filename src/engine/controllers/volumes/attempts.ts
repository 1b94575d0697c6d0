// Operations on volumes that failed wait before they are tried again: half a second at first, twice as long each time.
// Upstream: kubernetes pkg/util/goroutinemap, exponentialbackoff

import type { PartIo } from '../../base/part'
import { BackOff } from '../../client/backOff'

/** Milliseconds. */
const FIRST = 500
const LONGEST = 122_000

export class Attempts {
  private readonly waits = new Map<string, BackOff>()

  constructor(private readonly io: PartIo) {}

  mustWait(operation: string): boolean {
    return this.waits.get(operation)?.holdsSinceLast(this.io.now) ?? false
  }

  failed(operation: string): void {
    const wait = this.waits.get(operation) ?? new BackOff(FIRST, LONGEST)
    wait.next(this.io.now)
    this.waits.set(operation, wait)
  }

  succeeded(operation: string): void {
    this.waits.delete(operation)
  }
}
