// Folds the trace into the steps of the picture. Each moment is opened by one hop and takes in the hops up to the next opening one,
// so a trace that grows only adds moments (and lengthens the last). What opens a moment is decided here and nowhere else.

import { stageSteps } from '../engine/steps'
import type { EtcdOp, Hop, HopIndex, ProgramId, RequestId, RequestRecord, Step, Trace } from '../engine/index'
import { faultOpening } from './faultMoments'
import { controllerOf, criKind, eventFacts, eventKind, isBackground, nodeOf, reasonOf, requestFacts } from './momentFacts'
import { checkKind, READS, senderOf, statusKind, stepOf, storedKind, type Sender } from './momentSteps'
import type { Actor, Detail, MomentFacts, MomentKind, StoryMoment } from './momentKinds'
import { restMoment } from './restMoment'

/** What was folded of a trace so far: one that grows is gone on with. */
const folded = new WeakMap<Trace, Map<Detail, MomentFolder>>()

/** All moments from the cluster at rest (index 0) to the end of the trace. What is given stays as it is, however the trace grows. */
export function momentsOf(trace: Trace, restHop: HopIndex, detail: Detail): readonly StoryMoment[] {
  let byDetail = folded.get(trace)
  if (!byDetail) folded.set(trace, (byDetail = new Map()))
  let folder = byDetail.get(detail)
  if (!folder) byDetail.set(detail, (folder = new MomentFolder(trace, detail, restHop)))
  return folder.upTo(trace.length)
}

interface Opening {
  readonly kind: MomentKind
  readonly actor: Actor
  readonly step: Step | null
  readonly request?: RequestId | null
  readonly program?: ProgramId | null
  readonly facts: MomentFacts
}

type Send = Extract<Hop, { kind: 'send' }>
type StageHop = Extract<Hop, { kind: 'stage' }>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A component's request that is told in several moments; the others take one. */
interface Told {
  readonly sender: Sender
  readonly kind: MomentKind
  checked: boolean
  stored: boolean
}

/** From a commit back to the call that asked for it; several members exchange it first. */
const CAUSES = 8

class MomentFolder {
  private readonly moments: Mutable<StoryMoment>[] = []
  private readonly told = new Map<RequestId, Told>()
  /** The step whose moment is open, by the reader's request. */
  private readonly open = new Map<RequestId, Step | null>()
  private readonly asked = new Set<ProgramId>()
  private readonly scheduled = new Map<string, string>()
  /** Kubelets and the Pods that they have been told to stop. */
  private readonly stopping = new Set<string>()
  /** The program that a hop after rest goes back to. */
  private readonly programs = new Map<HopIndex, ProgramId>()
  /** Hops that wait for the moment they belong to: a program's start. */
  private pendingFirst: HopIndex | null = null
  private readonly lines = new Map<ProgramId, MomentFacts>()
  private readonly revisions = new Map<RequestId, string>()

  private next: HopIndex

  constructor(
    private readonly trace: Trace,
    private readonly detail: Detail,
    restHop: HopIndex,
  ) {
    this.moments.push(restMoment(restHop))
    this.next = restHop + 1
  }

  upTo(length: number): readonly StoryMoment[] {
    // Only the last moment changes when hops come: the one that was given out is replaced.
    this.moments.push({ ...this.moments.pop()! })
    while (this.next < length) this.take(this.trace.kept(this.next++))
    return this.moments.slice()
  }

  private take(hop: Hop): void {
    const program = this.programOf(hop)
    if (program !== null) this.programs.set(hop.index, program)
    const opening = this.openingOf(hop)
    const last = this.moments[this.moments.length - 1]!
    if (!opening) {
      if (this.pendingFirst === null) last.hop = hop.index
      return
    }
    // A program's start belongs to the request that it sends, unless something else comes between.
    const begins = opening.kind === 'sent' || opening.kind === 'program'
    if (!begins && this.pendingFirst !== null) last.hop = hop.index - 1
    const first = begins && this.pendingFirst !== null ? this.pendingFirst : last.hop + 1
    this.pendingFirst = null
    this.moments.push({
      opens: hop.index,
      first,
      hop: hop.index,
      actor: opening.actor,
      kind: opening.kind,
      request: opening.request ?? null,
      program: opening.program ?? program,
      step: opening.step,
      facts: opening.facts,
    })
  }

