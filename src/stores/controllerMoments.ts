// What a controller's request does, and what etcd then holds: a new object, another number of replicas, a status, an object that is to go.

import type { EtcdEvent, HttpRequest, JsonObject } from '../engine/index'
import { partsOf } from './momentFacts'
import type { MomentFacts, MomentKind } from './momentKinds'

/** The kind of a controller's request that writes. */
export function controllerKind(request: HttpRequest): MomentKind {
  if (request.method === 'POST') return 'controllerCreates'
  if (request.method === 'DELETE') return 'controllerDeletes'
  const { subresource } = partsOf(request)
  if (subresource === 'status') return 'controllerReports'
  return subresource === 'scale' || replicasIn(request.body) !== null ? 'controllerScales' : 'controllerWrites'
}

/** What the commit of such a request is told as: one that deletes may only mark the object, and one with replicas may leave their number. */
export function controllerStoredKind(sent: MomentKind, events: readonly EtcdEvent[]): MomentKind {
  switch (sent) {
    case 'controllerCreates':
      return 'controllerStored'
    case 'controllerReports':
      return 'controllerReported'
    case 'controllerDeletes':
      return events[0]?.type === 'DELETE' ? 'deleteStored' : 'deleteMarked'
    case 'controllerScales':
      return scaledFacts(events) ? 'controllerScaled' : 'controllerUpdated'
    default:
      return 'controllerUpdated'
  }
}

/** How many replicas a request asks for. */
export function scaleFacts(request: HttpRequest): MomentFacts {
  const replicas = replicasIn(request.body)
  return replicas === null ? {} : { wanted: String(replicas) }
}

/** How many replicas were asked for before a commit, and how many now; null when the number stayed. */
export function scaledFacts(events: readonly EtcdEvent[]): MomentFacts | null {
  const { kv, previous } = events[0] ?? { kv: null, previous: null }
  const [there, wanted] = [replicasIn(previous?.value), replicasIn(kv?.value)]
  return there === null || wanted === null || there === wanted ? null : { there: String(there), wanted: String(wanted) }
}

function replicasIn(object: HttpRequest['body'] | null): number | null {
  const spec = typeof object === 'object' && object !== null ? (object.spec as JsonObject | undefined) : undefined
  return typeof spec?.replicas === 'number' ? spec.replicas : null
}
