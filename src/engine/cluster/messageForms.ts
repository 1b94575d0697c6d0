// How the trace keeps a message: most have one of a few forms, of which only what is their own is kept, and which are built again for
// whoever looks. What etcd's calls, replies and events say is in the commit that they speak of; envelopes are told by their form.
// A message of no such form is kept whole, so that nothing that is read differs from what was sent. Of an answer that grants what was asked,
// the body can be let go: status and headers stay.

import { objectOf } from '../apiserver/storedObject'
import type { JsonObject } from '../base/json'
import type {
  CriMethod,
  EtcdEvent,
  EtcdOp,
  EtcdReply,
  HttpResponse,
  KeyValue,
  Message,
  RequestId,
  Revision,
  WatchEvent,
} from '../base/wire'

export const WHOLE = 0
const REQUEST = 1
const RESPONSE = 2
const CHUNK = 3
const GET = 4
const FOUND = 5
const ABSENT = 6
const REPLY = 7
const EVENT = 8
const CRI_CALL = 9
const CRI_RESULT = 10
/** A chunk with an object as etcd holds it. */
const VERSION = 11
/** A transaction that was committed; the forms from here on say its time to live, too. */
const WRITE = 12
const MOST_FORMS = 256
const MOST_HEADS = 1024
const MOST_METHODS = 32
const EVENT_TYPES = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'] as const satisfies readonly WatchEvent['type'][]

export interface Kept {
  readonly form: number
  readonly number: number
  readonly rest: unknown
}

interface Head {
  readonly status: number
  readonly headers: HttpResponse['headers']
}

/** Of one trace: the few heads of answers and times to live that its messages share. */
export class MessageForms {
  private readonly heads: Head[] = []
  private readonly numberOfHead = new Map<HttpResponse['headers'], Map<number, number>>()
  private readonly ttls: (number | undefined)[] = [undefined]
  private readonly methods: CriMethod[] = []

  /** `committed` are the events of the commit that the message tells of, `revision` etcd's when it was sent; `lean`: without what can be let go. */
  keep(message: Message, revision: Revision, committed: readonly EtcdEvent[] | null, lean: boolean): Kept {
    switch (message.type) {
      case 'http.request':
        return { form: REQUEST, number: 0, rest: message.request }
      case 'http.response':
        return this.keepResponse(message, lean)
      case 'http.chunk':
        return typeof message.chunk === 'string' ? whole(message) : keepChunk(message.chunk, committed)
      case 'etcd.call':
        return isGet(message.op) ? { form: GET, number: message.call, rest: message.op.key } : whole(message)
      case 'etcd.reply':
        return keepReply(message, revision, committed)
      case 'etcd.event':
        return message.events === committed && message.revision === revision
          ? { form: EVENT, number: message.watch, rest: committed }
          : whole(message)
      case 'cri.call':
        return this.keepCri(CRI_CALL, message, message.params)
      case 'cri.reply':
        return message.result && message.error === undefined ? this.keepCri(CRI_RESULT, message, message.result) : whole(message)
      default:
        return whole(message)
    }
  }

  /** The form of a call that has just been committed with these events, or null if they do not tell all of it. */
  committed(message: Message, events: readonly EtcdEvent[]): Kept | null {
    if (message.type !== 'etcd.call' || message.op.op !== 'txn' || events.length !== 1) return null
    const { op } = message
    const [event, compare, write, read] = [events[0]!, op.compare[0], op.success[0], op.failure[0]]
    if (!compare || !write || !read || op.compare.length + op.success.length + op.failure.length !== 3) return null
    const { key, value } = event.kv
    if (compare.key !== key || write.key !== key || !isGet(read) || read.key !== key) return null
    if (!('modRevision' in compare) || compare.modRevision !== (event.previous?.modRevision ?? 0)) return null
    if (write.op === 'delete' ? event.type !== 'DELETE' : event.type !== 'PUT' || write.value !== value) return null
    const ttl = write.op === 'put' ? write.ttl : undefined
    let known = this.ttls.indexOf(ttl)
    if (known < 0) known = this.ttls.push(ttl) - 1
    return WRITE + known < MOST_FORMS ? { form: WRITE + known, number: message.call, rest: events } : null
  }

