// The log of one member: entries with their terms, how far they are committed, and how far they were applied. Indexes count from 1.
// It is on disk: a crash leaves it.
// Leaves out: snapshots; the log is never cut at its beginning.
// Upstream: etcd raft/log.go

import { invariant } from '../base/invariant'
import type { RaftEntry } from '../base/wire'

export class RaftLog {
  private readonly entries: RaftEntry[] = []
  committed = 0
  applied = 0

  get length(): number {
    return this.entries.length
  }

  get lastTerm(): number {
    return this.termAt(this.length)
  }

  /** 0 before the first entry. */
  termAt(index: number): number {
    return this.entries[index - 1]?.term ?? 0
  }

  append(entry: RaftEntry): void {
    this.entries.push(entry)
  }

  /** All entries behind an index. */
  after(index: number): readonly RaftEntry[] {
    return this.entries.slice(index)
  }

  /** Whether another log is at least as new: who votes gives its vote to none that is older. */
  isUpToDate(lastTerm: number, lastIndex: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.length)
  }

  /** Takes a leader's entries behind `prevIndex`; false where what stands there is not the leader's. What disagrees with them goes. */
  take(prevIndex: number, prevTerm: number, entries: readonly RaftEntry[]): boolean {
    if (prevIndex > this.length || this.termAt(prevIndex) !== prevTerm) return false
    for (const [i, entry] of entries.entries()) {
      const at = prevIndex + i
      if (this.entries[at]?.term === entry.term) continue
      invariant(at >= this.committed, 'what is committed stays', { at, committed: this.committed })
      this.entries.length = at
      this.entries.push(entry)
    }
    return true
  }

  /** The next entry that is committed and was not applied; it counts as applied from then on. */
  nextToApply(): RaftEntry | null {
    return this.applied < this.committed ? this.entries[this.applied++]! : null
  }
}
