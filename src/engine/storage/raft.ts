// How the members of an etcd agree on one log (raftLog.ts), as much of Raft as can be seen: one leader for a term, an entry is appended, replicated,
// committed once a majority has it, and then applied by each. A member that hears no leader asks whether it could win, and then stands for
// election. A leader that loses its majority steps down; a member that comes back is sent what it missed.
// Leaves out: heartbeats as messages (a member is told at once when a peer is not heard any more), the round of them that confirms a read
// (a leader in touch with a majority answers), snapshots, learners, changes of membership.
// Upstream: etcd raft/{raft,node,read_only}.go with PreVote and CheckQuorum on, as etcd runs it

import type { PartId } from '../base/ids'
import type { LinkState, PartIo, Timer } from '../base/part'
import type { Message, RaftEntry, RaftMessage } from '../base/wire'
import { ELECTION, ElectionTimer } from './electionTimer'
import { Peers, type Peer } from './peers'
import { RaftLog } from './raftLog'
import { ReadIndex, type ReadingMember } from './readIndex'

export interface RaftHost {
  apply(entry: RaftEntry): void
  /** Another leader is known, or none. */
  leaderChanged(leader: PartId | null): void
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
  private election!: ElectionTimer
  private peers = new Peers([])
  private asksOnly = false
  private unheardSince = 0
  private stepDown: Timer | null = null
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
    this.peers = new Peers(this.members.filter((id) => id !== this.id))
    this.election = new ElectionTimer(io, () => this.ask(true))
    this.unheardSince = io.now - ELECTION
    this.election.wait()
  }

  crash(): void {
    this.role = 'follower'
    this.leader = null
    this.peers = new Peers([])
    this.stepDown = null
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
        this.replicate(peer)
      }
      this.checkMajority()
    } else if (id === this.leader) {
      if (!back && hears) {
        this.unheardSince = this.io.now
        this.election.wait()
      }
    } else if (!this.leader && !(hears && inTouch)) {
      this.election.beginAnew()
      this.election.wait()
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

  /** First whether a majority would vote for it (`only`: PreVote), so that a member that was cut off does not disturb the others; then in earnest. */
  private ask(only: boolean): void {
    this.setLeader(null)
    this.role = only ? 'follower' : 'candidate'
    this.asksOnly = only
    this.peers.beginElection()
    if (only) this.election.count()
    else {
      this.term++
      this.votedFor = this.id
      this.decide('campaigns')
    }
    const term = only ? this.term + 1 : this.term
    for (const { id } of this.peers)
      this.io.send(id, { type: 'raft.vote', only, term, lastTerm: this.log.lastTerm, lastIndex: this.log.length })
    this.election.wait()
  }

  private voted({ only, term, lastTerm, lastIndex }: Extract<RaftMessage, { type: 'raft.vote' }>, from: PartId): void {
    const content = this.role === 'leader' || (this.leader !== null && this.peers.hears(this.leader))
    const heardLately = content || (this.leader !== null && this.io.now - this.unheardSince < ELECTION)
    if (heardLately) return
    if (!only && term > this.term) this.follow(term, null)
    const free = only ? term > this.term : term === this.term && (this.votedFor === null || this.votedFor === from)
    const granted = free && this.log.isUpToDate(lastTerm, lastIndex)
    if (granted && !only) {
      this.votedFor = from
      this.election.wait()
    }
    this.io.send(from, { type: 'raft.ballot', only, term: only ? term : this.term, granted })
  }

  private counted({ only, term, granted }: Extract<RaftMessage, { type: 'raft.ballot' }>, from: PartId): void {
    if (this.role === 'leader' || this.leader || only !== this.asksOnly || (!only && this.role !== 'candidate')) return
    if (!only && term > this.term) return this.follow(term, null)
    if (!granted || term !== (only ? this.term + 1 : this.term)) return
    if (!this.peers.vote(from)) return
    if (only) this.ask(false)
    else this.lead()
  }

  private lead(): void {
    this.role = 'leader'
    this.election.stop()
    this.peers.beginTerm(this.log.length)
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
      this.election.stop()
      if (!this.peers.hears(leader)) this.election.wait()
    } else this.election.wait()
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
    if (this.peers.areMajority) {
      this.stepDown?.cancel()
      this.stepDown = null
      this.reads.answer()
    } else this.stepDown ??= this.io.after(ELECTION, () => this.follow(this.term, null))
  }

  // ---- the log ---------------------------------------------------------------------------------------------------------

  private append(entry: RaftEntry): void {
    this.log.append(entry)
    for (const peer of this.peers) this.replicate(peer)
  }

  /** What the peer is not known to have, and how far all is committed. */
  private replicate(peer: Peer): void {
    const prevIndex = peer.next - 1
    const entries = this.log.after(prevIndex)
    peer.next = this.log.length + 1
    const prevTerm = this.log.termAt(prevIndex)
    this.io.send(peer.id, { type: 'raft.append', term: this.term, prevIndex, prevTerm, entries, committed: this.log.committed })
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
      return this.replicate(peer)
    }
    peer.matched = Math.max(peer.matched, index)
    const agreed = this.peers.agreed(this.log.length)
    if (agreed <= this.log.committed || this.log.termAt(agreed) !== this.term) return
    this.commitUpTo(agreed)
    for (const other of this.peers) if (other.next > this.log.length) this.replicate(other)
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
    return this.peers.areMajority && this.log.committed > 0 && this.log.termAt(this.log.committed) === this.term
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
