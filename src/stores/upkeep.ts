// Requests that are no part of any story: they keep the machinery going.

import type { HttpRequest, JsonObject } from '../engine/index'
import { isWatch } from './watchPath'

/**
 * `always`: watches that components hold open, readiness, leader election, what is read before a write, controllers' own service accounts.
 * `heartbeat`: what nodes say of themselves again and again, told when the reader wants it: registration, Lease, status, and the Events of that.
 */
export type Upkeep = 'always' | 'heartbeat'

export function upkeepOf({ path, method, body }: HttpRequest, from: string): Upkeep | null {
  const controllers = from === 'kube-controller-manager'
  const reads = method === 'GET'
  if (controllers && (reads || path.startsWith('/api/v1/namespaces/kube-system/serviceaccounts/'))) return 'always'
  if (isWatch(path) || /\/(livez|readyz|healthz)/.test(path)) return 'always'
  if (path.includes('/leases')) return reads || !path.includes('/kube-node-lease/') ? 'always' : 'heartbeat'
  if (path.startsWith('/api/v1/nodes')) return reads ? 'always' : controllers ? null : 'heartbeat'
  return isAboutNode(body) ? 'heartbeat' : null
}

/** An Event about a Node. */
function isAboutNode(body: HttpRequest['body']): boolean {
  if (typeof body !== 'object' || body.kind !== 'Event') return false
  const about = (body.involvedObject ?? body.regarding) as JsonObject | undefined
  return about?.kind === 'Node'
}
