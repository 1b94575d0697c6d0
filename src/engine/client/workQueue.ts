// Keys to look at, each once however often it was added, with growing delays for those that failed. Remembers the hop that asked for each.
// Several workers take different keys at a time; a key that is added while it is worked on waits for that work to end.
// A key waits for one moment at a time: of several delays the soonest counts.
// Upstream: client-go util/workqueue (rate_limiting_queue.go, delaying_queue.go, default_rate_limiters.go)

import type { HopIndex, Millis } from '../base/ids'
import type { PartIo, Timer } from '../base/part'

const BASE_DELAY = 5
const MAX_DELAY = 1_000_000
/** A key that failed this often is tried on in the background: it must not keep a run from coming to rest. */
const PATIENCE = 10

export interface WorkQueueOptions {
  readonly workers?: number
  /** Nothing is worked on before `start`: the caches must be filled first. */
  readonly held?: boolean
  /** Of a key that failed, in milliseconds; it doubles each time. */
  readonly baseDelay?: number
  readonly maxDelay?: number
  /** A key that fails once more after so many tries is let be, until it is added again. */
  readonly maxRetries?: number
}

interface Delayed {
  readonly at: Millis
  readonly background: boolean
  readonly timer: Timer
}

export class WorkQueue {
  private readonly delayed = new Map<string, Delayed>()
  private readonly waiting = new Map<string, HopIndex | null>()
  private readonly failures = new Map<string, number>()
  private readonly busy = new Set<string>()
  private scheduled = false
  private held: boolean
  private readonly workers: number

  /** `work` handles one key and calls `done` when it is through; `failed` asks for another try later. */
  constructor(
    private readonly io: PartIo,
    private readonly work: (key: string, done: (failed?: boolean) => void) => void,
    private readonly options: WorkQueueOptions = {},
  ) {
    this.workers = options.workers ?? 1
    this.held = options.held ?? false
  }

  start(): void {
    this.held = false
    if (this.waiting.size > 0) this.schedule()
  }

  add(key: string): void {
    if (!this.waiting.has(key)) this.waiting.set(key, this.io.cause)
    this.schedule()
  }

  addAfter(key: string, delay: number, background = false): void {
    if (delay <= 0) return this.add(key)
    const at = this.io.now + delay
    const known = this.delayed.get(key)
    if (!known) return this.delay(key, at, background)
    if (known.at <= at && (background || !known.background)) return
    known.timer.cancel()
    this.delay(key, Math.min(known.at, at), background && known.background)
  }

  private delay(key: string, at: Millis, background: boolean): void {
    const wake = () => {
      this.delayed.delete(key)
      this.add(key)
    }
    this.delayed.set(key, { at, background, timer: this.io.after(at - this.io.now, wake, { background }) })
  }

  /** As if its work had failed: sooner the first time, later each time after. */
  addRateLimited(key: string): void {
    const { baseDelay = BASE_DELAY, maxDelay = MAX_DELAY } = this.options
    const failures = this.failures.get(key) ?? 0
    this.failures.set(key, failures + 1)
    this.addAfter(key, Math.min(maxDelay, baseDelay * 2 ** failures), failures >= PATIENCE)
  }

  private schedule(): void {
    if (this.scheduled || this.held || this.busy.size >= this.workers) return
    this.scheduled = true
    this.io.after(0, () => {
      this.scheduled = false
      this.next()
    })
  }

  private next(): void {
    for (const [key, cause] of this.waiting) {
      if (this.busy.size >= this.workers) return
      if (this.busy.has(key)) continue
      this.waiting.delete(key)
      this.busy.add(key)
      this.io.cause = cause
      this.work(key, (failed = false) => this.done(key, failed))
    }
  }

  private done(key: string, failed: boolean): void {
    this.busy.delete(key)
    const { maxRetries = Infinity } = this.options
    if (failed && (this.failures.get(key) ?? 0) < maxRetries) this.addRateLimited(key)
    else this.failures.delete(key)
    if (this.waiting.size > 0) this.schedule()
  }
}
