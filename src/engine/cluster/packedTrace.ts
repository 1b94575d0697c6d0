// The trace, packed: what every hop has stands in typed columns, and of the rest only what is its own is kept: of a message what its form
// does not say, a stage's detail (shared where it says what others say), a commit's events. The hops of a request are a chain through a
// column; what is known of it, and the event of a hop, is found when somebody asks.
// Past a budget of hops, what only an inspector reads is let go: the objects before and after a stage's changes, and a decision's table of
// nodes. Whoever asks for such a hop gets it whole all the same: the recorded inputs are run again (`recall`).

import type { Decision, Hop, HopBody, HopIndex, ProgramId, Stage, StageDetail, StageOutcome } from '../base/hop'
import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { EtcdEvent, HttpRequest, HttpResponse, Message, RequestId, Revision } from '../base/wire'
import { stageSteps } from '../flow/advance'
import { HopColumns, NONE, slot } from './hopColumns'
import { MessageForms, WHOLE, type Kept } from './messageForms'
import type { Moment, RequestRecord, Trace } from './types'

const KINDS = ['send', 'stage', 'commit', 'decide', 'fate', 'program', 'fault'] as const
const OUTCOMES = ['passed', 'changed', 'answered', 'refused', 'retry'] as const satisfies readonly StageOutcome[]
const STAGES = Object.keys(stageSteps) as Stage[]
const numbers = (names: readonly string[]) => new Map(names.map((name, i) => [name, i]))
const KIND_NUMBER = numbers(KINDS)
const OUTCOME_NUMBER = numbers(OUTCOMES)
const STAGE_NUMBER = numbers(STAGES)
const SEND = KIND_NUMBER.get('send')!
const STAGE = KIND_NUMBER.get('stage')!
const COMMIT = KIND_NUMBER.get('commit')!
/** The column `form` of a stage or a decision of which something was let go. */
const LEAN = 1

/** What a hop has beyond its columns, by kind: send → by its form, stage → detail, commit → events, others → the whole body. */
type Rest = unknown

/** By request id, from 1. */
interface Requests {
  sentAt: Int32Array
  last: Int32Array
  program: Int32Array
}

export interface TraceBudget {
  /** Hops that are kept whole, from the first. */
  readonly wholeHops: number
  /** The body of a hop of which something was let go, as it was noted. */
  recall(index: HopIndex): HopBody
}

const UNLIMITED: TraceBudget = {
  wholeHops: Infinity,
  recall: (index) => {
    throw new Error(`nothing was let go of hop ${index}`)
  },
}

export class PackedTrace implements Trace {
  length = 0
  private readonly columns = new HopColumns<Rest>()
  private readonly forms = new MessageForms()
  private requests: Requests = { sentAt: new Int32Array(0), last: new Int32Array(0), program: new Int32Array(0) }
  private readonly parts: PartId[] = []
  private readonly partNumber = new Map<PartId, number>()
  private readonly delays: Millis[] = []
  /** Index of the last hop of each event, by event number; an event without hops has that of the one before. */
  private lastOfEvent = new Int32Array(1024).fill(NONE)
  private timeOfEvent = new Float64Array(1024)
  private event = 0
  /** Records that were asked for, with the last hop they know of. */
  private readonly records = new Map<RequestId, { readonly last: HopIndex; readonly record: RequestRecord }>()

  constructor(private readonly budget: TraceBudget = UNLIMITED) {}

  /** Notes one hop. `event` counts turns of the event queue. */
  add(body: HopBody, at: Millis, cause: HopIndex | null, revision: Revision, event: number, program: ProgramId | null): HopIndex {
    const index = this.length++
    invariant(cause === null || cause < index, 'a cause comes before its effect', { cause, index })
    const page = this.columns.page(index)
    const i = slot(index)
    page.kind[i] = KIND_NUMBER.get(body.kind)!
    page.revision[i] = revision
    if (cause !== null) page.cause[i] = cause
    this.endEvent(event, at, index)
    switch (body.kind) {
      case 'stage': {
        page.first[i] = STAGE_NUMBER.get(body.stage)!
        page.second[i] = OUTCOME_NUMBER.get(body.outcome)!
        const kept = index < this.budget.wholeHops ? body.detail : leanDetail(body.detail)
        if (kept !== body.detail) page.form[i] = LEAN
        page.rest[i] = kept
        this.chain(body.request, index, null)
        break
      }
      case 'send': {
        const { message } = body
        page.first[i] = this.numberOf(body.from)
        page.second[i] = this.numberOf(body.to)
        page.delay[i] = this.delayNumber(Math.round((body.arrives - at) * 1e6) / 1e6)
        const { form, number, rest } = this.forms.keep(message, revision, this.committedBy(cause))
        page.form[i] = form
        page.number[i] = number
        page.rest[i] = rest
        if (message.type === 'http.request') this.chain(message.request.id, index, program ?? NONE)
        else if ('request' in message && message.request !== null) this.chain(message.request, index, null)
        break
      }
      case 'commit':
        page.rest[i] = body.events
        if (cause !== null) this.commit(cause, body.events)
        break
      case 'decide': {
        const decision = index < this.budget.wholeHops ? body.decision : leanDecision(body.decision)
        if (decision !== body.decision) page.form[i] = LEAN
        page.rest[i] = decision === body.decision ? body : { ...body, decision }
        break
      }
      default:
        page.rest[i] = body
    }
    return index
  }

