// The trace, packed: what every hop has stands in typed columns, and only a hop with something of its own to tell keeps an object.
// A stage that passes and says nothing costs 36 bytes. Records of requests are gathered as hops are noted.

import type { Hop, HopBody, HopIndex, NewHop, ProgramId, Stage, StageOutcome } from '../base/hop'
import type { Millis } from '../base/ids'
import { invariant } from '../base/invariant'
import type { HttpRequest, HttpResponse, Message, RequestId, Revision } from '../base/wire'
import type { Moment, RequestRecord, Trace } from './types'
import { stageSteps } from '../flow/advance'

const KINDS = ['send', 'stage', 'commit', 'decide', 'fate', 'program'] as const
const OUTCOMES = ['passed', 'changed', 'answered', 'refused', 'retry'] as const satisfies readonly StageOutcome[]
const STAGES = Object.keys(stageSteps) as Stage[]
const KIND_NUMBER = new Map<string, number>(KINDS.map((k, i) => [k, i]))
const OUTCOME_NUMBER = new Map<string, number>(OUTCOMES.map((k, i) => [k, i]))
const STAGE_NUMBER = new Map<string, number>(STAGES.map((k, i) => [k, i]))
const NONE = -1

interface Columns {
  kind: Uint8Array
  stage: Uint8Array
  outcome: Uint8Array
  at: Float64Array
  cause: Int32Array
  revision: Int32Array
  event: Int32Array
  request: Int32Array
}

interface Record extends RequestRecord {
  sentAt: HopIndex
  http: HttpRequest
  answeredAt: HopIndex | null
  response: HttpResponse | null
  user: string | null
  about: RequestRecord['about']
  refusedAt: Stage | null
  program: ProgramId | null
  readonly hops: HopIndex[]
}

export class PackedTrace implements Trace {
  length = 0
  private columns = allocate(1024)
  /** What a hop has beyond its columns; nothing for a stage that passed in silence. */
  private readonly bodies: (HopBody | undefined)[] = []
  private readonly records = new Map<RequestId, Record>()
  /** Index of the last hop of each event, by event number. */
  private readonly lastOfEvent: HopIndex[] = []

  /** Notes one hop. `event` counts turns of the event queue. */
  add(body: HopBody, at: Millis, cause: HopIndex | null, revision: Revision, event: number, program: ProgramId | null): HopIndex {
    const index = this.length++
    invariant(cause === null || cause < index, 'a cause comes before its effect', { cause, index })
    if (index === this.columns.kind.length) this.columns = grow(this.columns)
    const { columns } = this
    columns.kind[index] = KIND_NUMBER.get(body.kind)!
    columns.at[index] = at
    columns.cause[index] = cause ?? NONE
    columns.revision[index] = revision
    columns.event[index] = event
    columns.request[index] = NONE
    this.lastOfEvent[event] = index
    if (body.kind === 'stage') {
      columns.stage[index] = STAGE_NUMBER.get(body.stage)!
      columns.outcome[index] = OUTCOME_NUMBER.get(body.outcome)!
      columns.request[index] = body.request
      this.bodies.push(body.detail ? body : undefined)
      this.recordStage(body, index)
    } else {
      this.bodies.push(body)
      if (body.kind === 'send') this.recordSend(body.from, body.message, index, program)
    }
    return index
  }

  hop(index: HopIndex): Hop {
    invariant(index >= 0 && index < this.length, 'no such hop', { index, length: this.length })
    const { columns } = this
    const base = {
      index,
      at: columns.at[index]!,
      cause: columns.cause[index] === NONE ? null : columns.cause[index]!,
      revision: columns.revision[index]!,
    }
    const body = this.bodies[index] ?? {
      kind: 'stage' as const,
      request: columns.request[index]!,
      stage: STAGES[columns.stage[index]!]!,
      outcome: OUTCOMES[columns.outcome[index]!]!,
    }
    return { ...base, ...body }
  }

  endOfEvent(index: HopIndex): HopIndex {
    return this.lastOfEvent[this.columns.event[index]!]!
  }

  eventOf(index: HopIndex): number {
    return this.columns.event[index]!
  }

  hopsOf(request: RequestId): readonly HopIndex[] {
    return this.records.get(request)?.hops ?? []
  }

  request(request: RequestId): RequestRecord | undefined {
    return this.records.get(request)
  }

  seek(index: HopIndex): Moment {
    const hop = this.hop(index)
    return { hop, revision: hop.revision, at: hop.at }
  }

  /** Whether the first `length` hops agree with another trace's in kind, time, cause, revision, event, stage and request. */
  sameColumns(other: PackedTrace, length: number): boolean {
    const { columns: mine } = this
    const { columns: theirs } = other
    for (const name of Object.keys(mine) as (keyof Columns)[])
      for (let i = 0; i < length; i++) if (mine[name][i] !== theirs[name][i]) return false
    return true
  }

  private recordSend(from: string, message: Message, index: HopIndex, program: ProgramId | null): void {
    if (message.type === 'http.request') {
      const { request } = message
      this.records.set(request.id, {
        id: request.id,
        from,
        sentAt: index,
        http: request,
        answeredAt: null,
        response: null,
        user: null,
        about: null,
        refusedAt: null,
        program,
        hops: [index],
      })
      return
    }
    if (!('request' in message) || message.request === null) return
    const record = this.records.get(message.request)
    if (!record) return
    record.hops.push(index)
    if (message.type === 'http.response') {
      record.answeredAt = index
      record.response = message.response
    }
  }

  private recordStage(body: Extract<NewHop, { kind: 'stage' }>, index: HopIndex): void {
    const record = this.records.get(body.request)
    if (!record) return
    record.hops.push(index)
    if (body.outcome === 'refused') record.refusedAt = body.stage
    if (body.detail?.about) record.about = body.detail.about
    if (body.detail?.user !== undefined) record.user = body.detail.user
  }
}

function allocate(size: number): Columns {
  return {
    kind: new Uint8Array(size),
    stage: new Uint8Array(size),
    outcome: new Uint8Array(size),
    at: new Float64Array(size),
    cause: new Int32Array(size),
    revision: new Int32Array(size),
    event: new Int32Array(size),
    request: new Int32Array(size),
  }
}

function grow(old: Columns): Columns {
  const grown = allocate(old.kind.length * 2)
  for (const name of Object.keys(old) as (keyof Columns)[]) grown[name].set(old[name])
  return grown
}
