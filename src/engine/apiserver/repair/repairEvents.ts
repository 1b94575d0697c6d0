// How a repair loop tells of what it found: an Event of events.k8s.io about the Service or the IPAddress, posted to this server itself.
// Leaves out: series of what is told again (about one version of an object each thing is told once).
// Upstream: client-go tools/events (as the repair loops use it)

import { newEvent, type EventWords } from '../../api/kinds/event/newEvent'
import { EventNames } from '../../api/kinds/event/eventNames'
import type { ApiObject } from '../../api/object'
import type { PartIo } from '../../base/part'
import { Recent } from '../../base/recent'
import type { AskSelf } from '../loopback'

export class RepairEvents {
  private readonly names: EventNames
  private readonly instance: string
  private readonly told = new Recent<string, true>(1024)

  constructor(
    private readonly io: PartIo,
    private readonly ask: AskSelf,
    private readonly controller: string,
  ) {
    this.instance = `${controller}-vm`
    this.names = new EventNames(this.instance)
  }

  warn(about: ApiObject, words: Omit<EventWords, 'type'>): void {
    const { uid, resourceVersion, name = '', namespace = 'default' } = about.metadata
    const key = [uid, resourceVersion, words.action, words.reason].join(' ')
    if (this.told.get(key)) return
    this.told.add(key, true)
    const at = this.io.epochNow
    const { controller, instance } = this
    const body = newEvent(about, { type: 'Warning', ...words }, { controller, instance }, this.names.next(name, at), at)
    this.ask({ method: 'POST', path: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`, body }, () => {})
  }
}
