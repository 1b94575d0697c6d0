// A create waits when its kind has only just been established, so that servers beside this one have heard of the kind by the time of the answer.
// Upstream: apiextensions-apiserver pkg/apiserver/customresource_handler.go (serveResource), v1.37

import { crdCondition, type CustomResourceDefinition } from '../api/kinds/customresourcedefinition'
import { parseTime } from '../api/scalars/time'
import { DEFINITIONS } from './customResources'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'

/** Milliseconds. */
const JUST = 2000
const WAIT = 2000

/** Whether the request has to wait; then it is taken up again after that. */
export function waitsForNewKind(ctx: RequestContext, server: ServerState): boolean {
  const { kind, route } = ctx
  if (route !== 'create' || !kind?.custom) return false
  const definition = server.cached(DEFINITIONS, '', `${kind.resource}.${kind.group}`) as CustomResourceDefinition | undefined
  const { lastTransitionTime } = (definition && crdCondition(definition, 'Established')) ?? {}
  if (!lastTransitionTime || server.io.epochNow - parseTime(lastTransitionTime) >= JUST) return false
  server.io.after(WAIT, () => server.resume(ctx))
  return true
}
