// What is known while a trace is folded into moments: the moments so far, whose program a hop goes back to, and the facts that all share.

import type { Hop, HopIndex, ProgramId, RequestId, RequestRecord, Step, Trace } from '../engine/index'
import { requestFacts } from './momentFacts'
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

  addFacts(hop: { readonly request: RequestId; readonly index: HopIndex }, facts: MomentFacts): void {
    if (this.last.request === hop.request) this.last.facts = { ...facts, ...this.last.facts }
  }

  stageFacts(hop: StageHop, record: RequestRecord): MomentFacts {
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
  asker(record: RequestRecord | undefined): MomentFacts {
    const line = this.lines.get(record?.program ?? -1)
    return { ...line, user: record?.user ?? line?.user ?? '' }
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
