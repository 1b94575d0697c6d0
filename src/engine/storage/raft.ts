// How the members of an etcd agree on one log (raftLog.ts), as much of Raft as can be seen: one leader for a term, an entry is appended, replicated,
// committed once a majority has it, and then applied by each. A member that hears no leader asks whether it could win, and then stands for
// election. A leader that loses its majority steps down; a member that comes back is sent what it missed.
// Leaves out: heartbeats as messages (a member is told at once when a peer is not heard any more), the round of them that confirms a read
// (a leader in touch with a majority answers), snapshots, learners, changes of membership.
// Upstream: etcd raft/{raft,node,read_only}.go with PreVote and CheckQuorum on, as etcd runs it

import type { PartId } from '../base/ids'
import type { LinkState, PartIo, Timer } from '../base/part'
import type { Message, RaftEntry, RaftMessage } from '../base/wire'
import { RaftLog } from './raftLog'
import { ReadIndex, type ReadingMember } from './readIndex'

export interface RaftHost {
  apply(entry: RaftEntry): void
  /** Another leader is known, or none. */
  leaderChanged(leader: PartId | null): void
}

/** Milliseconds; a member waits up to twice as long before it stands for election. */
export const ELECTION = 1000
/** Elections that are tried before a member without a majority only tries in the background, ever more seldom. */
const EAGER = 3
const SELDOM = 30_000

/** What a member knows of another. */
interface Peer {
  /** Whether its messages come through; whether messages get there; and both. */
  hears: boolean
  reached: boolean
  inTouch: boolean
  /** Of a leader: the index that is sent next, and up to which the logs are known to agree. */
  next: number
  matched: number
}

export class Raft implements ReadingMember {
  leader: PartId | null = null
  // On disk.
  private term = 0
  private votedFor: PartId | null = null
  private readonly log = new RaftLog()
  // In memory.
  private role: 'follower' | 'candidate' | 'leader' = 'follower'
  private io!: PartIo
  private peers = new Map<PartId, Peer>()
  private ballots = new Set<PartId>()
  private asksOnly = false
  private unheardSince = 0
  private timer: Timer | null = null
  private stepDown: Timer | null = null
  private attempts = 0
  private waiting: RaftEntry[] = []
  private reads = new ReadIndex(this)

  constructor(
    private readonly id: PartId,
    private readonly members: readonly PartId[],
    private readonly host: RaftHost,
  ) {}

  /** A cluster of one agrees with itself. */
  get alone(): boolean {
    return this.members.length === 1
  }

  get isLeader(): boolean {
    return this.alone || this.role === 'leader'
  }

  start(io: PartIo): void {
    this.io = io
    if (this.alone) {
      this.leader = this.id
      return
    }
    for (const id of this.members)
      if (id !== this.id) this.peers.set(id, { hears: true, reached: true, inTouch: true, next: 1, matched: 0 })
    this.unheardSince = io.now - ELECTION
    this.await()
  }

  crash(): void {
    this.role = 'follower'
    this.leader = null
    this.peers = new Map()
    this.timer = this.stepDown = null
    this.attempts = 0
    this.waiting = []
    this.reads = new ReadIndex(this)
  }

  /** Brings an entry before the members; the host hears of it when it is committed, which may be never. */
  propose(entry: Omit<RaftEntry, 'term'>): void {
    if (this.alone) return this.host.apply({ ...entry, term: 0 })
    if (this.role === 'leader') return this.append({ ...entry, term: this.term })
    if (this.leader) this.io.send(this.leader, { type: 'raft.forward', entry: { ...entry, term: 0 } })
    else this.waiting.push({ ...entry, term: 0 })
  }

  /** Calls back when this member has all that was committed at the time of asking; never, while there is no majority. */
  read(id: string, done: () => void): void {
    if (this.alone) return done()
    this.reads.read(id, done)
  }

  /** No more wanted. */
  forget(id: string): void {
    this.waiting = this.waiting.filter((entry) => entry.id !== id)
    this.reads.forget(id)
  }

