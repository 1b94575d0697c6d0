// Has etcd forget: every five minutes all that was over before the round before, so that clients can be told of the last five to ten minutes.
// Of several servers one does it: who raises the version of a key first. The others, and a server that starts anew, only take note.
// Leaves out: the watch of that key, by which caches hear which of their snapshots they may let go of (the model has none).
// Upstream: apiserver pkg/storage/etcd3/compact.go, pkg/storage/storagebackend/config.go (DefaultCompactInterval)

import type { PartIo } from '../base/part'
import type { EtcdOp, EtcdReply, Revision } from '../base/wire'

export const COMPACT_KEY = 'compact_rev_key'
/** Milliseconds, counted from the start of the process and then from the end of each round. */
const INTERVAL = 5 * 60_000

export class Compactor {
  /** The key's version, one for each round, and the store's revision, as of the last round. */
  private version = 0
  private revision: Revision = 0

  /** `reached`: all up to this revision is known, though no watch told of it: the key is of no kind. */
  constructor(
    private readonly io: PartIo,
    private readonly call: (op: EtcdOp, then: (reply: EtcdReply) => void) => void,
    private readonly reached: (revision: Revision) => void,
  ) {}

  begin(): void {
    this.io.after(INTERVAL, () => this.round(() => this.begin()), { background: true })
  }

  private round(done: () => void): void {
    const { version, revision } = this
    const op: EtcdOp = {
      op: 'txn',
      compare: [{ key: COMPACT_KEY, version }],
      success: [{ op: 'put', key: COMPACT_KEY, value: { revision: String(revision) } }],
      failure: [{ op: 'range', key: COMPACT_KEY }],
    }
    this.call(op, (reply) => {
      if (!reply.ok) return done()
      this.revision = reply.revision
      this.version = reply.succeeded ? version + 1 : (reply.kvs[0]?.version ?? 0)
      this.reached(reply.revision)
      // The first round has nothing to go by.
      if (!reply.succeeded || revision === 0) return done()
      this.call({ op: 'compact', revision }, done)
    })
  }
}
