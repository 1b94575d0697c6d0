// What a member of etcd knows of the others: whether they hear each other, who has voted for it, and, of a leader, how far their logs are known
// to agree with its own.
// Upstream: etcd raft/tracker/{tracker,progress}.go

import type { PartId } from '../base/ids'

export interface Peer {
  readonly id: PartId
  /** Whether its messages come through; whether messages get there; and both. */
  hears: boolean
  reached: boolean
  inTouch: boolean
  /** Of a leader: the index that is sent next, and up to which the logs are known to agree. */
  next: number
  matched: number
}

export class Peers implements Iterable<Peer> {
  private readonly byId: ReadonlyMap<PartId, Peer>
  private readonly members: number
  private readonly voters = new Set<PartId>()

  /** `others`: all members but this one. */
  constructor(others: readonly PartId[]) {
    this.members = others.length + 1
    this.byId = new Map(others.map((id) => [id, { id, hears: true, reached: true, inTouch: true, next: 1, matched: 0 }]))
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.byId.values()
  }

  get(id: PartId): Peer | undefined {
    return this.byId.get(id)
  }

  hears(id: PartId): boolean {
    return this.byId.get(id)?.hears ?? false
  }

  /** Whether this member and those that it is in touch with are a majority. */
  get areMajority(): boolean {
    let inTouch = 1
    for (const peer of this) if (peer.inTouch) inTouch++
    return inTouch >= this.majority
  }

  /** A new leader, whose log has so many entries, knows nothing of the others' logs. */
  beginTerm(length: number): void {
    for (const peer of this) {
      peer.next = length + 1
      peer.matched = 0
    }
  }

  /** Up to which index a majority has what the leader has, whose log has so many entries. */
  agreed(length: number): number {
    const matched = [length, ...[...this].map((peer) => peer.matched)].sort((a, b) => b - a)
    return matched[this.majority - 1]!
  }

  /** Forgets who has voted: this member votes for itself. */
  beginElection(): void {
    this.voters.clear()
  }

  /** Whether that makes a majority. */
  vote(id: PartId): boolean {
    this.voters.add(id)
    return this.voters.size + 1 >= this.majority
  }

  private get majority(): number {
    return (this.members >> 1) + 1
  }
}
