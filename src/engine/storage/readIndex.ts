// Reads that must see all that was committed when they were asked for: the leader says up to which index a member has to have applied first.
// Leaves out: the round of heartbeats by which a leader makes sure that it still leads.
// Upstream: etcd raft/read_only.go (ReadOnlySafe)

import type { PartId } from '../base/ids'
import type { RaftMessage } from '../base/wire'

/** What reads have to know of their member. */
export interface ReadingMember {
  readonly isLeader: boolean
  /** The leader that it follows. */
  readonly leader: PartId | null
  /** Of a leader: whether it knows what is committed. */
  readonly knowsCommitted: boolean
  readonly committed: number
  readonly applied: number
  send(to: PartId, message: RaftMessage): void
}

interface Read {
  readonly id: string
  readonly done: () => void
  /** What must be applied first; null: not known yet. */
  index: number | null
}

export class ReadIndex {
  private reads: Read[] = []
  /** Of a leader: followers that ask up to where they must have applied. */
  private asked: { readonly from: PartId; readonly id: string }[] = []

  constructor(private readonly member: ReadingMember) {}

  /** Calls back once the member has all that is committed now; never, while there is no majority. */
  read(id: string, done: () => void): void {
    const read: Read = { id, done, index: null }
    this.reads.push(read)
    this.ask(read)
  }

  /** No more wanted. */
  forget(id: string): void {
    this.reads = this.reads.filter((read) => read.id !== id)
  }

  /** Another leader is known, or none: what the old one said does not count. */
  leaderChanged(): void {
    for (const read of this.reads) {
      read.index = null
      this.ask(read)
    }
  }

  /** A follower asks; only a leader keeps it in mind. */
  askedBy(from: PartId, id: string): void {
    if (this.member.isLeader) this.asked.push({ from, id })
    this.answer()
  }

  /** The leader has said up to where. */
  toldBy(id: string, index: number): void {
    const read = this.reads.find((known) => known.id === id)
    if (read) read.index = index
    this.answer()
  }

  /** Who follows answers nobody. */
  forgetAsked(): void {
    this.asked = []
  }

  /** Ends the reads that have waited long enough, and tells followers that asked. */
  answer(): void {
    if (this.reads.length + this.asked.length === 0) return
    const { isLeader, knowsCommitted, committed, applied } = this.member
    const knows = isLeader && knowsCommitted
    if (knows) for (const { from, id } of this.asked.splice(0)) this.member.send(from, { type: 'raft.readAt', id, index: committed })
    const ready = this.reads.filter((read) => knows || (read.index !== null && read.index <= applied))
    if (ready.length === 0) return
    this.reads = this.reads.filter((read) => !ready.includes(read))
    for (const { done } of ready) done()
  }

  private ask({ id }: Read): void {
    const { isLeader, leader } = this.member
    if (isLeader) this.answer()
    else if (leader) this.member.send(leader, { type: 'raft.readIndex', id })
  }
}