  private programOf(hop: Hop): ProgramId | null {
    if (hop.kind === 'program') return hop.program
    if (hop.kind === 'send' && hop.message.type === 'http.request') {
      const own = this.trace.request(hop.message.request.id)?.program
      if (own !== null && own !== undefined) return own
    }
    return hop.cause === null ? null : (this.programs.get(hop.cause) ?? null)
  }

  private openingOf(hop: Hop): Opening | null {
    switch (hop.kind) {
      case 'send':
        return this.sent(hop)
      case 'stage':
        return this.staged(hop)
      case 'commit':
        return this.committed(hop)
      case 'decide':
        return this.decided(hop)
      case 'program':
        return this.programmed(hop)
      case 'fault':
        return faultOpening(hop.fault, hop.active)
      case 'fate':
        return null
    }
  }

  private programmed(hop: Extract<Hop, { kind: 'program' }>): Opening | null {
    const { event } = hop
    if (event.type === 'started') {
      this.pendingFirst = hop.index
      this.lines.set(hop.program, { line: event.line, user: event.identity, tool: event.line.split(/\s/)[0] ?? '' })
      return null
    }
    if (this.asked.has(hop.program)) return null
    this.asked.add(hop.program)
    const message = event.type === 'printed' ? event.text.trim() : ''
    return { kind: 'program', actor: 'user', step: null, program: hop.program, facts: { ...this.lines.get(hop.program), message } }
  }

  private sent(hop: Send): Opening | null {
    const { message } = hop
    switch (message.type) {
      case 'http.request':
        return this.requested(hop)
      case 'http.response':
        return this.answered(message.request, message.response.status, message.response.streaming ?? false)
      case 'http.unreachable':
        return hop.to === 'user'
          ? { kind: 'unreachable', actor: 'user', step: null, request: message.request, facts: { message: message.error } }
          : null
      case 'http.chunk':
        return typeof message.chunk === 'string' ? null : this.notified(hop, message.request)
      case 'etcd.call':
        return message.request === null ? null : this.etcdAsked(message.request, message.op)
      case 'etcd.event':
        return this.detail === 'under-the-hood' && this.isReaders(this.lastRequest(hop))
          ? { kind: 'etcdEvent', actor: 'etcd', step: 4, request: this.lastRequest(hop), facts: { revision: String(message.revision) } }
          : null
      case 'cri.call':
        return this.runtimeCalled(hop, message.method)
      case 'cri.reply':
        return message.error === undefined
          ? null
          : {
              kind: 'runtimeFailed',
              actor: 'kubelet',
              step: 6,
              facts: { node: nodeOf(hop.from), call: message.method, message: message.error },
            }
      case 'cri.exited':
        return { kind: 'containerExited', actor: 'kubelet', step: 6, facts: { node: nodeOf(hop.from) } }
      default:
        return null
    }
  }

  private requested(hop: Send): Opening | null {
    if (hop.message.type !== 'http.request') return null
    const { request } = hop.message
    const record = this.trace.request(request.id)
    const facts = requestFacts(request, record)
    if (hop.from === 'user') {
      this.open.set(request.id, null)
      if (record && record.program !== null) this.asked.add(record.program)
      return {
        kind: 'sent',
        actor: 'user',
        step: null,
        request: request.id,
        facts: { ...facts, ...this.asker(record) },
      }
    }
    if (isBackground(request, hop.from)) return null
    const sender = senderOf(hop.from)
    const { kind, told } = statusKind(sender, request)
    if (told) this.told.set(request.id, { sender, kind, checked: false, stored: false })
    const own = {
      ...facts,
      part: hop.from,
      node: sender === 'kubelet' ? hop.from : (this.scheduled.get(facts.pod ?? '') ?? ''),
      ...(sender === 'controllers' ? { controller: controllerOf(record?.user) } : {}),
    }
    return { kind, actor: sender, step: stepOf(sender), request: request.id, facts: own }
  }

  private staged(hop: StageHop): Opening | null {
    const record = this.trace.request(hop.request)
    if (!record) return null
    if (record.from !== 'user') return this.componentStaged(hop, record)
    const facts = this.stageFacts(hop, record)
    if (hop.outcome === 'retry') return null
    const step = stageSteps[hop.stage]
    if (hop.outcome === 'refused') return this.refused(hop, facts, step)
    if (this.detail === 'under-the-hood')
      return hop.stage === 'requestInfo' ? null : { kind: `stage.${hop.stage}`, actor: 'apiserver', step, request: hop.request, facts }
    const open = this.open.get(hop.request) ?? null
    // The condition and the write travel in one transaction: its call and its commit open those moments.
    const inTransaction = hop.stage === 'compare' || step === 4 || (step === 3 && open === 4)
    if (step === null || step === open || inTransaction) {
      this.addFacts(hop, facts)
      return null
    }
    this.open.set(hop.request, step)
    const kind = step === 1 ? 'authenticated' : step === 2 ? checkKind(record.about?.verb ?? '', open === 3) : 'readCache'
    return { kind, actor: 'apiserver', step, request: hop.request, facts }
  }

