// The trace, packed: what every hop has stands in typed columns, the stages between two sends in one row (stageRuns.ts), and of the rest
// only what is its own is kept: of a message what its form does not say, a stage's detail (shared where it says what others say), a
// commit's events. What a request is about is read from its method and path again, as the server did. The rows of a request are a chain
// through a column; what is known of it, and the event of a hop, is found when asked for.
// Past a budget of hops, what only an inspector reads is let go: what stages found that refused nothing, the bodies of answers that grant,
// and a decision's table of nodes.
// Whoever asks for such a hop gets it whole all the same: the recorded inputs are run again (`recall`).

import { requestInfoOf, wordsOf } from '../apiserver/requestInfo'
import type { Hop, HopBody, HopIndex, ProgramId, RequestWords, Stage, StageDetail, StageOutcome } from '../base/hop'
import type { Millis } from '../base/ids'
import { invariant } from '../base/invariant'
import { Recent } from '../base/recent'
import type { EtcdEvent, HttpRequest, HttpResponse, Message, RequestId, Revision } from '../base/wire'
import { EventTimes } from './eventTimes'
import { HopColumns, NONE, slot } from './hopColumns'
import { leanDecision, leanDetail } from './leanHops'
import { MessageForms, WHOLE, type Kept } from './messageForms'
import { Links } from './links'
import { RequestRows } from './requestRows'
import { detailAt, lean, StageWays, type Found } from './stageRuns'
import type { Moment, RequestRecord, Trace } from './types'

const KINDS = ['send', 'stage', 'commit', 'decide', 'fate', 'program', 'fault'] as const
const KIND_NUMBER = new Map<HopBody['kind'], number>(KINDS.map((kind, i) => [kind, i]))
const SEND = KIND_NUMBER.get('send')!
const STAGE = KIND_NUMBER.get('stage')!
const COMMIT = KIND_NUMBER.get('commit')!
/** The column `form` of a decision of which something was let go. */
const LEAN = 1

/** What a row has beyond its columns, by kind: send → by its form, stages → what they found, commit → events, others → the whole body. */
type Rest = unknown

/** The run of stages that may still go on. */
interface Run {
  readonly row: number
  readonly start: HopIndex
  readonly request: RequestId
  readonly event: number
  readonly revision: Revision
  /** What its stages found so far; in the row once somebody looks, or the next row begins. */
  readonly found: StageDetail[]
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
  private readonly requests = new RequestRows()
  private readonly links = new Links()
  private readonly events = new EventTimes()
  private readonly ways = new StageWays()
  private run: Run | null = null
  /** Records that were asked for, with the last hop they know of. */
  private readonly records = new Map<RequestId, { readonly last: HopIndex; readonly record: RequestRecord }>()

  constructor(private readonly budget: TraceBudget = UNLIMITED) {}

