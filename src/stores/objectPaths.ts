// Which object a request is about, by the path that it has of its own.

import type { HttpRequest, JsonObject } from '../engine/index'

const EVICTION = '/eviction'

/** The path alone. */
export function objectOf({ path }: HttpRequest): string {
  return path.split('?')[0]!
}

/** The object, or the part of one, that is to be written; null where nothing of the kind is asked. */
export function writtenBy(request: HttpRequest): string | null {
  const path = objectOf(request)
  if (request.method === 'PUT' || request.method === 'PATCH') return path
  const metadata = typeof request.body === 'object' ? (request.body.metadata as JsonObject | undefined) : undefined
  return request.method === 'POST' && typeof metadata?.name === 'string' ? `${path}/${metadata.name}` : null
}

/** The object that is to go: deleted, or evicted, which is a deletion that a disruption budget may refuse. */
export function doomedBy(request: HttpRequest): string | null {
  const path = objectOf(request)
  if (request.method === 'DELETE') return path
  return request.method === 'POST' && path.endsWith(EVICTION) ? path.slice(0, -EVICTION.length) : null
}