  /** A refusal closes the gate that it happens in: that moment becomes the refusal, or it opens one. */
  private refused(hop: StageHop, facts: MomentFacts, step: Step | null): Opening | null {
    const last = this.moments[this.moments.length - 1]!
    if (this.detail === 'six-steps' && last.request === hop.request && last.step === step && step !== null && step < 3) {
      Object.assign(last, { kind: 'refused', opens: hop.index, facts: { ...last.facts, ...facts } })
      return null
    }
    return { kind: 'refused', actor: 'apiserver', step, request: hop.request, facts }
  }

  private componentStaged(hop: StageHop, record: RequestRecord): Opening | null {
    const told = this.told.get(hop.request)
    if (!told) return null
    const facts = { ...this.stageFacts(hop, record), part: record.from, node: told.sender === 'kubelet' ? record.from : '' }
    const step = stepOf(told.sender)
    if (hop.outcome === 'refused') return { kind: 'componentRefused', actor: 'apiserver', step, request: hop.request, facts }
    const wanted = this.detail === 'under-the-hood' || told.kind === 'bindingSent'
    if (!wanted || told.checked || stageSteps[hop.stage] !== 1) return null
    told.checked = true
    return {
      kind: told.kind === 'bindingSent' ? 'bindingChecked' : 'componentChecked',
      actor: 'apiserver',
      step,
      request: hop.request,
      facts,
    }
  }

  private etcdAsked(request: RequestId, { op, ...range }: EtcdOp): Opening | null {
    const record = this.trace.request(request)
    if (record?.from !== 'user') return null
    const facts = { ...requestFacts(record.http, record), ...this.asker(record), call: op }
    if (op !== 'range' && op !== 'txn') return null
    if (this.detail === 'under-the-hood') return { kind: 'etcdAsked', actor: 'etcd', step: op === 'txn' ? 4 : 3, request, facts }
    const creates = record.about?.verb === 'create'
    const open = this.open.get(request) ?? null
    // What admission looks up for a creation is part of step 2; a transaction that must find its object opens with the commit.
    if (open === 3 || open === 4 || creates !== (op === 'txn')) return null
    this.open.set(request, 3)
    // A single key without a name to read only tells how new the store is.
    const fresh = 'limit' in range && range.limit === 1
    return { kind: creates ? 'keyFree' : fresh ? 'readFresh' : 'read', actor: 'etcd', step: 3, request, facts }
  }

  private committed(hop: Extract<Hop, { kind: 'commit' }>): Opening | null {
    const request = this.lastRequest(hop)
    const record = request === null ? undefined : this.trace.request(request)
    if (request === null || !record) return null
    this.revisions.set(request, String(hop.revision))
    const write = hop.events[0]?.type === 'DELETE' ? 'delete' : 'put'
    const facts = { ...requestFacts(record.http, record), revision: String(hop.revision), write, part: record.from }
    if (record.from === 'user') {
      if (this.detail === 'under-the-hood') return { kind: 'etcdCommitted', actor: 'etcd', step: 4, request, facts }
      if (this.open.get(request) === 4) {
        this.addFacts({ request, index: hop.index }, facts)
        return null
      }
      this.open.set(request, 4)
      return { kind: 'written', actor: 'etcd', step: 4, request, facts: { ...facts, ...this.asker(record) } }
    }
    const told = this.told.get(request)
    if (!told || told.stored) return null
    told.stored = true
    const controller = told.sender === 'controllers' ? { controller: controllerOf(record.user) } : {}
    return {
      kind: storedKind(told.kind),
      actor: 'etcd',
      step: stepOf(told.sender),
      request,
      facts: { ...facts, ...eventFacts(hop.events), ...controller },
    }
  }

