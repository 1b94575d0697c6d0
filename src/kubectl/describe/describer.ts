// What kubectl describe knows of a kind: a program that asks for what else it needs, and gives lines whose cells are separated by tabs.
// Upstream: kubectl pkg/describe/describe.go (ResourceDescriber), searchEvents

import type { JsonObject } from '../../engine/index'
import type { Step } from '../effects'
import { query } from '../resources'
import { bodyOf, type Session } from '../session'
import { eventLines, type Described, type Lines } from './parts'

export type Describer = (object: Described, asking: Asking) => Step<Lines>

/** What describers ask for beside the object itself. */
export class Asking {
  constructor(
    private readonly session: Session,
    /** Epoch milliseconds. */
    readonly now: number,
  ) {}

  /** All objects of a collection; none where they may not be read. */
  *list(collection: string, options: Readonly<Record<string, string>> = {}, chunked = true): Step<readonly Described[]> {
    const found = yield* this.session.ask({ path: collection + query({ ...options, ...(chunked ? { limit: 500 } : {}) }) })
    return found.status < 300 ? ((bodyOf(found).items ?? []) as readonly unknown[] as readonly Described[]) : []
  }

  *get(path: string): Step<Described | null> {
    const found = yield* this.session.ask({ path })
    return found.status < 300 ? (bodyOf(found) as unknown as Described) : null
  }

  /** The events about an object, as the last lines of its description; nothing if they are not wanted. */
  *events(object: Described): Step<Lines> {
    return this.showsEvents ? eventLines(yield* this.eventsAbout(object.metadata, object.kind), this.now) : []
  }

  *eventsAbout(
    { name, namespace, uid }: { readonly name: string; readonly namespace?: string; readonly uid: string },
    kind: string,
  ): Step<readonly JsonObject[]> {
    const about = {
      'involvedObject.name': name,
      'involvedObject.namespace': namespace ?? '',
      // A Pod read with its own type has lost its kind.
      ...(kind === 'Pod' ? {} : { 'involvedObject.kind': kind }),
      'involvedObject.uid': uid,
    }
    const fieldSelector = Object.entries(about)
      .map(([field, value]) => `${field}=${value}`)
      .join(',')
    const collection = namespace === undefined ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`
    return (yield* this.list(collection, { fieldSelector })) as readonly unknown[] as readonly JsonObject[]
  }

  get showsEvents(): boolean {
    const { flags } = this.session
    return !flags.has('show-events') || flags.bool('show-events')
  }
}
