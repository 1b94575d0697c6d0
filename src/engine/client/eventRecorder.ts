// Writes Event objects for a component, best effort: an event that repeats becomes a PATCH of its count.
// Leaves out: the random part of the wait before another try.
// Upstream: client-go tools/record/{event,events_cache}.go

import { EventNames } from '../api/kinds/event/eventNames'
import { objectReference } from '../api/kinds/event/newEvent'
import type { ApiObject } from '../api/object'
import { rfc3339 } from '../api/scalars/time'
import type { JsonObject } from '../base/json'
import { oneText } from '../base/oneText'
import type { PartIo } from '../base/part'
import { EventCorrelator, type ToldEvent } from './eventCorrelator'
import { create, strategicPatch } from './requests'
import type { ClientApi, ClientRequest } from './types'

export interface EventSource extends JsonObject {
  /** `kubelet`, `default-scheduler`. */
  readonly component: string
  /** The node, for a kubelet. */
  readonly host?: string
}

export interface EventNote {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** `spec.containers{web}`. */
  readonly fieldPath?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** Milliseconds, and how often. */
const RETRY = 10_000
const TRIES = 12

export class EventRecorder {
  private readonly correlator = new EventCorrelator()
  private queue: (() => void)[] = []
  private sending = false
  private readonly names: EventNames

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
    private readonly source: EventSource,
  ) {
    this.names = new EventNames(`${source.component}/${source.host ?? ''}`)
  }

  /** Events leave one after the other, in the order of the calls. */
  event(about: ApiObject, note: EventNote): void {
    const { cause } = this.io
    const at = this.io.epochNow
    this.queue.push(() => {
      this.io.cause = cause
      this.post(about, note, at)
    })
    this.pump()
  }

  private pump(): void {
    if (this.sending) return
    const next = this.queue.shift()
    if (!next) return
    this.sending = true
    next()
  }

  private sent(): void {
    this.sending = false
    this.pump()
  }

  private post(about: ApiObject, given: EventNote, at: number): void {
    const { type, reason, fieldPath = '' } = given
    const message = oneText(given.message)
    const { event, message: text, heard } = this.correlator.correlate(about, type, reason, message, fieldPath, this.io.now)
    if (event.name === null) {
      event.name = this.names.next(about.metadata.name ?? '', at)
      event.firstAt = rfc3339(at)
    }
    const { name, count } = event
    event.count = count + 1
    if (!heard) return this.sent()
    const note = text === message ? { ...given, message } : { ...given, message: text, annotations: undefined }
    const events = eventsIn(about.metadata.namespace || 'default')
    const post = () => this.send(create(events, this.coreEvent(about, note, at, event)), () => this.sent())
    if (count === 0) return post()
    const body: JsonObject = { count: count + 1, lastTimestamp: rfc3339(at), message: text }
    this.send(strategicPatch(`${events}/${name}`, body), (status) => {
      // It was never heard, or has expired meanwhile.
      if (status === 404) post()
      else this.sent()
    })
  }

  /** Tries on for a while when the server is away; what it refuses is not sent again. */
  private send(request: ClientRequest, done: (status: number) => void, tries = 1): void {
    const { cause } = this.io
    this.client.request(request, ({ status }) => {
      if (status !== 0 || tries >= TRIES) return done(status)
      this.io.after(
        RETRY,
        () => {
          this.io.cause = cause
          this.send(request, done, tries + 1)
        },
        { background: true },
      )
    })
  }

  private coreEvent(about: ApiObject, note: EventNote, at: number, { message, name, firstAt, count }: ToldEvent): JsonObject {
    const { component, host } = this.source
    const namespace = about.metadata.namespace || 'default'
    // What many became does not say who reports it, as upstream leaves that out.
    const isCombined = message === null
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: note.annotations ? { name, namespace, annotations: note.annotations } : { name, namespace },
      involvedObject: objectReference(about, note.fieldPath),
      reason: note.reason,
      message: note.message,
      source: this.source,
      firstTimestamp: firstAt,
      lastTimestamp: rfc3339(at),
      count,
      type: note.type,
      eventTime: null,
      reportingComponent: isCombined ? '' : component,
      reportingInstance: isCombined ? '' : (host ?? ''),
    }
  }
}

const eventsIn = (namespace: string): string => oneText(`/api/v1/namespaces/${namespace}/events`)
