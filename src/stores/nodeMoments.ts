// What is told of Nodes: that one says it is there, that one fell silent, and what the node controllers make of it.

import type { HttpRequest, JsonObject } from '../engine/index'
import type { MomentKind } from './momentKinds'
import { conditionsIn, partsOf } from './momentFacts'
import type { Sender } from './momentSteps'

/**
 * The kind of a request about a Node, or about its Pods' eviction; null: it is of another concern. `told`: in several moments. `taints`:
 * how many the Node is known to have.
 */
export function nodeKind(
  sender: Sender,
  request: HttpRequest,
  taints: number,
): { readonly kind: MomentKind; readonly told: boolean } | null {
  const { resource, subresource } = partsOf(request)
  const once = (kind: MomentKind) => ({ kind, told: false })
  if (request.method === 'GET') return null
  if (sender === 'kubelet' && resource === 'leases') return once('heartbeat')
  if (sender === 'kubelet' && resource === 'nodes') return subresource === 'status' ? reportKind(request.body) : once('nodeRegistered')
  if (sender !== 'controllers') return null
  if (resource === 'nodes' && subresource === 'status') return { kind: 'nodeUnknown', told: true }
  const left = resource === 'nodes' && request.method === 'PATCH' ? taintsOf(request) : null
  if (left) return once(left.length > taints ? 'nodeTainted' : 'nodeUntainted')
  if (resource === 'pods' && subresource === 'status' && request.method === 'PUT') return once('podNotReady')
  if (resource === 'pods' && subresource === 'status' && hasCondition(request.body, 'DisruptionTarget')) return once('podDisrupted')
  return null
}

/** The taints that a patch of a Node leaves, as `node.kubernetes.io/unreachable:NoExecute`; null when it is not about taints. */
export function taintsOf({ body }: HttpRequest): readonly string[] | null {
  const spec = typeof body === 'object' ? (body.spec as JsonObject | undefined) : undefined
  if (!spec || !('taints' in spec)) return null
  return Array.isArray(spec.taints) ? (spec.taints as readonly JsonObject[]).map((t) => `${String(t.key)}:${String(t.effect)}`) : []
}

/** A patch holds a condition's status only where it changes. */
function reportKind(body: HttpRequest['body']): { readonly kind: MomentKind; readonly told: boolean } {
  const status = readyIn(body)?.status
  if (status === undefined) return { kind: 'nodeReported', told: false }
  return { kind: status === 'True' ? 'nodeReady' : 'nodeNotReady', told: true }
}

/** Why a Node is not ready, as its kubelet reports it. */
export const whyNotReady = ({ body }: HttpRequest): string => String(readyIn(body)?.message ?? '')

const readyIn = (body: HttpRequest['body']) => conditionsIn(body).find((c) => c.type === 'Ready')

function hasCondition(body: HttpRequest['body'], type: string): boolean {
  return conditionsIn(body).some((c) => c.type === type)
}