  /** Notes one hop. `event` counts turns of the event queue. */
  add(body: HopBody, at: Millis, cause: HopIndex | null, revision: Revision, event: number, program: ProgramId | null): HopIndex {
    const index = this.length++
    invariant(cause === null || cause < index, 'a cause comes before its effect', { cause, index })
    this.events.add(event, at, index)
    if (body.kind === 'stage') {
      this.addStage(body, index, cause, revision, event)
      return index
    }
    this.endRun()
    const row = this.newRow(KIND_NUMBER.get(body.kind)!, index, cause, revision)
    const page = this.columns.page(row)
    const i = slot(row)
    switch (body.kind) {
      case 'send': {
        const { message } = body
        page.way[i] = this.links.numberOf(body.from, body.to, Math.round((body.arrives - at) * 1e6) / 1e6)
        const { form, number, rest } = this.forms.keep(message, revision, this.committedBy(message, cause), index >= this.budget.wholeHops)
        page.form[i] = form
        page.number[i] = number
        page.rest[i] = rest
        if (message.type === 'http.request') this.begin(message.request.id, row, index, program)
        else if ('request' in message && message.request !== null) this.chain(message.request, row)
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
    const row = this.rowOf(index)
    const kept = this.keptAt(row, index)
    if (!this.isLean(kept, row)) return kept
    const { at, cause, revision } = kept
    return { index, at, cause, revision, ...this.budget.recall(index) }
  }

  private isLean({ kind, index }: Hop, row: number): boolean {
    const { columns } = this
    switch (kind) {
      case 'stage':
        return (columns.get('number', row) & lean(index - columns.start(row))) !== 0
      case 'decide':
        return columns.get('form', row) === LEAN
      case 'send':
        return this.forms.isLean(this.slotOf(row))
      default:
        return false
    }
  }

  kept(index: HopIndex): Hop {
    return this.keptAt(this.rowOf(index), index)
  }

  endOfEvent(index: HopIndex): HopIndex {
    return this.events.endOf(index)
  }

  eventOf(index: HopIndex): number {
    return this.events.eventOf(index)
  }

  hopsOf(request: RequestId): readonly HopIndex[] {
    const hops: HopIndex[] = []
    for (const row of this.rowsOf(request)) for (let hop = this.columns.start(row); hop <= this.endOfRow(row); hop++) hops.push(hop)
    return hops
  }

  request(request: RequestId): RequestRecord | undefined {
    const sentAt = this.requests.sentAt(request)
    if (sentAt === NONE) return undefined
    const last = this.endOfRow(this.requests.lastRow(request))
    const known = this.records.get(request)
    if (known?.last === last) return known.record
    const record = this.recordOf(request, sentAt)
    this.records.set(request, { last, record })
    return record
  }

  allRequests(): Iterable<RequestRecord> {
    return Array.from(this.requests.ids(), (id) => this.request(id)!)
  }

  seek(index: HopIndex): Moment {
    const hop = this.hop(index)
    return { hop, revision: hop.revision, at: hop.at }
  }

  /** Whether the first `length` hops agree with another trace's in kind, parts, stages, cause, revision, request, event and time. */
  sameColumns(other: PackedTrace, length: number): boolean {
    const rows = this.rowOf(length - 1) + 1
    // Parts, and the ways that requests go, have their numbers in the order in which they came: the same in both.
    return (
      this.columns.agrees(other.columns, rows, ['kind', 'way', 'cause', 'request']) &&
      this.events.agrees(other.events, this.eventOf(length - 1))
    )
  }

  private newRow(kind: number, index: HopIndex, cause: HopIndex | null, revision: Revision): number {
    const row = this.columns.add(index, cause, revision)
    this.columns.set('kind', row, kind)
    return row
  }

  /** Goes on with the run before it when it is the same request's, in the same event, and nothing came between. */
  private addStage(
    { request, stage, outcome, detail }: Extract<HopBody, { kind: 'stage' }>,
    index: HopIndex,
    cause: HopIndex | null,
    revision: Revision,
    event: number,
  ): void {
    let run = this.run
    const goesOn = run?.request === request && run.event === event && run.revision === revision && cause === index - 1
    let way = run && goesOn ? this.ways.further(this.columns.get('way', run.row), stage, outcome) : null
    if (!run || way === null) {
      this.endRun()
      const row = this.newRow(STAGE, index, cause, revision)
      this.run = run = { row, start: index, request, event, revision, found: [] }
      way = this.ways.further(0, stage, outcome)!
      this.chain(request, row)
    }
    const { row, start, found } = run
    this.columns.set('way', row, way)
    if (!detail || (isToldByPath(stage, outcome) && this.requests.sentAt(request) !== NONE)) return
    const offset = index - start
    const kept = index < this.budget.wholeHops || outcome === 'refused' ? detail : leanDetail(detail)
    let mask = this.columns.get('number', row)
    if (kept !== detail) mask |= lean(offset)
    if (kept) {
      mask |= 1 << offset
      found.push(kept)
    }
    this.columns.set('number', row, mask)
  }

  /** The run is over: what its stages found is put into its row. */
  private endRun(): void {
    this.keepFound()
    this.run = null
  }

  private keepFound(): void {
    if (!this.run || this.run.found.length === 0) return
    const { row, found } = this.run
    this.columns.page(row).rest[slot(row)] = found.length === 1 ? found[0] : found.slice()
  }

  private rowOf(index: HopIndex): number {
    invariant(index >= 0 && index < this.length, 'no such hop', { index, length: this.length })
    this.keepFound()
    return this.columns.rowOf(index)
  }

  private endOfRow(row: number): HopIndex {
    return (row + 1 < this.columns.length ? this.columns.start(row + 1) : this.length) - 1
  }

  private keptAt(row: number, index: HopIndex): Hop {
    const page = this.columns.page(row)
    const i = slot(row)
    const at = this.events.at(index)
    const offset = index - this.columns.start(row)
    const cause = offset > 0 ? index - 1 : this.columns.cause(row)
    const revision = this.columns.revision(row)
    const rest = page.rest[i]
    switch (page.kind[i]) {
      case SEND: {
        const { from, to, delay } = this.links.at(page.way[i]!)
        return { index, at, cause, revision, kind: 'send', from, to, arrives: at + delay, message: this.messageOf(row) }
      }
      case COMMIT:
        return { index, at, cause, revision, kind: 'commit', events: rest as readonly EtcdEvent[] }
      case STAGE: {
        const { stages, outcomes } = this.ways.at(page.way[i]!)
        const request = page.request[i]!
        const hop = { index, at, cause, revision, kind: 'stage' as const, request, stage: stages[offset]!, outcome: outcomes[offset]! }
        const detail = detailAt(rest as Found, page.number[i]!, offset) ?? this.wordsAt(hop)
        return detail ? { ...hop, detail } : hop
      }
      default:
        return { index, at, cause, revision, ...(rest as HopBody) }
    }
  }

  /** What the stage `requestInfo` found, of a request that was sent. */
  private wordsAt({ request, stage, outcome }: Extract<HopBody, { kind: 'stage' }>): StageDetail | undefined {
    const sentAt = this.requests.sentAt(request)
    if (!isToldByPath(stage, outcome) || sentAt === NONE) return undefined
    return { about: aboutOf(this.httpOf(sentAt)) }
  }

  private httpOf(sentAt: HopIndex): HttpRequest {
    return (this.messageOf(this.rowOf(sentAt)) as { readonly request: HttpRequest }).request
  }

  /** A request begins with this row. */
  private begin(request: RequestId, row: number, index: HopIndex, program: ProgramId | null): void {
    this.columns.set('request', row, request)
    this.requests.begin(request, index, program)
    this.requests.endsIn(request, row)
  }

  /** Hangs a row to its request's chain. What belongs to no request that was sent is left alone. */
  private chain(request: RequestId, row: number): void {
    this.columns.set('request', row, request)
    if (this.requests.sentAt(request) === NONE) return
    this.columns.set('next', this.requests.lastRow(request), row)
    this.requests.endsIn(request, row)
  }

  private rowsOf(request: RequestId): number[] {
    const rows: number[] = []
    const sentAt = this.requests.sentAt(request)
    if (sentAt === NONE) return rows
    for (let row = this.rowOf(sentAt); row !== NONE; row = this.columns.get('next', row)) rows.push(row)
    return rows
  }

  private recordOf(id: RequestId, sentAt: HopIndex): RequestRecord {
    let answeredAt: HopIndex | null = null
    let user: string | null = null
    let about: RequestRecord['about'] = null
    let refusedAt: Stage | null = null
    const http = this.httpOf(sentAt)
    for (const row of this.rowsOf(id)) {
      if (this.columns.get('kind', row) === STAGE) {
        const { stages, outcomes } = this.ways.at(this.columns.get('way', row))
        for (const { user: found } of [(this.columns.rest(row) as Found) ?? []].flat()) if (found !== undefined) user = found
        if (isToldByPath(stages[0]!, outcomes[0]!)) about = aboutOf(http)
        if (outcomes.at(-1) === 'refused') refusedAt = stages.at(-1)!
        continue
      }
      if (this.forms.isAnswer(this.slotOf(row))) answeredAt = this.columns.start(row)
    }
    const { from } = this.links.at(this.columns.get('way', this.rowOf(sentAt)))
    const program = this.requests.programOf(id)
    const responseOf = () => this.responseAt(answeredAt)
    let response: HttpResponse | null | undefined
    return {
      id,
      from,
      sentAt,
      http,
      answeredAt,
      get response() {
        return (response ??= responseOf())
      },
      user,
      about,
      refusedAt,
      program,
    }
  }

  /** Whole, if need be by living through that stretch again: so it is done once somebody asks. */
  private responseAt(index: HopIndex | null): HttpResponse | null {
    const hop = index === null ? null : this.hop(index)
    return hop?.kind === 'send' && hop.message.type === 'http.response' ? hop.message.response : null
  }

  private slotOf(row: number): Kept {
    const page = this.columns.page(row)
    const i = slot(row)
    return { form: page.form[i]!, number: page.number[i]!, rest: page.rest[i] }
  }

  private messageOf(row: number): Message {
    const request = this.columns.get('request', row)
    return this.forms.message(this.slotOf(row), request === NONE ? null : request, this.columns.revision(row))
  }

  /** The events of the commit that an answer, a word of etcd's or of a watch comes from, or null. */
  private committedBy(message: Message, cause: HopIndex | null): readonly EtcdEvent[] | null {
    if (cause === null) return null
    const row = this.columns.rowOf(cause)
    switch (message.type) {
      case 'etcd.reply':
      case 'etcd.event':
        return this.columns.get('kind', row) === COMMIT ? (this.columns.rest(row) as readonly EtcdEvent[]) : null
      case 'http.chunk':
        return this.columns.get('kind', row) === SEND ? this.forms.toldIn(this.slotOf(row)) : null
      default:
        return null
    }
  }

  /** The call that led to a commit need not be kept any more: the commit tells what it said. */
  private commit(call: HopIndex, events: readonly EtcdEvent[]): void {
    const row = this.columns.rowOf(call)
    if (this.columns.get('kind', row) !== SEND || this.columns.get('form', row) !== WHOLE) return
    const kept = this.forms.committed(this.columns.rest(row) as Message, events)
    if (!kept) return
    const page = this.columns.page(row)
    const i = slot(row)
    page.form[i] = kept.form
    page.number[i] = kept.number
    page.rest[i] = kept.rest
  }
}

/** What the stage finds stands in the request's first line. */
const isToldByPath = (stage: Stage, outcome: StageOutcome) => stage === 'requestInfo' && outcome === 'passed'

const abouts = new Recent<string, RequestWords>(1024)

function aboutOf({ method, path }: HttpRequest): RequestWords {
  const line = `${method} ${path}`
  return abouts.get(line) ?? abouts.add(line, wordsOf(requestInfoOf(method, path)))
}