  link(id: PartId, { there, back }: LinkState): void {
    const peer = this.peers.get(id)
    if (!peer) return
    const { hears, reached, inTouch } = peer
    peer.hears = back
    peer.reached = there
    peer.inTouch = there && back
    if (this.role === 'leader') {
      // Its next heartbeat: the peer learns who leads, and what it missed.
      if ((there && !reached) || (peer.inTouch && !inTouch)) {
        peer.next = peer.matched + 1
        this.replicate(id)
      }
      this.checkMajority()
    } else if (id === this.leader) {
      if (!back && hears) {
        this.unheardSince = this.io.now
        this.await()
      }
    } else if (!this.leader && !(hears && inTouch)) {
      this.attempts = 0
      this.await()
    }
  }

  /** False for a message that is not Raft's. */
  receive(message: Message, from: PartId): boolean {
    switch (message.type) {
      case 'raft.vote':
        this.voted(message, from)
        return true
      case 'raft.ballot':
        this.counted(message, from)
        return true
      case 'raft.append':
        this.appended(message, from)
        return true
      case 'raft.appended':
        this.acknowledged(message, from)
        return true
      case 'raft.forward':
        if (this.role === 'leader') this.append({ ...message.entry, term: this.term })
        return true
      case 'raft.readIndex':
        this.reads.askedBy(from, message.id)
        return true
      case 'raft.readAt':
        this.reads.toldBy(message.id, message.index)
        return true
      default:
        return false
    }
  }

  // ---- elections -------------------------------------------------------------------------------------------------------

  private get majority(): number {
    return (this.members.length >> 1) + 1
  }

  /** Waits for a leader, and asks for votes when none is heard. */
  private await(): void {
    this.timer?.cancel()
    const eager = this.attempts < EAGER
    const wait = ELECTION + this.io.random.next() * ELECTION
    const delay = eager ? wait : Math.min(SELDOM, wait * 2 ** (this.attempts - EAGER))
    this.timer = this.io.after(delay, () => this.ask(true), { background: !eager })
  }

  private calm(): void {
    this.timer?.cancel()
    this.timer = null
    this.attempts = 0
  }

  /** First whether a majority would vote for it (`only`: PreVote), so that a member that was cut off does not disturb the others; then in earnest. */
  private ask(only: boolean): void {
    this.setLeader(null)
    this.role = only ? 'follower' : 'candidate'
    this.asksOnly = only
    this.ballots = new Set([this.id])
    if (only) this.attempts++
    else {
      this.term++
      this.votedFor = this.id
      this.decide('campaigns')
    }
    const term = only ? this.term + 1 : this.term
    for (const id of this.peers.keys())
      this.io.send(id, { type: 'raft.vote', only, term, lastTerm: this.log.lastTerm, lastIndex: this.log.length })
    this.await()
  }

  private voted({ only, term, lastTerm, lastIndex }: Extract<RaftMessage, { type: 'raft.vote' }>, from: PartId): void {
    const content = this.role === 'leader' || (this.leader !== null && this.peers.get(this.leader)?.hears)
    const heardLately = content || (this.leader !== null && this.io.now - this.unheardSince < ELECTION)
    if (heardLately) return
    if (!only && term > this.term) this.follow(term, null)
    const free = only ? term > this.term : term === this.term && (this.votedFor === null || this.votedFor === from)
    const granted = free && this.log.isUpToDate(lastTerm, lastIndex)
    if (granted && !only) {
      this.votedFor = from
      this.await()
    }
    this.io.send(from, { type: 'raft.ballot', only, term: only ? term : this.term, granted })
  }

  private counted({ only, term, granted }: Extract<RaftMessage, { type: 'raft.ballot' }>, from: PartId): void {
    if (this.role === 'leader' || this.leader || only !== this.asksOnly || (!only && this.role !== 'candidate')) return
    if (!only && term > this.term) return this.follow(term, null)
    if (!granted || term !== (only ? this.term + 1 : this.term)) return
    this.ballots.add(from)
    if (this.ballots.size < this.majority) return
    if (only) this.ask(false)
    else this.lead()
  }

  private lead(): void {
    this.role = 'leader'
    this.calm()
    for (const peer of this.peers.values()) Object.assign(peer, { next: this.log.length + 1, matched: 0 })
    this.decide('leads')
    this.setLeader(this.id)
    // Nothing of earlier terms counts as committed before something of this term is.
    this.append({ id: '', term: this.term, op: null, at: this.io.epochNow })
    for (const entry of this.waiting.splice(0)) this.append({ ...entry, term: this.term })
    this.checkMajority()
  }

