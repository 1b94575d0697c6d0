// What goes on inside etcd: who leads, how an entry gets to the members, what its watch tells the kube-apiserver, and what it forgets.

import type { Decision, EtcdOp, RequestId } from '../engine/index'
import type { Fold, Opening, Send } from './fold'

type Election = Extract<Decision, { kind: 'elect' }>

const ELECTIONS = { campaigns: 'etcdCampaigns', leads: 'etcdLeads', 'steps down': 'etcdStepsDown' } as const

export class EtcdMoments {
  /** Requests of the reader's whose entry is told to have gone to the members, and to be at one more of them. */
  private readonly replicated = new Set<RequestId>()
  private readonly acknowledged = new Set<RequestId>()

  constructor(private readonly fold: Fold) {}

  elected({ action, member, term }: Election): Opening {
    return { kind: ELECTIONS[action], actor: 'etcd', step: null, facts: { part: member, revision: String(term) } }
  }

  /** What the kube-apiserver asks of it on its own behalf: told are the rounds of compaction, where heartbeats are. */
  asked(op: EtcdOp): Opening | null {
    if (op.op !== 'compact' || !this.fold.telling.heartbeats) return null
    return { kind: 'etcdCompacts', actor: 'etcd', step: null, facts: { revision: String(op.revision) } }
  }

  /** Told under the hood, for what the reader asked: one entry's way to the followers, the first of them that has it, and the event. */
  sent(hop: Send): Opening | null {
    const { message, from, to } = hop
    const request = this.fold.hood ? this.fold.requestBehind(hop) : null
    if (!this.fold.isReaders(request)) return null
    if (message.type === 'etcd.event')
      return { kind: 'etcdEvent', actor: 'etcd', step: 4, request, facts: { revision: String(message.revision) } }
    if (message.type === 'raft.append' && message.entries.length > 0 && !this.replicated.has(request)) {
      this.replicated.add(request)
      const facts = { part: from, peer: to, revision: String(message.prevIndex + 1) }
      return { kind: 'etcdReplicates', actor: 'etcd', step: 4, request, facts }
    }
    if (message.type === 'raft.appended' && message.ok && !this.acknowledged.has(request)) {
      this.acknowledged.add(request)
      const facts = { part: to, peer: from, revision: String(message.index) }
      return { kind: 'etcdAcknowledged', actor: 'etcd', step: 4, request, facts }
    }
    return null
  }
}
