// A member of etcd as the apiserver meets it: range, txn, watch and compact over a modelled link; it knows keys and values, not Pods.
// What is written goes through the log of all members (raft.ts); of one member, at once. Its data outlives a crash; watches do not.
// Leaves out: authentication, leases as objects (a put may carry a time to live), serializable reads.
// Upstream: etcd server/etcdserver/{v3_server,server}.go, api/v3rpc/{watch,interceptor}.go, server/lease/lessor.go, v3.5;
//           apiserver pkg/storage/etcd3/lease_manager.go (which puts share a lease)

import type { PartId } from '../base/ids'
import type { LinkState, Part, PartIo, Timer } from '../base/part'
import type { EtcdError, EtcdEvent, EtcdOp, EtcdReply, EtcdWriteOp, Message, RaftEntry, RequestId, Revision } from '../base/wire'
import { ELECTION } from './electionTimer'
import { bucketOf } from './keyIndex'
import { Raft } from './raft'
import { isTooLarge } from './requestSize'
import { Store } from './store'

interface Watcher {
  readonly client: PartId
  readonly watch: number
  readonly prefix: string
}

/** A client that waits for its call. */
interface Pending {
  readonly from: PartId
  readonly call: number
  readonly request: RequestId | null
  readonly since: number
  readonly timer: Timer | null
}

/** Keys that go together when their time is over. */
interface Lease {
  readonly seconds: number
  readonly granted: number
  readonly keys: Set<string>
}

/** What the members together have come to: the trace tells each commit once, of the member that was first. */
export interface Ledger {
  revision: Revision
}

/** Puts within this time share a lease, which lasts that much longer. */
const LEASE_REUSE = 60
const LEASE_KEYS = 1000
/** Milliseconds. */
const REQUEST_TIMEOUT = 7000
const NO_LEADER = 3 * ELECTION

export class Etcd implements Part {
  readonly store = new Store()
  private readonly raft: Raft
  private io!: PartIo
  private watchers: readonly Watcher[] = []
  /** Those of them that may want a key, by its resource. */
  private readonly watching = new Map<string, readonly Watcher[]>()
  private readonly pending = new Map<string, Pending>()
  private asked = 0
  private leaderLost = -Infinity
  private leaderFound = -Infinity
  private readonly leases = new Set<Lease>()
  private readonly leaseOf = new Map<string, Lease>()
  /** The lease that puts of a time to live still share. */
  private readonly shared = new Map<number, Lease>()

  constructor(
    readonly id: PartId = 'etcd',
    members: readonly PartId[] = [id],
    private readonly ledger: Ledger = { revision: 1 },
  ) {
    this.raft = new Raft(id, members, {
      apply: (entry) => this.apply(entry),
      leaderChanged: (leader) => this.leaderChanged(leader),
    })
  }

  start(io: PartIo): void {
    this.io = io
    this.raft.start(io)
    this.takeOverLeases()
  }

  receive(message: Message, from: PartId): void {
    if (message.type === 'etcd.call') this.answer(message.op, message.call, message.request, from)
    else this.raft.receive(message, from)
  }

  crash(): void {
    this.raft.crash()
    this.keepWatchers([])
    this.pending.clear()
  }

  disconnected(client: PartId): void {
    this.keepWatchers(this.watchers.filter((w) => w.client !== client))
    for (const [id, { from }] of this.pending) if (from === client) this.settle(id)
  }

  link(peer: PartId, state: LinkState): void {
    this.raft.link(peer, state)
  }

  private answer(op: EtcdOp, call: number, request: RequestId | null, from: PartId): void {
    switch (op.op) {
      case 'range': {
        const id = this.wait(from, call, request)
        return this.raft.read(id, () => this.finish(id, this.store.range(op)))
      }
      case 'txn':
        if (op.success.some(isTooLarge)) return this.reply(from, call, request, { ok: false, error: 'etcdserver: request is too large' })
        return this.raft.propose({ id: this.wait(from, call, request), op, at: this.io.epochNow })
      case 'compact':
        return this.raft.propose({ id: this.wait(from, call, request), op, at: this.io.epochNow })
      case 'watch':
        return this.watch(op, from)
      case 'cancelWatch':
        this.keepWatchers(this.watchers.filter((w) => w.client !== from || w.watch !== op.watch))
    }
  }

  private apply({ id, op, at }: RaftEntry): void {
    if (!op) return
    if (op.op === 'compact') return this.finish(id, this.store.compact(op.revision))
    const { reply, events } = this.store.txn(op)
    if (events.length > 0) {
      this.commit(events)
      for (const write of op.success) this.attach(write, at)
    }
    this.finish(id, reply)
  }

  /** Before the reply: who hears the answer finds the apiserver's caches up to date. */
  private commit(events: readonly EtcdEvent[]): void {
    const { revision } = this.store
    if (revision > this.ledger.revision) {
      this.ledger.revision = revision
      this.io.cause = this.io.note({ kind: 'commit', events })
    }
    for (const watcher of this.watchersOf(events)) this.tell(watcher, revision, events)
  }

  // ---- who waits -------------------------------------------------------------------------------------------------------

