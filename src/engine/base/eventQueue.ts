// A binary heap of what is still to happen, ordered by virtual time and, within one moment, by the order of asking.

import type { Millis } from './ids'

export interface Queued {
  readonly at: Millis
  readonly background: boolean
  cancelled: boolean
  run(): void
}

interface Entry extends Queued {
  readonly order: number
}

export class EventQueue {
  private readonly heap: Entry[] = []
  private order = 0
  /** Entries that are neither background nor cancelled: none left means idle. */
  private foreground = 0

  get idle(): boolean {
    return this.foreground === 0
  }

  push(at: Millis, background: boolean, run: () => void): Queued {
    const entry: Entry = { at, background, cancelled: false, run, order: this.order++ }
    if (!background) this.foreground++
    this.heap.push(entry)
    this.up(this.heap.length - 1)
    return entry
  }

  cancel(entry: Queued): void {
    if (entry.cancelled) return
    entry.cancelled = true
    if (!entry.background) this.foreground--
  }

  /** The next entry that is not cancelled, without taking it. */
  peek(): Queued | undefined {
    while (this.heap[0]?.cancelled) this.take()
    return this.heap[0]
  }

  pop(): Queued | undefined {
    const next = this.peek()
    if (!next) return undefined
    this.take()
    next.cancelled = true
    if (!next.background) this.foreground--
    return next
  }

  private take(): void {
    const last = this.heap.pop()!
    if (this.heap.length === 0) return
    this.heap[0] = last
    this.down(0)
  }

  private up(i: number): void {
    const { heap } = this
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(heap[i]!, heap[parent]!)) return
      swap(heap, i, parent)
      i = parent
    }
  }

  private down(i: number): void {
    const { heap } = this
    for (;;) {
      const left = 2 * i + 1
      const right = left + 1
      let least = i
      if (left < heap.length && before(heap[left]!, heap[least]!)) least = left
      if (right < heap.length && before(heap[right]!, heap[least]!)) least = right
      if (least === i) return
      swap(heap, i, least)
      i = least
    }
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function swap(heap: Entry[], i: number, j: number): void {
  const held = heap[i]!
  heap[i] = heap[j]!
  heap[j] = held
}
