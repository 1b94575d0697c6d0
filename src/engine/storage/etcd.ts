// etcd as the apiserver meets it: range, txn, watch and compact over a modelled link. One member; it knows keys and values, not Pods.
// Leaves out: Raft (replication and loss of quorum come as faults), authentication, leases as objects: a put may carry a time to live.
// Upstream: etcd server/etcdserver/api/v3rpc, server/storage/mvcc/watchable_store.go, v3.5

import type { Part, PartIo } from '../base/part'
import type { EtcdEvent, EtcdOp, EtcdReply, Message, RequestId, Revision } from '../base/wire'
import type { PartId } from '../base/ids'
import { Store } from './store'

/** etcd --max-request-bytes. Only what was sent as text can be large, and that is measured where it is read. */
interface Watcher {
  readonly client: PartId
  readonly watch: number
  readonly prefix: string
}

export class Etcd implements Part {
  readonly id = 'etcd'
  readonly store = new Store()
  private io!: PartIo
  private watchers: Watcher[] = []

  start(io: PartIo): void {
    this.io = io
  }

  receive(message: Message, from: PartId): void {
    if (message.type === 'etcd.call') this.answer(message.op, message.call, message.request, from)
  }

  crash(): void {
    this.watchers = []
  }

  private answer(op: EtcdOp, call: number, request: RequestId | null, from: PartId): void {
    switch (op.op) {
      case 'range':
        return this.reply(from, call, request, this.store.range(op))
      case 'txn': {
        const { reply, events } = this.store.txn(op)
        if (events.length > 0) {
          this.io.cause = this.io.note({ kind: 'commit', events })
          // Before the reply: who hears the answer finds the apiserver's caches up to date.
          this.publish(this.store.revision, events)
          for (const put of op.success) if (put.op === 'put' && put.ttl) this.expire(put.key, this.store.revision, put.ttl)
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

  private watch(op: Extract<EtcdOp, { op: 'watch' }>, client: PartId): void {
    if (op.startRevision <= this.store.compacted && this.store.compacted > 0) {
      this.io.send(client, { type: 'etcd.cancelled', watch: op.watch, compactRevision: this.store.compacted })
      return
    }
    const watcher: Watcher = { client, watch: op.watch, prefix: op.prefix }
    for (const events of this.store.since(op.startRevision)) this.tell(watcher, events[0]!.kv.modRevision, events)
    this.watchers.push(watcher)
  }

  private publish(revision: Revision, events: readonly EtcdEvent[]): void {
    for (const watcher of this.watchers) this.tell(watcher, revision, events)
  }

  private tell(watcher: Watcher, revision: Revision, events: readonly EtcdEvent[]): void {
    const wanted = events.every((e) => e.kv.key.startsWith(watcher.prefix))
      ? events
      : events.filter((e) => e.kv.key.startsWith(watcher.prefix))
    if (wanted.length > 0) this.io.send(watcher.client, { type: 'etcd.event', watch: watcher.watch, revision, events: wanted })
  }

  private expire(key: string, revision: Revision, seconds: number): void {
    this.io.after(
      seconds * 1000,
      () => {
        const { events } = this.store.txn({ compare: [{ key, modRevision: revision }], success: [{ op: 'delete', key }], failure: [] })
        if (events.length === 0) return
        this.io.cause = this.io.note({ kind: 'commit', events })
        this.publish(this.store.revision, events)
      },
      { background: true },
    )
  }
}