  hop(index: HopIndex): Hop {
    const kept = this.kept(index)
    if (kept.kind === 'send' || this.columns.get('form', index) !== LEAN) return kept
    const { at, cause, revision } = kept
    return { index, at, cause, revision, ...this.budget.recall(index) }
  }

  kept(index: HopIndex): Hop {
    invariant(index >= 0 && index < this.length, 'no such hop', { index, length: this.length })
    const page = this.columns.page(index)
    const i = slot(index)
    const at = this.timeOfEvent[this.eventOf(index)]!
    const cause = page.cause[i] === NONE ? null : page.cause[i]!
    const revision = page.revision[i]!
    const rest = page.rest[i]
    switch (page.kind[i]) {
      case SEND: {
        const from = this.parts[page.first[i]!]!
        const to = this.parts[page.second[i]!]!
        const arrives = at + this.delays[page.delay[i]!]!
        return { index, at, cause, revision, kind: 'send', from, to, arrives, message: this.messageOf(index) }
      }
      case COMMIT:
        return { index, at, cause, revision, kind: 'commit', events: rest as readonly EtcdEvent[] }
      case STAGE: {
        const request = page.request[i]!
        const stage = STAGES[page.first[i]!]!
        const outcome = OUTCOMES[page.second[i]!]!
        const hop = { index, at, cause, revision, kind: 'stage' as const, request, stage, outcome }
        return rest ? { ...hop, detail: rest as StageDetail } : hop
      }
      default:
        return { index, at, cause, revision, ...(rest as HopBody) }
    }
  }

  endOfEvent(index: HopIndex): HopIndex {
    return this.lastOfEvent[this.eventOf(index)]!
  }

  eventOf(index: HopIndex): number {
    let low = 0
    let high = this.event
    while (low < high) {
      const mid = (low + high) >> 1
      if (this.lastOfEvent[mid]! < index) low = mid + 1
      else high = mid
    }
    return low
  }

  hopsOf(request: RequestId): readonly HopIndex[] {
    const hops: HopIndex[] = []
    for (let hop = this.sentAt(request); hop !== NONE; hop = this.columns.get('next', hop)) hops.push(hop)
    return hops
  }

  request(request: RequestId): RequestRecord | undefined {
    const sentAt = this.sentAt(request)
    if (sentAt === NONE) return undefined
    const last = this.requests.last[request]!
    const known = this.records.get(request)
    if (known?.last === last) return known.record
    const record = this.recordOf(request, sentAt)
    this.records.set(request, { last, record })
    return record
  }

  allRequests(): Iterable<RequestRecord> {
    const out: RequestRecord[] = []
    for (let id = 0; id < this.requests.sentAt.length; id++) {
      const record = this.requests.sentAt[id] === 0 ? undefined : this.request(id)
      if (record) out.push(record)
    }
    return out
  }

  seek(index: HopIndex): Moment {
    const hop = this.hop(index)
    return { hop, revision: hop.revision, at: hop.at }
  }

  /** Whether the first `length` hops agree with another trace's in kind, parts, stage, cause, revision, request, event and time. */
  sameColumns(other: PackedTrace, length: number): boolean {
    for (const name of ['kind', 'first', 'second', 'delay', 'cause', 'revision', 'request'] as const)
      for (let i = 0; i < length; i++) if (this.columns.get(name, i) !== other.columns.get(name, i)) return false
    for (let event = 0; event < this.eventOf(length - 1); event++)
      if (this.lastOfEvent[event] !== other.lastOfEvent[event] || this.timeOfEvent[event] !== other.timeOfEvent[event]) return false
    return true
  }

  private endEvent(event: number, at: Millis, index: HopIndex): void {
    if (event >= this.lastOfEvent.length) {
      this.lastOfEvent = longer(this.lastOfEvent, event + (event >> 2))
      const times = new Float64Array(this.lastOfEvent.length)
      times.set(this.timeOfEvent)
      this.timeOfEvent = times
    }
    for (let silent = this.event + 1; silent < event; silent++) this.lastOfEvent[silent] = this.lastOfEvent[this.event]!
    this.event = event
    this.lastOfEvent[event] = index
    this.timeOfEvent[event] = at
  }

