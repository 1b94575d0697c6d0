// Pods that failed a moment ago: one second, then twice as long each time, up to ten. Ends of back-offs are aligned to whole seconds, so that
// Pods of one second come out by priority. Who was refused by plugins may be taken earlier, when nothing else waits; after an error nobody is.
// Upstream: kubernetes pkg/scheduler/backend/queue/backoff_queue.go

import { Heap } from './heap'
import { isErred, uidOf, type QueuedPod } from './queuedPod'

const INITIAL = 1000
const MAX = 10_000
const WINDOW = 1000

export class BackOffQueue {
  private readonly refused: Heap<QueuedPod>
  private readonly erred: Heap<QueuedPod>

  constructor(
    private readonly now: () => number,
    less: (a: QueuedPod, b: QueuedPod) => boolean,
  ) {
    const sooner = (a: QueuedPod, b: QueuedPod) => {
      const [first, second] = [this.until(a), this.until(b)]
      return first === second ? less(a, b) : first < second
    }
    this.refused = new Heap(uidOf, sooner)
    this.erred = new Heap(uidOf, sooner)
  }

  get size(): number {
    return this.refused.size + this.erred.size
  }

  /** When the first of them may come out: the window after the one in which its back-off ends. */
  get nextEnd(): number | null {
    const first = [this.refused.peek(), this.erred.peek()].flatMap((q) => (q ? [this.until(q)] : []))
    // Who ends in this very window is still backing off; it comes out with the next one.
    return first.length === 0 ? null : Math.min(...first) + WINDOW
  }

  get(uid: string): QueuedPod | undefined {
    return this.refused.get(uid) ?? this.erred.get(uid)
  }

  add(queued: QueuedPod): void {
    this.delete(uidOf(queued))
    const heap = isErred(queued) ? this.erred : this.refused
    heap.set(queued)
  }

  delete(uid: string): boolean {
    return this.refused.delete(uid) || this.erred.delete(uid)
  }

  /** For a scheduler that has nothing else to do. */
  popEarly(): QueuedPod | undefined {
    return this.refused.pop()
  }

  popCompleted(): QueuedPod[] {
    const out: QueuedPod[] = []
    for (const heap of [this.refused, this.erred])
      for (let first = heap.peek(); first && !this.isBackingOff(first); first = heap.peek()) out.push(heap.pop()!)
    return out
  }

  isBackingOff(queued: QueuedPod): boolean {
    return this.until(queued) >= aligned(this.now())
  }

  private until(queued: QueuedPod): number {
    const count = queued.consecutiveErrors || queued.unschedulableCount
    if (count === 0) return 0
    return (queued.backOffUntil ??= aligned(queued.timestamp + Math.min(MAX, INITIAL * 2 ** (count - 1))))
  }
}

const aligned = (time: number) => Math.floor(time / WINDOW) * WINDOW
