// How a message reads in a token or a sentence: `POST pods/web`, what a watch event and a call to the runtime mean.

import type { EtcdEvent, HttpRequest, JsonObject, RequestRecord, WatchEvent } from '../engine/index'
import type { MomentFacts, MomentKind } from './momentKinds'

/** `verb`, `resource`, `object` (`pods/web`, `binding`), `target` (`pods/web/binding`) and the name, from the request line and the body. */
export function sentFacts(request: HttpRequest): MomentFacts {
  const { resource, name, subresource } = partsOf(request)
  const object = subresource || (name ? `${resource}/${name}` : resource)
  return { verb: request.method, object, target: [resource, name, subresource].filter(Boolean).join('/'), resource, pod: name }
}

/** What the server makes of a request: nothing before requestInfo, and nobody's before authentication. */
export function foundFacts({ about, user, from }: RequestRecord): MomentFacts {
  return {
    ...(user ? { user } : {}),
    ...(about ? { action: about.verb, namespace: about.namespace } : {}),
    ...(from === 'kube-controller-manager' ? { controller: controllerOf(user) } : {}),
  }
}

/** The same once it has come to the server. */
export function requestFacts(record: RequestRecord): MomentFacts {
  return { ...sentFacts(record.http), ...foundFacts(record) }
}

/** Kinds whose controllers are told of by name when one appears. */
const RECONCILED: ReadonlySet<string> = new Set([
  'Namespace',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
])

/** `replicaset-controller` of its service account's user name. */
function controllerOf(user: string | null): string {
  const prefix = 'system:serviceaccount:kube-system:'
  return user?.startsWith(prefix) ? user.slice(prefix.length) : 'kube-controller-manager'
}

/** What a watch event means to its receiver; null when it changes nothing in the story. */
export function eventKind(to: string, event: WatchEvent): MomentKind | null {
  if (event.type === 'BOOKMARK' || event.type === 'ERROR') return null
  if (to === 'user') return 'watchEvent'
  const kind = event.object.kind as string
  if (to === 'kube-controller-manager') return event.type === 'ADDED' && RECONCILED.has(kind) ? 'controllerNotified' : null
  if (kind !== 'Pod') return null
  const metadata = event.object.metadata as JsonObject | undefined
  const spec = event.object.spec as JsonObject | undefined
  if (to === 'kube-scheduler') return event.type === 'ADDED' && !spec?.nodeName ? 'schedulerNotified' : null
  if (event.type === 'ADDED') return 'kubeletNotified'
  return event.type === 'MODIFIED' && metadata?.deletionTimestamp && (event.object.status as JsonObject | undefined)?.phase === 'Running'
    ? 'kubeletToldToStop'
    : null
}

const CRI_KINDS: Readonly<Record<string, MomentKind>> = {
  RunPodSandbox: 'runtimeSandbox',
  PullImage: 'runtimePull',
  CreateContainer: 'runtimeCreate',
  StartContainer: 'runtimeStart',
  UpdateContainerResources: 'runtimeResize',
  StopContainer: 'runtimeStop',
  StopPodSandbox: 'runtimeStopSandbox',
}

/** Null: a look-up that is not worth a step. */
export function criKind(method: string): MomentKind | null {
  return CRI_KINDS[method] ?? null
}

/** What an Event is about, why it was posted and what it says; nothing of another object, or of an Event that only counts on. */
export function eventPostFacts({ body }: HttpRequest): MomentFacts {
  if (typeof body !== 'object' || body.kind !== 'Event') return {}
  const about = (body.involvedObject ?? body.regarding) as JsonObject | undefined
  const message = body.message ?? body.note
  return {
    about: `${String(about?.kind ?? '')}/${String(about?.name ?? '')}`,
    reason: String(body.reason ?? ''),
    message: typeof message === 'string' ? message : '',
  }
}

/** The Pod's phase and node as the commit left them. */
export function eventFacts(events: readonly EtcdEvent[]): MomentFacts {
  const value = events[0]?.kv.value
  const status = value?.status as JsonObject | undefined
  const spec = value?.spec as JsonObject | undefined
  return {
    ...(typeof status?.phase === 'string' ? { phase: status.phase } : {}),
    ...(typeof spec?.nodeName === 'string' ? { node: spec.nodeName } : {}),
  }
}

/** What stands behind a namespace's name and is no resource in it. Upstream: apiserver pkg/endpoints/request/requestinfo.go */
const OF_NAMESPACE: ReadonlySet<string> = new Set(['status', 'finalize'])

/** Resource, name and subresource of a request line; the name of a POST comes from its body. */
export function partsOf(request: HttpRequest): { resource: string; name: string; subresource: string } {
  const parts = (request.path.split('?')[0] ?? '').split('/').filter(Boolean)
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : []
  const inside = rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && OF_NAMESPACE.has(rest[2]!))
  const [resource = parts.at(-1) ?? '', name = '', subresource = ''] = inside ? rest.slice(2) : rest
  const body = typeof request.body === 'object' ? (request.body.metadata as JsonObject | undefined) : undefined
  return {
    resource,
    name: name || (request.method === 'POST' && resource !== 'events' && typeof body?.name === 'string' ? body.name : ''),
    subresource,
  }
}

/** The conditions that a write of a status gives. */
export function conditionsIn(body: HttpRequest['body']): readonly JsonObject[] {
  const status = typeof body === 'object' ? (body.status as JsonObject | undefined) : undefined
  return Array.isArray(status?.conditions) ? (status.conditions as readonly JsonObject[]) : []
}

/** `worker-1` of `worker-1/runtime`. */
export function nodeOf(part: string): string {
  return part.split('/')[0] ?? part
}

/** The reason of the Status that a request was refused with; of an answer that grants it, empty, without a look at the body. */
export function reasonOf(record: RequestRecord, status: number): string {
  if (status < 400) return ''
  const body = record.response?.body
  const reason = typeof body === 'object' && body !== null && 'reason' in body ? body.reason : undefined
  return typeof reason === 'string' ? reason : ''
}