  private follow(term: number, leader: PartId | null): void {
    if (term > this.term) {
      this.term = term
      this.votedFor = null
    }
    if (this.role === 'leader') this.decide('steps down')
    this.role = 'follower'
    this.reads.forgetAsked()
    this.stepDown?.cancel()
    this.stepDown = null
    if (leader) {
      this.calm()
      if (!this.peers.get(leader)?.hears) this.await()
    } else this.await()
    this.setLeader(leader)
    if (!leader) return
    for (const entry of this.waiting.splice(0)) this.propose(entry)
  }

  private setLeader(leader: PartId | null): void {
    if (leader === this.leader) return
    this.leader = leader
    this.host.leaderChanged(leader)
    this.reads.leaderChanged()
  }

  /** A leader that has been out of touch with a majority for an election's time steps down. */
  private checkMajority(): void {
    if (this.hasMajority) {
      this.stepDown?.cancel()
      this.stepDown = null
      this.reads.answer()
    } else this.stepDown ??= this.io.after(ELECTION, () => this.follow(this.term, null))
  }

  private get hasMajority(): boolean {
    let inTouch = 1
    for (const peer of this.peers.values()) if (peer.inTouch) inTouch++
    return inTouch >= this.majority
  }

  // ---- the log ---------------------------------------------------------------------------------------------------------

  private append(entry: RaftEntry): void {
    this.log.append(entry)
    for (const id of this.peers.keys()) this.replicate(id)
  }

  /** What the peer is not known to have, and how far all is committed. */
  private replicate(id: PartId): void {
    const peer = this.peers.get(id)!
    const prevIndex = peer.next - 1
    const entries = this.log.after(prevIndex)
    peer.next = this.log.length + 1
    const prevTerm = this.log.termAt(prevIndex)
    this.io.send(id, { type: 'raft.append', term: this.term, prevIndex, prevTerm, entries, committed: this.log.committed })
  }

  private appended(message: Extract<RaftMessage, { type: 'raft.append' }>, from: PartId): void {
    const { term, prevIndex, prevTerm, entries, committed } = message
    const answer = (ok: boolean, index: number) => this.io.send(from, { type: 'raft.appended', term: this.term, ok, index })
    if (term < this.term) return void answer(false, 0)
    this.follow(term, from)
    if (!this.log.take(prevIndex, prevTerm, entries)) return void answer(false, Math.min(prevIndex - 1, this.log.length))
    const last = prevIndex + entries.length
    this.commitUpTo(Math.min(committed, last))
    if (entries.length > 0) answer(true, last)
  }

  private acknowledged({ term, ok, index }: Extract<RaftMessage, { type: 'raft.appended' }>, from: PartId): void {
    if (term > this.term) return this.follow(term, null)
    const peer = this.peers.get(from)
    if (this.role !== 'leader' || !peer || term < this.term) return
    if (!ok) {
      peer.next = index + 1
      return this.replicate(from)
    }
    peer.matched = Math.max(peer.matched, index)
    const matched = [this.log.length, ...[...this.peers.values()].map((p) => p.matched)].sort((a, b) => b - a)
    const agreed = matched[this.majority - 1]!
    if (agreed <= this.log.committed || this.log.termAt(agreed) !== this.term) return
    this.commitUpTo(agreed)
    for (const [id, { next }] of this.peers) if (next > this.log.length) this.replicate(id)
  }

  private commitUpTo(index: number): void {
    this.log.committed = Math.max(this.log.committed, index)
    const { cause } = this.io
    for (let entry = this.log.nextToApply(); entry; entry = this.log.nextToApply()) {
      this.io.cause = cause
      this.host.apply(entry)
    }
    this.io.cause = cause
    this.reads.answer()
  }

  // ---- what reads ask --------------------------------------------------------------------------------------------------

  /** Whether this leader knows what is committed: it is in touch with a majority, and has committed something itself. */
  get knowsCommitted(): boolean {
    return this.hasMajority && this.log.committed > 0 && this.log.termAt(this.log.committed) === this.term
  }

  get committed(): number {
    return this.log.committed
  }

  get applied(): number {
    return this.log.applied
  }

  send(to: PartId, message: RaftMessage): void {
    this.io.send(to, message)
  }

  private decide(action: 'campaigns' | 'leads' | 'steps down'): void {
    this.io.note({ kind: 'decide', by: this.id, decision: { kind: 'elect', member: this.id, term: this.term, action } })
  }
}
