// Folds the trace into the steps of the picture. Each moment is opened by one hop and takes in the hops up to the next opening one,
// so a trace that grows only adds moments (and lengthens the last). Which hop opens a moment is decided by whom it is about:
// readerMoments, componentMoments, etcdMoments, faultMoments.

import type { Hop, HopIndex, Millis, ProgramId, Trace } from '../engine/index'
import { ComponentMoments } from './componentMoments'
import { EtcdMoments } from './etcdMoments'
import { faultOpening } from './faultMoments'
import { Fold, type CommitHop, type Opening, type Send, type StageHop } from './fold'
import { requestFacts, sentFacts } from './momentFacts'
import type { Detail, StoryMoment } from './momentKinds'
import { ReaderMoments } from './readerMoments'

/** What was folded of a trace so far: one that grows is gone on with. */
const folded = new WeakMap<Trace, Map<string, MomentFolder>>()

/**
 * All moments from the cluster at rest (index 0) to the end of the trace. What is given stays as it is, however the trace grows.
 * `heartbeats`: those of nodes, and other upkeep that keeps coming, are told, too.
 */
export function momentsOf(trace: Trace, restHop: HopIndex, detail: Detail, heartbeats = false): readonly StoryMoment[] {
  let byTelling = folded.get(trace)
  if (!byTelling) folded.set(trace, (byTelling = new Map()))
  const name = `${detail} ${heartbeats}`
  let folder = byTelling.get(name)
  if (!folder) byTelling.set(name, (folder = new MomentFolder(new Fold(trace, { detail, heartbeats }, restHop), restHop + 1)))
  return folder.upTo(trace.length)
}

class MomentFolder {
  private readonly reader: ReaderMoments
  private readonly components: ComponentMoments
  private readonly etcd: EtcdMoments
  /** Programs that have asked the server something, or have been told as one that does not. */
  private readonly asked = new Set<ProgramId>()
  /** The program that a hop after rest goes back to. */
  private readonly programs = new Map<HopIndex, ProgramId>()
  /** Hops that wait for the moment they belong to: a program's start. */
  private pendingFirst: HopIndex | null = null
  private openedAt: Millis | null = null

  constructor(
    private readonly fold: Fold,
    private next: HopIndex,
  ) {
    this.reader = new ReaderMoments(fold)
    this.components = new ComponentMoments(fold)
    this.etcd = new EtcdMoments(fold)
  }

  upTo(length: number): readonly StoryMoment[] {
    const { moments, trace } = this.fold
    // Only the last moment changes when hops come: the one that was given out is replaced.
    moments.push({ ...moments.pop()! })
    while (this.next < length) this.take(trace.kept(this.next++))
    return moments.slice()
  }

  private take(hop: Hop): void {
    const program = this.programOf(hop)
    if (program !== null) this.programs.set(hop.index, program)
    const opening = this.openingOf(hop)
    const { last } = this.fold
    if (!opening) {
      if (this.pendingFirst === null) last.hop = hop.index
      return
    }
    // A program's start belongs to the request that it sends, unless something else comes between.
    const begins = opening.kind === 'sent' || opening.kind === 'program'
    if (!begins && this.pendingFirst !== null) last.hop = hop.index - 1
    const first = begins && this.pendingFirst !== null ? this.pendingFirst : last.hop + 1
    this.pendingFirst = null
    const moment = {
      opens: hop.index,
      first,
      hop: hop.index,
      actor: opening.actor,
      kind: opening.kind,
      request: opening.request ?? null,
      program: opening.program ?? program,
      step: opening.step,
      facts: opening.facts,
      after: hop.at - (this.openedAt ?? hop.at),
    }
    this.fold.open(moment, hop)
    this.openedAt = hop.at
  }

  private programOf(hop: Hop): ProgramId | null {
    if (hop.kind === 'program') return hop.program
    if (hop.kind === 'send' && hop.message.type === 'http.request') {
      const own = this.fold.trace.request(hop.message.request.id)?.program
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
        return hop.decision.kind === 'elect' ? this.etcd.elected(hop.decision) : this.components.decided(hop)
      case 'program':
        return this.programmed(hop)
      case 'fault':
        return faultOpening(hop.fault, hop.active)
      case 'fate':
        return null
    }
  }

  private programmed(hop: Extract<Hop, { kind: 'program' }>): Opening | null {
    const { event, program } = hop
    const { lines } = this.fold
    if (event.type === 'started') {
      this.pendingFirst = hop.index
      const { line, identity } = event
      lines.set(program, { line, identity, user: identity, tool: line.split(/\s/)[0] ?? '' })
      return null
    }
    if (event.type === 'exited') this.reader.exited(program, event.code)
    if (this.asked.has(program)) return null
    this.asked.add(program)
    const message = event.type === 'printed' ? event.text.trim() : ''
    return { kind: 'program', actor: 'user', step: null, program, facts: { ...lines.get(program), message } }
  }

  private sent(hop: Send): Opening | null {
    const { message } = hop
    switch (message.type) {
      case 'http.request':
        return this.requested(hop, message.request)
      case 'http.response': {
        const record = this.fold.trace.request(message.request)
        const { status, streaming = false } = message.response
        if (record?.from === 'user') return this.reader.answered(record, status, streaming)
        return record ? this.components.answered(record, status) : null
      }
      case 'http.unreachable':
        return hop.to === 'user' ? this.reader.unreachable(hop) : null
      case 'http.chunk':
        return typeof message.chunk === 'string' ? null : this.components.notified(hop.to, message.request, message.chunk)
      case 'etcd.call':
        return this.fold.isReaders(message.request) ? this.reader.etcdAsked(message.request, message.op) : this.etcd.asked(message.op)
      case 'etcd.event':
      case 'raft.append':
      case 'raft.appended':
        return this.etcd.sent(hop)
      default:
        return this.components.ran(hop)
    }
  }

  private requested(hop: Send, request: Extract<Send['message'], { type: 'http.request' }>['request']): Opening | null {
    const record = this.fold.trace.request(request.id)
    if (hop.from !== 'user') return this.components.requested(hop.from, request)
    if (record && record.program !== null) this.asked.add(record.program)
    return this.reader.sent(request.id, { ...sentFacts(request), ...this.fold.lineOf(record) })
  }

  private staged(hop: StageHop): Opening | null {
    const record = this.fold.trace.request(hop.request)
    if (!record) return null
    if (hop.stage === 'requestInfo' || hop.stage === 'authentication') this.fold.found(record)
    return record.from === 'user' ? this.reader.staged(hop, record) : this.components.staged(hop, record)
  }

  private committed(hop: CommitHop): Opening | null {
    const { fold } = this
    const request = fold.requestBehind(hop)
    const record = request === null ? undefined : fold.trace.request(request)
    if (request === null || !record) return null
    fold.revisions.set(request, String(hop.revision))
    const write = hop.events[0]?.type === 'DELETE' ? 'delete' : 'put'
    const facts = { ...requestFacts(record), revision: String(hop.revision), write, part: record.from }
    return record.from === 'user' ? this.reader.committed(hop, record, facts) : this.components.committed(hop, record, facts)
  }
}