  /** The message as it was sent. */
  message({ form, number, rest }: Kept, request: RequestId | null, revision: Revision): Message {
    switch (form) {
      case WHOLE:
        return rest as Message
      case REQUEST:
        return { type: 'http.request', request: rest as Extract<Message, { type: 'http.request' }>['request'] }
      case RESPONSE:
        return {
          type: 'http.response',
          request: request!,
          response: { ...this.heads[number]!, body: rest as HttpResponse['body'] },
        }
      case CHUNK:
        return { type: 'http.chunk', request: request!, chunk: { type: EVENT_TYPES[number]!, object: rest as WatchEvent['object'] } }
      case VERSION:
        return { type: 'http.chunk', request: request!, chunk: { type: EVENT_TYPES[number]!, object: objectOf(rest as KeyValue) } }
      case GET:
        return { type: 'etcd.call', call: number, request, op: { op: 'range', key: rest as string } }
      case FOUND:
        return { type: 'etcd.reply', call: number, request, reply: { ok: true, revision, kvs: [rest as KeyValue], count: 1 } }
      case ABSENT:
        return { type: 'etcd.reply', call: number, request, reply: { ok: true, revision, kvs: [], count: 0 } }
      case REPLY: {
        const kvs = (rest as readonly EtcdEvent[]).map((e) => e.kv)
        return { type: 'etcd.reply', call: number, request, reply: { ok: true, revision, succeeded: true, kvs, count: kvs.length } }
      }
      case EVENT:
        return { type: 'etcd.event', watch: number, revision, events: rest as readonly EtcdEvent[] }
      case CRI_CALL:
        return { type: 'cri.call', ...this.criOf(number), params: rest as JsonObject }
      case CRI_RESULT:
        return { type: 'cri.reply', ...this.criOf(number), result: rest as JsonObject }
      default:
        return { type: 'etcd.call', call: number, request, op: this.write((rest as readonly EtcdEvent[])[0]!, form) }
    }
  }

  /** The events that this word of etcd's tells. */
  toldIn({ form, rest }: Kept): readonly EtcdEvent[] | null {
    return form === EVENT ? (rest as readonly EtcdEvent[]) : null
  }

  /** Whether something of it was let go. */
  isLean({ form, rest }: Kept): boolean {
    return form === RESPONSE && rest === undefined
  }

  /** Whether it answers a request, read without building the message. */
  isAnswer({ form, rest }: Kept): boolean {
    return form === RESPONSE || (form === WHOLE && (rest as Message).type === 'http.response')
  }

  private keepResponse(message: Extract<Message, { type: 'http.response' }>, lean: boolean): Kept {
    const { status, headers, body, streaming } = message.response
    if (body === undefined || streaming !== undefined) return whole(message)
    let byStatus = this.numberOfHead.get(headers)
    if (!byStatus) {
      if (this.heads.length >= MOST_HEADS) return whole(message)
      this.numberOfHead.set(headers, (byStatus = new Map()))
    }
    let number = byStatus.get(status)
    if (number === undefined) byStatus.set(status, (number = this.heads.push({ status, headers }) - 1))
    return { form: RESPONSE, number, rest: lean && status < 300 ? undefined : body }
  }

  /** Call and method share a number. */
  private keepCri(form: number, message: Extract<Message, { type: 'cri.call' | 'cri.reply' }>, rest: JsonObject): Kept {
    let method = this.methods.indexOf(message.method)
    if (method < 0) method = this.methods.push(message.method) - 1
    return method < MOST_METHODS ? { form, number: message.call * MOST_METHODS + method, rest } : whole(message)
  }

  private criOf(number: number): { readonly call: number; readonly method: CriMethod } {
    return { call: Math.floor(number / MOST_METHODS), method: this.methods[number % MOST_METHODS]! }
  }

  private write({ type, kv, previous }: EtcdEvent, form: number): EtcdOp {
    const { key, value } = kv
    const ttl = this.ttls[form - WRITE]
    return {
      op: 'txn',
      compare: [{ key, modRevision: previous?.modRevision ?? 0 }],
      success: [type === 'DELETE' ? { op: 'delete', key } : ttl === undefined ? { op: 'put', key, value } : { op: 'put', key, value, ttl }],
      failure: [{ op: 'range', key }],
    }
  }
}

const whole = (message: Message): Kept => ({ form: WHOLE, number: 0, rest: message })

/** What a client is shown is made again of what etcd holds. */
function keepChunk({ type, object }: WatchEvent, committed: readonly EtcdEvent[] | null): Kept {
  const event = committed?.find((e) => e.type === 'PUT' && objectOf(e.kv) === object)
  const number = EVENT_TYPES.indexOf(type)
  return event ? { form: VERSION, number, rest: event.kv } : { form: CHUNK, number, rest: object }
}

function keepReply(message: Extract<Message, { type: 'etcd.reply' }>, revision: Revision, committed: readonly EtcdEvent[] | null): Kept {
  const { reply, call } = message
  if (!reply.ok || reply.revision !== revision || reply.count !== reply.kvs.length) return whole(message)
  if (reply.succeeded === undefined && reply.count === 0) return { form: ABSENT, number: call, rest: undefined }
  if (reply.succeeded === undefined && reply.count === 1) return { form: FOUND, number: call, rest: reply.kvs[0] }
  return reply.succeeded && committed && says(reply, committed) ? { form: REPLY, number: call, rest: committed } : whole(message)
}

const says = ({ kvs }: Extract<EtcdReply, { ok: true }>, events: readonly EtcdEvent[]) =>
  kvs.length === events.length && events.every((e, i) => e.kv === kvs[i])

/** A read of one key and nothing more. */
function isGet(op: EtcdOp): op is Extract<EtcdOp, { op: 'range' }> {
  return op.op === 'range' && op.prefix === undefined && Object.keys(op).length === 2
}