  private delayNumber(delay: Millis): number {
    const known = this.delays.indexOf(delay)
    if (known >= 0) return known
    invariant(this.delays.length < 256, 'few different latencies', { delay })
    return this.delays.push(delay) - 1
  }

  private sentAt(request: RequestId): HopIndex {
    const { sentAt } = this.requests
    return request > 0 && request < sentAt.length ? sentAt[request]! - 1 : NONE
  }

  /** Hangs a hop to its request's chain; `program` is given for the first. What belongs to no request that was sent is left alone. */
  private chain(request: RequestId, index: HopIndex, program: ProgramId | null): void {
    this.columns.set('request', index, request)
    if (program !== null) {
      if (request >= this.requests.sentAt.length) this.requests = grownRequests(this.requests, request + (request >> 2) + 64)
      this.requests.sentAt[request] = index + 1
      this.requests.program[request] = program
    } else if (this.sentAt(request) === NONE) return
    else this.columns.set('next', this.requests.last[request]!, index)
    this.requests.last[request] = index
  }

  private recordOf(id: RequestId, sentAt: HopIndex): RequestRecord {
    let answeredAt: HopIndex | null = null
    let response: HttpResponse | null = null
    let user: string | null = null
    let about: RequestRecord['about'] = null
    let refusedAt: Stage | null = null
    for (const index of this.hopsOf(id)) {
      if (this.columns.get('kind', index) === STAGE) {
        const detail = this.columns.rest(index) as StageDetail | undefined
        if (detail?.about) about = detail.about
        if (detail?.user !== undefined) user = detail.user
        if (OUTCOMES[this.columns.get('second', index)] === 'refused') refusedAt = STAGES[this.columns.get('first', index)]!
        continue
      }
      const answer = this.forms.response(this.slotOf(index))
      if (!answer) continue
      answeredAt = index
      response = answer
    }
    const from = this.parts[this.columns.get('first', sentAt)]!
    const http = (this.messageOf(sentAt) as { readonly request: HttpRequest }).request
    const program = this.requests.program[id] === NONE ? null : this.requests.program[id]!
    return { id, from, sentAt, http, answeredAt, response, user, about, refusedAt, program }
  }

  private slotOf(index: HopIndex): Kept {
    const page = this.columns.page(index)
    const i = slot(index)
    return { form: page.form[i]!, number: page.number[i]!, rest: page.rest[i] }
  }

  private messageOf(index: HopIndex): Message {
    const request = this.columns.get('request', index)
    return this.forms.message(this.slotOf(index), request === NONE ? null : request, this.columns.get('revision', index))
  }

  /** The events of the commit that a hop is, or null. */
  private committedBy(cause: HopIndex | null): readonly EtcdEvent[] | null {
    if (cause === null || this.columns.get('kind', cause) !== COMMIT) return null
    return this.columns.rest(cause) as readonly EtcdEvent[]
  }

  /** The call that led to a commit need not be kept any more: the commit tells what it said. */
  private commit(call: HopIndex, events: readonly EtcdEvent[]): void {
    if (this.columns.get('kind', call) !== SEND || this.columns.get('form', call) !== WHOLE) return
    const kept = this.forms.committed(this.columns.rest(call) as Message, events)
    if (!kept) return
    const page = this.columns.page(call)
    const i = slot(call)
    page.form[i] = kept.form
    page.number[i] = kept.number
    page.rest[i] = kept.rest
  }

  private numberOf(part: PartId): number {
    let number = this.partNumber.get(part)
    if (number === undefined) this.partNumber.set(part, (number = this.parts.push(part) - 1))
    return number
  }
}

/** What is said and who it is stays; the objects that a stage changed can be had again. */
function leanDetail(detail: StageDetail | undefined): StageDetail | undefined {
  if (!detail?.changes) return detail
  const { changes: _, ...rest } = detail
  return Object.keys(rest).length > 0 ? rest : undefined
}

/** A table of more nodes than one looks at at a glance can be had again. */
const GLANCE = 4
function leanDecision(decision: Decision): Decision {
  return decision.kind === 'schedule' && decision.nodes.length > GLANCE ? { ...decision, nodes: [] } : decision
}

function grownRequests({ sentAt, last, program }: Requests, size: number): Requests {
  return { sentAt: longer(sentAt, size), last: longer(last, size), program: longer(program, size) }
}

function longer(old: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(size)
  made.set(old)
  return made
}
