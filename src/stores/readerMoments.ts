// The reader's own requests, told step by step.

import { stageSteps } from '../engine/steps'
import type { EtcdOp, ProgramId, RequestId, RequestRecord, Step } from '../engine/index'
import type { CommitHop, Fold, Opening, Send, StageHop } from './fold'
import { reasonOf, requestFacts } from './momentFacts'
import type { MomentFacts } from './momentKinds'
import { checkKind, READS } from './momentSteps'
import { doomedBy, objectOf } from './objectPaths'
import { ProgramAnswers } from './programAnswers'
import { isWatch } from './watchPath'

export class ReaderMoments {
  /** The step whose moment is open, by request. */
  private readonly open = new Map<RequestId, Step | null>()
  /** What a program has deleted and may wait for, as `program path`. */
  private readonly deleted = new Set<string>()
  private readonly answers: ProgramAnswers

  constructor(private readonly fold: Fold) {
    this.answers = new ProgramAnswers(fold)
  }

  sent(request: RequestId, facts: MomentFacts): Opening {
    this.open.set(request, null)
    const record = this.fold.trace.request(request)
    if (record) this.answers.sent(record)
    return { kind: this.waitsFor(request) || this.watchesFor(request) ? 'sentToWait' : 'sent', actor: 'user', step: null, request, facts }
  }

  staged(hop: StageHop, record: RequestRecord): Opening | null {
    const { fold } = this
    const facts = fold.stageFacts(hop, record)
    if (hop.outcome === 'retry') return null
    const step = stageSteps[hop.stage]
    if (hop.outcome === 'refused') return this.refused(hop, facts, step)
    if (fold.hood)
      return hop.stage === 'requestInfo' ? null : { kind: `stage.${hop.stage}`, actor: 'apiserver', step, request: hop.request, facts }
    const open = this.open.get(hop.request) ?? null
    // The condition and the write travel in one transaction: its call and its commit open those moments.
    const inTransaction = hop.stage === 'compare' || step === 4 || (step === 3 && open === 4)
    if (step === null || step === open || inTransaction) {
      fold.addFacts(hop, facts)
      return null
    }
    this.open.set(hop.request, step)
    const kind = step === 1 ? 'authenticated' : step === 2 ? checkKind(record.about?.verb ?? '', open === 3) : 'readCache'
    return { kind, actor: 'apiserver', step, request: hop.request, facts }
  }

  /** A refusal closes the gate that it happens in: that moment becomes the refusal, or it opens one. */
  private refused(hop: StageHop, facts: MomentFacts, step: Step | null): Opening | null {
    const { last, hood } = this.fold
    if (facts.code === '404' && this.waitsFor(hop.request))
      return { kind: 'goneAsHoped', actor: 'apiserver', step, request: hop.request, facts }
    if (facts.code === '404' && step === 3) this.answers.notFound(hop.request)
    if (!hood && last.request === hop.request && last.step === step && step !== null && step < 3) {
      Object.assign(last, { kind: 'refused', opens: hop.index, facts: { ...last.facts, ...facts } })
      return null
    }
    return { kind: 'refused', actor: 'apiserver', step, request: hop.request, facts }
  }

  etcdAsked(request: RequestId, { op, ...range }: EtcdOp): Opening | null {
    const { fold } = this
    const record = fold.trace.request(request)
    if (!record || (op !== 'range' && op !== 'txn')) return null
    const facts = { ...requestFacts(record), ...fold.asker(record), call: op }
    if (fold.hood) return { kind: 'etcdAsked', actor: 'etcd', step: op === 'txn' ? 4 : 3, request, facts }
    const creates = record.about?.verb === 'create'
    const open = this.open.get(request) ?? null
    // What admission looks up for a creation is part of step 2; a transaction that must find its object opens with the commit.
    if (open === 3 || open === 4 || creates !== (op === 'txn')) return null
    this.open.set(request, 3)
    // A single key without a name to read only tells how new the store is.
    const fresh = 'limit' in range && range.limit === 1
    return { kind: creates ? 'keyFree' : fresh ? 'readFresh' : 'read', actor: 'etcd', step: 3, request, facts }
  }

  committed(hop: CommitHop, record: RequestRecord, facts: MomentFacts): Opening | null {
    const { fold } = this
    const request = record.id
    if (fold.hood) return { kind: 'etcdCommitted', actor: 'etcd', step: 4, request, facts }
    if (this.open.get(request) === 4) {
      fold.addFacts({ request, index: hop.index }, facts)
      return null
    }
    this.open.set(request, 4)
    const deletes = record.about?.verb === 'delete'
    const kind = !deletes ? 'written' : hop.events[0]?.type === 'DELETE' ? 'writtenGone' : 'writtenMarked'
    return { kind, actor: 'etcd', step: 4, request, facts: { ...facts, ...fold.asker(record) } }
  }

  answered(record: RequestRecord, status: number, streaming: boolean): Opening {
    const reads = READS.has(record.about?.verb ?? '')
    const gone = status === 404 && this.waitsFor(record.id)
    const doomed = doomedBy(record.http)
    if (doomed !== null && status < 300) this.deleted.add(`${record.program} ${doomed}`)
    this.answers.answered(record.id)
    const granted = reads ? 'answeredReadMidway' : 'answeredMidway'
    const kind = streaming ? 'watchOpened' : gone ? 'answeredGone' : status >= 400 ? 'answeredRefused' : granted
    const facts = { ...requestFacts(record), code: String(status), reason: reasonOf(record, status), part: record.from }
    return { kind, actor: 'user', step: null, request: record.id, facts: { ...facts, ...this.fold.asker(record) } }
  }

  exited(program: ProgramId, code: number): void {
    this.answers.exited(program, code)
  }

  unreachable(hop: Send): Opening | null {
    if (hop.message.type !== 'http.unreachable') return null
    const { request, error } = hop.message
    return { kind: 'unreachable', actor: 'user', step: null, request, facts: { message: error } }
  }

  /** Whether a program asks for the very object that it has deleted: that it is not there is what it waits for. */
  private waitsFor(request: RequestId): boolean {
    const record = this.fold.trace.request(request)
    return record?.http.method === 'GET' && this.deleted.has(targetOf(record))
  }

  /** The same by a watch, which is opened on all of its kind. */
  private watchesFor(request: RequestId): boolean {
    const record = this.fold.trace.request(request)
    if (!record || !isWatch(record.http.path)) return false
    const all = `${targetOf(record)}/`
    return [...this.deleted].some((target) => target.startsWith(all) && !target.slice(all.length).includes('/'))
  }
}

function targetOf({ program, http }: RequestRecord): string {
  return `${program} ${objectOf(http)}`
}
