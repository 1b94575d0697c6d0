// Whether they may. Comes before routing and before the body is read, so a refusal says nothing of what exists.
// Upstream: apiserver pkg/endpoints/filters/authorization.go

import { Recent } from '../../base/recent'
import { authorize, explain, forbiddenRequest } from '../authorization/authorize'
import type { Attributes } from '../authorization/rbac'
import { noted, passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'

const said = new Recent<string, StageResult>(256)

export function authorization(ctx: RequestContext, server: ServerState): StageResult {
  const attributes = attributesOf(ctx)
  const verdict = authorize(server, attributes)
  ctx.reason = verdict.reason
  ctx.decision = verdict.allowed ? 'allow' : 'forbid'
  if (!verdict.allowed) return refused(forbiddenRequest(server, attributes, verdict))
  if (ctx.kind?.deprecated) ctx.warnings.push(ctx.kind.deprecated)
  // A person's request is explained in full; components ask thousands of times, and their rule says enough.
  if (ctx.from === 'user' && verdict.by !== 'system:masters')
    return noted({ says: verdict.reason || (verdict.by ?? ''), why: explain(server, attributes, verdict) })
  const says = verdict.reason || verdict.by
  if (!says) return passed
  return said.get(says) ?? said.add(says, noted({ says }))
}

export function attributesOf({ info, user }: RequestContext): Attributes {
  const { verb, apiGroup, resource, subresource, namespace, name, path, isResource, query } = info
  return { user, verb, apiGroup, resource, subresource, namespace, name, path, isResource, fieldSelector: query.get('fieldSelector') ?? '' }
}
