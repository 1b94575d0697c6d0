// What is known while a trace is folded into moments: the moments so far, whose program a hop goes back to, and the facts that all share.

import type { Hop, HopIndex, ProgramId, RequestId, RequestRecord, Step, Trace } from '../engine/index'
import { foundFacts, requestFacts } from './momentFacts'
import type { Actor, MomentFacts, MomentKind, StoryMoment, Telling } from './momentKinds'
import { restMoment } from './restMoment'

/** What makes a hop open a moment. */
export interface Opening {
  readonly kind: MomentKind
  readonly actor: Actor
  readonly step: Step | null
  readonly request?: RequestId | null
  readonly program?: ProgramId | null
  readonly facts: MomentFacts
}

export type Send = Extract<Hop, { kind: 'send' }>
export type StageHop = Extract<Hop, { kind: 'stage' }>
export type CommitHop = Extract<Hop, { kind: 'commit' }>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** From a hop back to the call to etcd that asked for it; several members exchange it first. */
const CAUSES = 8

export class Fold {
  readonly moments: Mutable<StoryMoment>[]
  /** The moment in which a request set out. */
  private readonly sent = new Map<RequestId, number>()
  /** What a program was started with. */
  readonly lines = new Map<ProgramId, MomentFacts>()
  readonly revisions = new Map<RequestId, string>()

  constructor(
    readonly trace: Trace,
    readonly telling: Telling,
    restHop: HopIndex,
  ) {
    this.moments = [restMoment(restHop)]
  }

  get hood(): boolean {
    return this.telling.detail === 'under-the-hood'
  }

  get last(): Mutable<StoryMoment> {
    return this.moments[this.moments.length - 1]!
  }

  open(moment: StoryMoment, hop: Hop): void {
    if (hop.kind === 'send' && hop.message.type === 'http.request') this.sent.set(hop.message.request.id, this.moments.length)
    this.moments.push(moment)
  }

  /** What the server finds out about a request is said of its sending, too: the moments are the same, whenever the trace was looked at. */
  found(record: RequestRecord): void {
    const at = this.sent.get(record.id)
    if (at === undefined) return
    const moment = this.moments[at]!
    this.moments[at] = { ...moment, facts: { ...moment.facts, ...foundFacts(record) } }
  }

  /** What only a later hop shows is said of a moment from the beginning, too. */
  retell(at: number, kind: MomentKind): void {
    this.moments[at] = { ...this.moments[at]!, kind }
  }

  addFacts(hop: { readonly request: RequestId; readonly index: HopIndex }, facts: MomentFacts): void {
    if (this.last.request === hop.request) this.last.facts = { ...facts, ...this.last.facts }
  }

  stageFacts(hop: StageHop, record: RequestRecord): MomentFacts {
    const status = hop.detail?.status
    return {
      ...requestFacts(record),
      ...this.asker(record),
      stage: hop.stage,
      revision: this.revisions.get(hop.request),
      ...(hop.detail?.says === undefined ? {} : { says: hop.detail.says }),
      ...(status ? { code: String(status.code ?? ''), reason: String(status.reason ?? ''), message: String(status.message ?? '') } : {}),
    }
  }

  /** Who asked, and with what: authentication's word for the reader's name once it has spoken. */
  asker(record: RequestRecord | undefined): MomentFacts {
    const line = this.lineOf(record)
    return { ...line, user: record?.user ?? line.user ?? '' }
  }

  /** What the program that sent it was started with, and by whom. */
  lineOf(record: RequestRecord | undefined): MomentFacts {
    const program = record?.program ?? null
    return (program !== null && this.lines.get(program)) || {}
  }

  /** The request whose etcd call led to this hop. */
  requestBehind(hop: Hop): RequestId | null {
    for (let at = hop.cause, left = CAUSES; at !== null && left > 0; left--) {
      const cause = this.trace.kept(at)
      if (cause.kind === 'send' && cause.message.type === 'etcd.call') return cause.message.request
      at = cause.cause
    }
    return null
  }

  isReaders(request: RequestId | null): request is RequestId {
    return request !== null && this.trace.request(request)?.from === 'user'
  }
}
