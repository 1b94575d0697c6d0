// A multi-version key-value store with etcd's semantics: one revision per write transaction, reads at any revision, watches from one.
// The past is never dropped, so a view can look back; `compact` only hides it from clients.
// Leaves out: the backend (bbolt), leases as objects of their own, auth, alarms.
// Upstream: etcd server/storage/mvcc (kvstore.go, index.go, watchable_store.go), v3.5

import { exact } from '../base/exact'
import { invariant } from '../base/invariant'
import type { EtcdCompare, EtcdEvent, EtcdRange, EtcdReply, EtcdWriteOp, KeyValue, Revision } from '../base/wire'
import { KeyIndex } from './keyIndex'

type Txn = {
  readonly compare: readonly EtcdCompare[]
  readonly success: readonly EtcdWriteOp[]
  readonly failure: readonly EtcdRange[]
}

/** One state of a key, from `modRevision` on: its value, or its absence. */
type Version = KeyValue | Tombstone
interface Tombstone {
  readonly modRevision: Revision
}

export class Store {
  /** 1 for a store in which nothing was written. */
  revision: Revision = 1
  compacted: Revision = 0
  private readonly keys = new KeyIndex()
  private readonly versions = new Map<string, Version[]>()
  /** Events by revision; index 0 is revision 2, the first that can be written. */
  private readonly log: (readonly EtcdEvent[])[] = []

  /** The current value, or null. */
  get(key: string): KeyValue | null {
    return valueOf(this.versions.get(key)?.at(-1))
  }

  /** The value as of a revision, whether or not that is compacted: for views. */
  getAt(key: string, revision: Revision): KeyValue | null {
    return at(this.versions.get(key), revision)
  }

  /** All that begins with `prefix` as of a revision, in key order, whether or not that is compacted: for views. */
  listAt(prefix: string, revision: Revision): KeyValue[] {
    const out: KeyValue[] = []
    this.keys.scan(prefix, '', (key) => {
      const kv = at(this.versions.get(key), revision)
      if (kv) out.push(kv)
      return true
    })
    return out
  }

  /** etcd's Range. A compacted or future revision is an error, as clients meet it. */
  range(op: EtcdRange): EtcdReply {
    const revision = op.revision ?? this.revision
    const error = this.refuse(revision)
    if (error) return error
    const reply = (kvs: readonly KeyValue[], count: number): EtcdReply => ({ ok: true, revision: this.revision, kvs, count })
    if (!op.prefix) {
      const kv = at(this.versions.get(op.key), revision)
      return kv ? reply(op.countOnly ? [] : [kv], 1) : reply([], 0)
    }
    const kvs: KeyValue[] = []
    let count = 0
    this.keys.scan(op.key, op.from ?? '', (key) => {
      const kv = at(this.versions.get(key), revision)
      if (!kv) return true
      count++
      if (!op.countOnly && (!op.limit || kvs.length < op.limit)) kvs.push(kv)
      return true
    })
    return reply(kvs, count)
  }

  /** etcd's Txn: compares, then all of `success` as one revision, or the reads of `failure`. The events are what it wrote. */
  txn(txn: Txn): { readonly reply: EtcdReply; readonly events: readonly EtcdEvent[] } {
    const holds = txn.compare.every((compare) => this.holds(compare))
    if (!holds) {
      const kvs = txn.failure.flatMap((op) => {
        const reply = this.range(op)
        return reply.ok ? reply.kvs : []
      })
      return { reply: { ok: true, revision: this.revision, succeeded: false, kvs, count: kvs.length }, events: [] }
    }
    const events = this.write(txn.success)
    const kvs = events.map((e) => e.kv)
    return { reply: { ok: true, revision: this.revision, succeeded: true, kvs, count: kvs.length }, events }
  }

  /** All events from `revision` on, one list for each revision, in order. */
  since(revision: Revision): readonly (readonly EtcdEvent[])[] {
    return this.log.slice(Math.max(0, revision - 2))
  }

  /** Hides all before `revision` from clients. What is compacted already cannot be compacted again. */
  compact(revision: Revision): EtcdReply {
    const error = revision <= this.compacted ? this.compactedError() : this.refuse(revision)
    if (error) return error
    this.compacted = revision
    return { ok: true, revision: this.revision, kvs: [], count: 0 }
  }

  private holds(compare: EtcdCompare): boolean {
    const kv = this.get(compare.key)
    return 'version' in compare ? (kv?.version ?? 0) === compare.version : (kv?.modRevision ?? 0) === compare.modRevision
  }

  private refuse(revision: Revision): EtcdReply | null {
    if (revision > this.revision) return { ok: false, error: 'etcdserver: mvcc: required revision is a future revision' }
    return revision < this.compacted ? this.compactedError() : null
  }

  private compactedError(): EtcdReply {
    return { ok: false, error: 'etcdserver: mvcc: required revision has been compacted', compactRevision: this.compacted }
  }

  private write(ops: readonly EtcdWriteOp[]): readonly EtcdEvent[] {
    const revision = this.revision + 1
    const events: EtcdEvent[] = []
    for (const op of ops) {
      const previous = this.get(op.key)
      if (op.op === 'delete') {
        if (!previous) continue
        this.versions.get(op.key)!.push({ modRevision: revision })
        events.push({ type: 'DELETE', kv: { ...previous, modRevision: revision }, previous })
      } else {
        const kv: KeyValue = {
          // One text of it for all versions.
          key: previous?.key ?? op.key,
          createRevision: previous?.createRevision ?? revision,
          modRevision: revision,
          version: (previous?.version ?? 0) + 1,
          value: op.value,
        }
        const known = this.versions.get(op.key)
        if (known) known.push(kv)
        else {
          this.versions.set(op.key, [kv])
          this.keys.add(op.key)
        }
        events.push({ type: 'PUT', kv, previous })
      }
    }
    if (events.length === 0) return events
    this.revision = revision
    const written = exact(events)
    this.log.push(written)
    invariant(this.log.length === revision - 1, 'one log entry per revision', { revision, entries: this.log.length })
    return written
  }
}

/** The last version not after `revision`. */
function at(versions: readonly Version[] | undefined, revision: Revision): KeyValue | null {
  if (!versions) return null
  let low = 0
  let high = versions.length
  while (low < high) {
    const mid = (low + high) >> 1
    if (versions[mid]!.modRevision <= revision) low = mid + 1
    else high = mid
  }
  return valueOf(versions[low - 1])
}

const valueOf = (version: Version | undefined): KeyValue | null => (version && 'key' in version ? version : null)
