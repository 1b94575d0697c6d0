// Writes events.k8s.io/v1 Events, best effort: one that repeats about the same version of its object becomes a series, told once when it
// begins, then every half hour, and when nothing was added for six minutes.
// Leaves out: retries while the server is away, `related` objects.
// Upstream: client-go tools/events/{event_broadcaster,event_recorder}.go

import { EventNames } from '../api/kinds/event/eventNames'
import { newEvent, type EventWords, type Reporter } from '../api/kinds/event/newEvent'
import type { ApiObject } from '../api/object'
import { rfc3339Micro } from '../api/scalars/time'
import type { JsonObject } from '../base/json'
import type { PartIo } from '../base/part'
import { create, strategicPatch } from './requests'
import type { ClientApi } from './types'

interface Known {
  readonly path: string
  readonly body: JsonObject
  readonly at: number
  series: { count: number; lastObserved: number } | null
}

const FINISH = 6 * 60_000
/** A series that goes on is told every so many rounds of FINISH. */
const REFRESH_ROUNDS = 5

export class SeriesRecorder {
  private readonly known = new Map<string, Known>()
  private readonly names: EventNames
  private round = 0
  private watching = false

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
    private readonly reporter: Reporter,
  ) {
    this.names = new EventNames(reporter.instance)
  }

  event(about: ApiObject, words: EventWords): void {
    const at = this.io.epochNow
    const { kind, metadata } = about
    // What the note says is no part of it.
    const key = [kind, metadata.uid, metadata.resourceVersion, words.type, words.action, words.reason].join(' ')
    const known = this.known.get(key)
    if (known?.series) {
      known.series.count++
      known.series.lastObserved = at
    } else if (known) {
      known.series = { count: 2, lastObserved: at }
      this.tell(known)
    } else this.known.set(key, this.post(about, words, at))
    this.watch()
  }

  private post(about: ApiObject, words: EventWords, at: number): Known {
    const body = newEvent(about, words, this.reporter, this.names.next(about.metadata.name ?? '', at), at)
    const path = `/apis/events.k8s.io/v1/namespaces/${body.metadata.namespace}/events`
    this.client.request(create(path, body), () => {})
    return { path, body, at, series: null }
  }

  /** The series so far; the Event itself anew, if it is gone. */
  private tell({ path, body, series }: Known): void {
    if (!series) return
    const told = { series: { count: series.count, lastObservedTime: rfc3339Micro(series.lastObserved) } }
    const { name } = body.metadata as { readonly name: string }
    this.client.request(strategicPatch(`${path}/${name}`, told), ({ status }) => {
      if (status === 404) this.client.request(create(path, { ...body, ...told }), () => {})
    })
  }

  private watch(): void {
    if (this.watching) return
    this.watching = true
    this.io.after(FINISH, () => this.finish(), { background: true })
  }

  private finish(): void {
    this.watching = false
    const refresh = ++this.round % REFRESH_ROUNDS === 0
    for (const [key, known] of this.known) {
      const over = (known.series?.lastObserved ?? known.at) < this.io.epochNow - FINISH
      if (over || refresh) this.tell(known)
      if (over) this.known.delete(key)
    }
    if (this.known.size > 0) this.watch()
  }
}
