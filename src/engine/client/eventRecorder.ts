// Writes Event objects for a component, best effort: an event that repeats becomes a PATCH of its count.
// Leaves out: the random part of the wait before another try.
// Upstream: client-go tools/record/{event,events_cache}.go

import { rfc3339 } from '../api/time'
import type { ApiObject } from '../api/object'
import type { JsonObject } from '../base/json'
import type { PartIo } from '../base/part'
import { EventCorrelator, type ToldEvent } from './eventCorrelator'
import { EventNames } from './eventNames'
import { create, strategicPatch } from './sync'
import type { ClientApi, ClientRequest } from './types'

export interface EventSource {
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
    const { type, reason, message, fieldPath = '' } = given
    const told = this.correlator.correlate(about, type, reason, message, fieldPath, this.io.now)
    if (!told) return this.sent()
    const note = told.message === message ? given : { ...given, message: told.message, fieldPath: undefined }
    const { posted } = told.event
    if (!posted) return this.create(about, note, at, told.event)
    posted.count++
    const body: JsonObject = { count: posted.count, lastTimestamp: rfc3339(at), message: note.message }
    this.send(strategicPatch(`${eventsIn(posted.namespace)}/${posted.name}`, body), (status) => {
      // It has expired meanwhile: it is told anew.
      if (status === 404) this.create(about, note, at, told.event)
      else this.sent()
    })
  }

  private create(about: ApiObject, note: EventNote, at: number, event: ToldEvent): void {
    const namespace = about.metadata.namespace || 'default'
    const name = this.names.next(about.metadata.name ?? '', at)
    event.posted = { namespace, name, count: 1 }
    const body = this.coreEvent(about, note, at, name, namespace)
    this.send(create(eventsIn(namespace), body), () => this.sent())
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

  private coreEvent(about: ApiObject, note: EventNote, at: number, name: string, namespace: string): JsonObject {
    const { component, host } = this.source
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: note.annotations ? { name, namespace, annotations: note.annotations } : { name, namespace },
      involvedObject: objectReference(about, note.fieldPath),
      reason: note.reason,
      message: note.message,
      source: host ? { component, host } : { component },
      firstTimestamp: rfc3339(at),
      lastTimestamp: rfc3339(at),
      count: 1,
      type: note.type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    }
  }
}

const paths = new Map<string, string>()

/** One text for all Events of a namespace. */
function eventsIn(namespace: string): string {
  let path = paths.get(namespace)
  if (path === undefined) paths.set(namespace, (path = `/api/v1/namespaces/${namespace}/events`))
  return path
}

export function objectReference({ kind, apiVersion, metadata }: ApiObject, fieldPath?: string): JsonObject {
  const { namespace, name, uid, resourceVersion } = metadata
  return { kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath }
}