  private wait(from: PartId, call: number, request: RequestId | null): string {
    const since = this.io.now
    if (this.raft.alone) {
      this.pending.set(this.id, { from, call, request, since, timer: null })
      return this.id
    }
    const id = `${this.id} ${++this.asked}`
    const giveUp = () => {
      this.raft.forget(id)
      this.finish(id, { ok: false, error: this.whyLate(since) })
    }
    const timer = this.io.after(REQUEST_TIMEOUT, giveUp, { background: request === null })
    this.pending.set(id, { from, call, request, since, timer })
    return id
  }

  private finish(id: string, reply: EtcdReply): void {
    const pending = this.settle(id)
    if (pending) this.reply(pending.from, pending.call, pending.request, reply)
  }

  private settle(id: string): Pending | undefined {
    const pending = this.pending.get(id)
    this.pending.delete(id)
    pending?.timer?.cancel()
    return pending
  }

  private whyLate(since: number): EtcdError {
    const failed = since > this.leaderFound - 2 * ELECTION && since < this.leaderFound
    return failed ? 'etcdserver: request timed out, possibly due to previous leader failure' : 'etcdserver: request timed out'
  }

  private reply(to: PartId, call: number, request: RequestId | null, reply: EtcdReply): void {
    this.io.send(to, { type: 'etcd.reply', call, request, reply })
  }

  private leaderChanged(leader: PartId | null): void {
    if (leader) {
      this.leaderFound = this.io.now
      if (leader === this.id) this.takeOverLeases()
      return
    }
    this.leaderLost = this.io.now
    const cancel = () => {
      if (this.raft.leader || this.io.now - this.leaderLost < NO_LEADER) return
      const all = this.watchers
      this.keepWatchers([])
      for (const { client, watch } of all)
        this.io.send(client, { type: 'etcd.cancelled', watch, compactRevision: 0, reason: 'etcdserver: no leader' })
    }
    this.io.after(NO_LEADER, cancel, { background: true })
  }

  // ---- watches ---------------------------------------------------------------------------------------------------------

  private watch(op: Extract<EtcdOp, { op: 'watch' }>, client: PartId): void {
    // 0: from now on.
    const from = op.startRevision === 0 ? this.store.revision + 1 : op.startRevision
    if (from < this.store.compacted) {
      this.io.send(client, { type: 'etcd.cancelled', watch: op.watch, compactRevision: this.store.compacted })
      return
    }
    const watcher: Watcher = { client, watch: op.watch, prefix: op.prefix }
    for (const events of this.store.since(from)) this.tell(watcher, events[0]!.kv.modRevision, events)
    this.keepWatchers([...this.watchers, watcher])
  }

  private keepWatchers(watchers: readonly Watcher[]): void {
    this.watchers = watchers
    this.watching.clear()
  }

  /** Those who may want these: each watches one resource of many. */
  private watchersOf(events: readonly EtcdEvent[]): readonly Watcher[] {
    if (events.length !== 1) return this.watchers
    const resource = bucketOf(events[0]!.kv.key)
    let some = this.watching.get(resource)
    if (!some) {
      some = this.watchers.filter(({ prefix }) => prefix.startsWith(resource) || resource.startsWith(prefix))
      this.watching.set(resource, some)
    }
    return some
  }

  private tell({ client, watch, prefix }: Watcher, revision: Revision, events: readonly EtcdEvent[]): void {
    let wanted = 0
    for (const { kv } of events) if (kv.key.startsWith(prefix)) wanted++
    if (wanted === 0) return
    const told = wanted === events.length ? events : events.filter((e) => e.kv.key.startsWith(prefix))
    this.io.send(client, { type: 'etcd.event', watch, revision, events: told })
  }

  // ---- leases ----------------------------------------------------------------------------------------------------------

  /** A put hangs its key on the lease it names, and takes it off any other. `at`: when it was proposed, the same for all members. */
  private attach(write: EtcdWriteOp, at: number): void {
    const before = this.leaseOf.get(write.key)
    if (before) {
      before.keys.delete(write.key)
      this.leaseOf.delete(write.key)
    }
    if (write.op === 'delete' || !write.ttl) return
    const lease = this.leaseFor(write.ttl, at)
    lease.keys.add(write.key)
    this.leaseOf.set(write.key, lease)
  }

  private leaseFor(ttl: number, at: number): Lease {
    const shared = this.shared.get(ttl)
    if (shared && at < shared.granted + LEASE_REUSE * 1000 && shared.keys.size < LEASE_KEYS) return shared
    const lease: Lease = { seconds: ttl + LEASE_REUSE, granted: at, keys: new Set() }
    this.shared.set(ttl, lease)
    this.leases.add(lease)
    this.expire(lease)
    return lease
  }

  /** A lessor that takes over gives every lease its full time again. */
  private takeOverLeases(): void {
    this.shared.clear()
    for (const lease of this.leases) this.expire(lease)
  }

  /** Only the leader revokes, and the log tells the others. */
  private expire(lease: Lease): void {
    const revoke = () => {
      if (!this.raft.isLeader || !this.leases.delete(lease)) return
      const keys = [...lease.keys].sort()
      const op = { op: 'txn', compare: [], success: keys.map((key) => ({ op: 'delete', key }) as const), failure: [] } as const
      if (keys.length > 0) this.raft.propose({ id: '', op, at: this.io.epochNow })
    }
    this.io.after(lease.seconds * 1000, revoke, { background: true })
  }
}
