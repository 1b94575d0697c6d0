// The trace, packed: what every hop has stands in typed columns, and of the rest only what is its own is kept: a message, a stage's detail
// (shared where it says what others say), a commit's events. A stage that passes in silence costs some 30 bytes. The hops of a request are a
// chain through a column; what is known of it, and the event of a hop, is found when somebody asks.

import type { Hop, HopBody, HopIndex, ProgramId, Stage, StageDetail, StageOutcome } from '../base/hop'
import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { EtcdEvent, HttpRequest, HttpResponse, Message, RequestId, Revision } from '../base/wire'
import { stageSteps } from '../flow/advance'
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
const NONE = -1

/** What a hop has beyond its columns, by kind: send → message, stage → detail, commit → events, others → the whole body. */
type Rest = Message | StageDetail | readonly EtcdEvent[] | HopBody | undefined

interface Columns {
  kind: Uint8Array
  /** Of a stage: which; of a send: the sender's number. */
  first: Uint16Array
  /** Of a stage: its outcome; of a send: the receiver's number. */
  second: Uint16Array
  /** Of a send: which of the `delays` it is under way. */
  delay: Uint8Array
  cause: Int32Array
  revision: Int32Array
  request: Int32Array
  /** The next hop of the same request. */
  next: Int32Array
}

/** By request id, from 1. */
interface Requests {
  sentAt: Int32Array
  last: Int32Array
  program: Int32Array
}

export class PackedTrace implements Trace {
  length = 0
  private columns = allocate(1024)
  private readonly rest: Rest[] = []
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

  /** Notes one hop. `event` counts turns of the event queue. */
  add(body: HopBody, at: Millis, cause: HopIndex | null, revision: Revision, event: number, program: ProgramId | null): HopIndex {
    const index = this.length++
    invariant(cause === null || cause < index, 'a cause comes before its effect', { cause, index })
    if (index === this.columns.kind.length) this.columns = grown(this.columns, index + (index >> 3))
    const { columns } = this
    columns.kind[index] = KIND_NUMBER.get(body.kind)!
    columns.cause[index] = cause ?? NONE
    columns.revision[index] = revision
    columns.request[index] = columns.next[index] = NONE
    this.endEvent(event, at, index)
    switch (body.kind) {
      case 'stage':
        columns.first[index] = STAGE_NUMBER.get(body.stage)!
        columns.second[index] = OUTCOME_NUMBER.get(body.outcome)!
        this.rest.push(body.detail)
        this.chain(body.request, index, null)
        break
      case 'send': {
        const { message } = body
        columns.first[index] = this.numberOf(body.from)
        columns.second[index] = this.numberOf(body.to)
        columns.delay[index] = this.delayNumber(Math.round((body.arrives - at) * 1e6) / 1e6)
        this.rest.push(message)
        if (message.type === 'http.request') this.chain(message.request.id, index, program ?? NONE)
        else if ('request' in message && message.request !== null) this.chain(message.request, index, null)
        break
      }
      case 'commit':
        this.rest.push(body.events)
        break
      default:
        this.rest.push(body)
    }
    return index
  }

  hop(index: HopIndex): Hop {
    invariant(index >= 0 && index < this.length, 'no such hop', { index, length: this.length })
    const { columns } = this
    const at = this.timeOfEvent[this.eventOf(index)]!
    const cause = columns.cause[index] === NONE ? null : columns.cause[index]!
    const revision = columns.revision[index]!
    const rest = this.rest[index]
    switch (columns.kind[index]) {
      case SEND: {
        const from = this.parts[columns.first[index]!]!
        const to = this.parts[columns.second[index]!]!
        return {
          index,
          at,
          cause,
          revision,
          kind: 'send',
          from,
          to,
          arrives: at + this.delays[columns.delay[index]!]!,
          message: rest as Message,
        }
      }
      case STAGE: {
        const request = columns.request[index]!
        const stage = STAGES[columns.first[index]!]!
        const outcome = OUTCOMES[columns.second[index]!]!
        const hop = { index, at, cause, revision, kind: 'stage' as const, request, stage, outcome }
        return rest ? { ...hop, detail: rest as StageDetail } : hop
      }
      case COMMIT:
        return { index, at, cause, revision, kind: 'commit', events: rest as readonly EtcdEvent[] }
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
    for (let hop = this.sentAt(request); hop !== NONE; hop = this.columns.next[hop]!) hops.push(hop)
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
    for (const name of ['kind', 'first', 'second', 'delay', 'cause', 'revision', 'request'] as const) {
      const mine = this.columns[name]
      const theirs = other.columns[name]
      for (let i = 0; i < length; i++) if (mine[i] !== theirs[i]) return false
    }
    for (let event = 0; event < this.eventOf(length - 1); event++)
      if (this.lastOfEvent[event] !== other.lastOfEvent[event] || this.timeOfEvent[event] !== other.timeOfEvent[event]) return false
    return true
  }

  private endEvent(event: number, at: Millis, index: HopIndex): void {
    if (event >= this.lastOfEvent.length) {
      this.lastOfEvent = longer(this.lastOfEvent, event + (event >> 3))
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
    this.columns.request[index] = request
    if (program !== null) {
      if (request >= this.requests.sentAt.length) this.requests = grownRequests(this.requests, request + (request >> 3) + 64)
      this.requests.sentAt[request] = index + 1
      this.requests.program[request] = program
    } else if (this.sentAt(request) === NONE) return
    else this.columns.next[this.requests.last[request]!] = index
    this.requests.last[request] = index
  }

  private recordOf(id: RequestId, sentAt: HopIndex): RequestRecord {
    let answeredAt: HopIndex | null = null
    let response: HttpResponse | null = null
    let user: string | null = null
    let about: RequestRecord['about'] = null
    let refusedAt: Stage | null = null
    for (const index of this.hopsOf(id)) {
      const rest = this.rest[index]
      if (this.columns.kind[index] === STAGE) {
        const detail = rest as StageDetail | undefined
        if (detail?.about) about = detail.about
        if (detail?.user !== undefined) user = detail.user
        if (OUTCOMES[this.columns.second[index]!] === 'refused') refusedAt = STAGES[this.columns.first[index]!]!
      } else if ((rest as Message).type === 'http.response') {
        answeredAt = index
        response = (rest as Extract<Message, { type: 'http.response' }>).response
      }
    }
    const from = this.parts[this.columns.first[sentAt]!]!
    const http = (this.rest[sentAt] as { readonly request: HttpRequest }).request
    const program = this.requests.program[id] === NONE ? null : this.requests.program[id]!
    return { id, from, sentAt, http, answeredAt, response, user, about, refusedAt, program }
  }

  private numberOf(part: PartId): number {
    let number = this.partNumber.get(part)
    if (number === undefined) this.partNumber.set(part, (number = this.parts.push(part) - 1))
    return number
  }
}

function allocate(size: number): Columns {
  return {
    kind: new Uint8Array(size),
    first: new Uint16Array(size),
    second: new Uint16Array(size),
    delay: new Uint8Array(size),
    cause: new Int32Array(size),
    revision: new Int32Array(size),
    request: new Int32Array(size),
    next: new Int32Array(size),
  }
}

function grown(old: Columns, size: number): Columns {
  const columns = allocate(size)
  for (const name of Object.keys(old) as (keyof Columns)[]) columns[name].set(old[name])
  return columns
}

function grownRequests({ sentAt, last, program }: Requests, size: number): Requests {
  return { sentAt: longer(sentAt, size), last: longer(last, size), program: longer(program, size) }
}

function longer(old: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(size)
  made.set(old)
  return made
}
