// etcd as the apiserver meets it: range, txn, watch and compact over a modelled link. One member; it knows keys and values, not Pods.
// Its data outlives a crash; watches and connections do not.
// Leaves out: Raft (replication and loss of quorum come as faults), authentication, leases as objects: a put may carry a time to live.
// Upstream: etcd server/etcdserver/api/v3rpc, server/storage/mvcc/watchable_store.go, server/lease/lessor.go, v3.5;
//           apiserver pkg/storage/etcd3/lease_manager.go (which puts share a lease)

import type { Part, PartIo } from '../base/part'
import type { EtcdEvent, EtcdOp, EtcdReply, EtcdWriteOp, Message, RequestId, Revision } from '../base/wire'
import type { PartId } from '../base/ids'
import { isTooLarge } from './requestSize'
import { Store } from './store'

interface Watcher {
  readonly client: PartId
  readonly watch: number
  readonly prefix: string
}

/** Keys that go together when their time is over. */
interface Lease {
  readonly seconds: number
  readonly granted: number
  readonly keys: Set<string>
}

/** Puts within this time share a lease, which lasts that much longer. */
const LEASE_REUSE = 60
const LEASE_KEYS = 1000

export class Etcd implements Part {
  readonly id = 'etcd'
  readonly store = new Store()
  private io!: PartIo
  private watchers: Watcher[] = []
  private readonly leases = new Set<Lease>()
  private readonly leaseOf = new Map<string, Lease>()
  /** The lease that puts of a time to live still share. */
  private readonly shared = new Map<number, Lease>()

  start(io: PartIo): void {
    this.io = io
    // A lessor that takes over gives every lease its full time again.
    for (const lease of this.leases) this.expire(lease)
  }

  receive(message: Message, from: PartId): void {
    if (message.type === 'etcd.call') this.answer(message.op, message.call, message.request, from)
  }

  crash(): void {
    this.watchers = []
    this.shared.clear()
  }

  disconnected(client: PartId): void {
    this.watchers = this.watchers.filter((w) => w.client !== client)
  }

  private answer(op: EtcdOp, call: number, request: RequestId | null, from: PartId): void {
    switch (op.op) {
      case 'range':
        return this.reply(from, call, request, this.store.range(op))
      case 'txn': {
        if (op.success.some(isTooLarge)) return this.reply(from, call, request, { ok: false, error: 'etcdserver: request is too large' })
        const { reply, events } = this.store.txn(op)
        if (events.length > 0) {
          this.commit(events)
          for (const write of op.success) this.attach(write)
        }
        return this.reply(from, call, request, reply)
      }
      case 'compact':
        return this.reply(from, call, request, this.store.compact(op.revision))
      case 'watch':
        return this.watch(op, from)
      case 'cancelWatch':
        this.watchers = this.watchers.filter((w) => w.client !== from || w.watch !== op.watch)
    }
  }

  private reply(to: PartId, call: number, request: RequestId | null, reply: EtcdReply): void {
    this.io.send(to, { type: 'etcd.reply', call, request, reply })
  }

  /** Before the reply: who hears the answer finds the apiserver's caches up to date. */
  private commit(events: readonly EtcdEvent[]): void {
    this.io.cause = this.io.note({ kind: 'commit', events })
    for (const watcher of this.watchers) this.tell(watcher, this.store.revision, events)
  }

  private watch(op: Extract<EtcdOp, { op: 'watch' }>, client: PartId): void {
    // 0: from now on.
    const from = op.startRevision === 0 ? this.store.revision + 1 : op.startRevision
    if (from < this.store.compacted) {
      this.io.send(client, { type: 'etcd.cancelled', watch: op.watch, compactRevision: this.store.compacted })
      return
    }
    const watcher: Watcher = { client, watch: op.watch, prefix: op.prefix }
    for (const events of this.store.since(from)) this.tell(watcher, events[0]!.kv.modRevision, events)
    this.watchers.push(watcher)
  }

  private tell({ client, watch, prefix }: Watcher, revision: Revision, events: readonly EtcdEvent[]): void {
    const wanted = events.every((e) => e.kv.key.startsWith(prefix)) ? events : events.filter((e) => e.kv.key.startsWith(prefix))
    if (wanted.length > 0) this.io.send(client, { type: 'etcd.event', watch, revision, events: wanted })
  }

  // ---- leases ----------------------------------------------------------------------------------------------------------

  /** A put hangs its key on the lease it names, and takes it off any other. */
  private attach(write: EtcdWriteOp): void {
    const before = this.leaseOf.get(write.key)
    if (before) {
      before.keys.delete(write.key)
      this.leaseOf.delete(write.key)
    }
    if (write.op === 'delete' || !write.ttl) return
    const lease = this.leaseFor(write.ttl)
    lease.keys.add(write.key)
    this.leaseOf.set(write.key, lease)
  }

  private leaseFor(ttl: number): Lease {
    const shared = this.shared.get(ttl)
    if (shared && this.io.now < shared.granted + LEASE_REUSE * 1000 && shared.keys.size < LEASE_KEYS) return shared
    const lease: Lease = { seconds: ttl + LEASE_REUSE, granted: this.io.now, keys: new Set() }
    this.shared.set(ttl, lease)
    this.leases.add(lease)
    this.expire(lease)
    return lease
  }

  private expire(lease: Lease): void {
    const revoke = () => {
      this.leases.delete(lease)
      const keys = [...lease.keys].sort()
      for (const key of keys) this.leaseOf.delete(key)
      const { events } = this.store.txn({ compare: [], success: keys.map((key) => ({ op: 'delete', key })), failure: [] })
      if (events.length > 0) this.commit(events)
    }
    this.io.after(lease.seconds * 1000, revoke, { background: true })
  }
}
