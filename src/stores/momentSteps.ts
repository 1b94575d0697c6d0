// Which kind of moment and which step belongs to a message of the reader's or of a component's.

import type { EtcdEvent, HttpRequest, JsonObject, Step } from '../engine/index'
import { controllerKind, controllerStoredKind } from './controllerMoments'
import { conditionsIn, partsOf } from './momentFacts'
import type { MomentFacts, MomentKind } from './momentKinds'
import { roleOf } from './roles'

/** The apiserver, too, is a client of itself. */
export type Sender = 'scheduler' | 'kubelet' | 'controllers' | 'apiserver'

export function senderOf(part: string): Sender {
  const role = roleOf(part)
  return role === 'scheduler' || role === 'controllers' || role === 'apiserver' ? role : 'kubelet'
}

/** The kind of a component's request, and whether it is told in several moments (sent, stored, answered) or in one. */
export function statusKind(sender: Sender, request: HttpRequest): { readonly kind: MomentKind; readonly told: boolean } {
  const { resource, subresource } = partsOf(request)
  if (sender === 'apiserver') return { kind: 'selfRequest', told: false }
  if (resource === 'events') return { kind: request.method === 'POST' ? 'eventPosted' : 'eventRepeated', told: false }
  if (sender === 'controllers') return { kind: controllerKind(request), told: true }
  if (subresource === 'token') return { kind: 'tokenRequested', told: false }
  if (subresource === 'binding') return { kind: 'bindingSent', told: true }
  if (sender === 'kubelet' && request.method === 'GET') return { kind: 'kubeletReads', told: false }
  if (resource === 'pods' && request.method === 'DELETE') return { kind: 'deleteSent', told: true }
  if (resource === 'pods' && subresource === 'status')
    return { kind: sender === 'kubelet' ? patchKind(request.body) : 'statusOther', told: true }
  return { kind: 'componentRequest', told: false }
}

export function storedKind(sent: MomentKind, events: readonly EtcdEvent[]): MomentKind {
  if (sent === 'bindingSent') return 'bindingStored'
  if (sent.startsWith('controller')) return controllerStoredKind(sent, events)
  if (sent === 'nodeUnknown' || sent === 'nodeReady' || sent === 'nodeNotReady') return 'nodeStored'
  if (sent === 'deleteSent') return 'deleteStored'
  if (sent === 'statusRunning') return 'podRunning'
  return 'statusStored'
}

export function stepOf(sender: Sender): Step | null {
  return sender === 'scheduler' ? 5 : sender === 'kubelet' ? 6 : null
}

function patchKind(body: HttpRequest['body']): MomentKind {
  const status = typeof body === 'object' ? (body.status as JsonObject | undefined) : undefined
  const phase = status?.phase
  if (phase === 'Running') return 'statusRunning'
  if (phase === 'Failed' && isRejection(status)) return 'statusRejected'
  if (phase === 'Succeeded' || phase === 'Failed') return 'statusEnded'
  if (conditionsIn(body).some((c) => c.type === 'PodReadyToStartContainers' && c.status === 'True')) return 'statusSandbox'
  return phase === 'Pending' || status?.startTime !== undefined ? 'statusWaiting' : 'statusOther'
}

/** Upstream: kubelet/kubelet.go rejectPod */
const REJECTED = 'Pod was rejected: '

function isRejection(status: JsonObject | undefined): boolean {
  return typeof status?.message === 'string' && status.message.startsWith(REJECTED)
}

/** Why a kubelet does not take a Pod, in a word and in its own. */
export function rejectionFacts({ body }: HttpRequest): MomentFacts {
  const status = typeof body === 'object' ? (body.status as JsonObject | undefined) : undefined
  const message = typeof status?.message === 'string' ? status.message.slice(REJECTED.length) : ''
  return { reason: String(status?.reason ?? ''), message: message.trim().replace(/\.$/, '') }
}

export const READS: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

/** Which side of step 2 a reader's request shows, by RequestInfo's verb; a change comes to it again `after` the object was read. */
export function checkKind(verb: string, after: boolean): MomentKind {
  if (READS.has(verb)) return 'allowed'
  if (after) return verb.startsWith('delete') ? 'deleteChecked' : 'changeChecked'
  return verb === 'create' ? 'validated' : 'allowedFirst'
}