  private decided(hop: Extract<Hop, { kind: 'decide' }>): Opening | null {
    const { decision } = hop
    if (decision.kind === 'reconcile') {
      const { controller, object, of, wanted, there } = decision
      return {
        kind: 'reconciled',
        actor: 'controllers',
        step: null,
        facts: { controller, object, kind: of, wanted: String(wanted), there: String(there), part: hop.by },
      }
    }
    if (decision.kind === 'elect') {
      const kind = { campaigns: 'etcdCampaigns', leads: 'etcdLeads', 'steps down': 'etcdStepsDown' } as const
      return { kind: kind[decision.action], actor: 'etcd', step: null, facts: { part: decision.member, revision: String(decision.term) } }
    }
    if (decision.kind !== 'schedule') return null
    this.scheduled.set(decision.pod.name, decision.chosen ?? '')
    const facts = { pod: decision.pod.name, node: decision.chosen ?? '', message: decision.message, part: hop.by }
    return { kind: decision.chosen === null ? 'unschedulable' : 'scheduled', actor: 'scheduler', step: 5, facts }
  }

  private answered(request: RequestId, status: number, streaming: boolean): Opening | null {
    const record = this.trace.request(request)
    if (!record) return null
    const facts = { ...requestFacts(record.http, record), code: String(status), reason: reasonOf(record), part: record.from }
    if (record.from === 'user') {
      const reads = READS.has(record.about?.verb ?? '')
      const kind = streaming ? 'watchOpened' : status >= 400 ? 'answeredRefused' : reads ? 'answeredRead' : 'answered'
      return { kind, actor: 'user', step: null, request, facts: { ...facts, ...this.asker(record) } }
    }
    const told = this.told.get(request)
    if (!told) return null
    if (this.detail === 'six-steps' && told.kind !== 'bindingSent' && told.stored && status < 400) return null
    return { kind: 'componentAnswered', actor: 'apiserver', step: stepOf(told.sender), request, facts }
  }

  private notified(hop: Send, request: RequestId): Opening | null {
    if (hop.message.type !== 'http.chunk' || typeof hop.message.chunk === 'string') return null
    const kind = eventKind(hop.to, hop.message.chunk)
    if (!kind) return null
    const { chunk } = hop.message
    const metadata = chunk.object.metadata as { readonly name?: string; readonly uid?: string } | undefined
    const pod = metadata?.name ?? ''
    if (kind === 'kubeletToldToStop') {
      const told = `${hop.to} ${metadata?.uid ?? pod}`
      if (this.stopping.has(told)) return null
      this.stopping.add(told)
    }
    const sender = senderOf(hop.to)
    const facts = { event: chunk.type, pod, part: hop.to, node: sender === 'kubelet' ? hop.to : '', kind: String(chunk.object.kind ?? '') }
    if (hop.to === 'user')
      return { kind, actor: 'user', step: null, request, facts: { ...facts, ...this.asker(this.trace.request(request)) } }
    return { kind, actor: sender, step: stepOf(sender), request, facts }
  }

  private runtimeCalled(hop: Send, method: string): Opening | null {
    const kind = criKind(method)
    return kind === null ? null : { kind, actor: 'kubelet', step: 6, facts: { node: hop.from, call: method, part: hop.from } }
  }

  /** The request whose etcd call led to this hop. */
  private lastRequest(hop: Hop): RequestId | null {
    for (let at = hop.cause, left = CAUSES; at !== null && left > 0; left--) {
      const cause = this.trace.hop(at)
      if (cause.kind === 'send' && cause.message.type === 'etcd.call') return cause.message.request
      at = cause.cause
    }
    return null
  }

  private isReaders(request: RequestId | null): boolean {
    return request !== null && this.trace.request(request)?.from === 'user'
  }

  private addFacts(hop: { readonly request: RequestId; readonly index: HopIndex }, facts: MomentFacts): void {
    const last = this.moments[this.moments.length - 1]!
    if (last.request === hop.request) last.facts = { ...facts, ...last.facts }
  }

  private stageFacts(hop: StageHop, record: RequestRecord): MomentFacts {
    const status = hop.detail?.status
    return {
      ...requestFacts(record.http, record),
      ...this.asker(record),
      stage: hop.stage,
      revision: this.revisions.get(hop.request),
      ...(hop.detail?.says === undefined ? {} : { says: hop.detail.says }),
      ...(status ? { code: String(status.code ?? ''), reason: String(status.reason ?? ''), message: String(status.message ?? '') } : {}),
    }
  }

  /** Who asked, and with what: authentication's word for the reader's name once it has spoken. */
  private asker(record: RequestRecord | undefined): MomentFacts {
    const line = this.lines.get(record?.program ?? -1)
    return { ...line, user: record?.user ?? line?.user ?? '' }
  }
}
