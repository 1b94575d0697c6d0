// Keys to look at, each once however often it was added, with growing delays for those that failed. Remembers the hop that asked for each.
// Upstream: client-go util/workqueue (rate_limiting_queue.go, default_rate_limiters.go)

import type { HopIndex } from '../base/ids'
import type { PartIo } from '../base/part'

const BASE_DELAY = 5
const MAX_DELAY = 1_000_000
/** A key that failed this often is tried on in the background: it must not keep a run from coming to rest. */
const PATIENCE = 10

export class WorkQueue {
  private readonly waiting = new Map<string, HopIndex | null>()
  private readonly failures = new Map<string, number>()
  private busy = false
  private scheduled = false

  /** `work` handles one key and calls `done` when it is through; `failed` asks for another try later. */
  constructor(
    private readonly io: PartIo,
    private readonly work: (key: string, done: (failed?: boolean) => void) => void,
  ) {}

  add(key: string): void {
    if (!this.waiting.has(key)) this.waiting.set(key, this.io.cause)
    this.schedule()
  }

  addAfter(key: string, delay: number, background = false): void {
    this.io.after(delay, () => this.add(key), { background })
  }

  private schedule(): void {
    if (this.scheduled || this.busy) return
    this.scheduled = true
    this.io.after(0, () => {
      this.scheduled = false
      this.next()
    })
  }

  private next(): void {
    const [first] = this.waiting
    if (!first || this.busy) return
    const [key, cause] = first
    this.waiting.delete(key)
    this.busy = true
    this.io.cause = cause
    this.work(key, (failed = false) => {
      this.busy = false
      if (failed) {
        const failures = this.failures.get(key) ?? 0
        this.failures.set(key, failures + 1)
        this.addAfter(key, Math.min(MAX_DELAY, BASE_DELAY * 2 ** failures), failures >= PATIENCE)
      } else {
        this.failures.delete(key)
      }
      if (this.waiting.size > 0) this.schedule()
    })
  }
}
