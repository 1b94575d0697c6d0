// The second walk over the admission plugins: the object is as it will be stored; those that refuse are asked.
// Upstream: apiserver pkg/admission/chain.go (Validate)

import { admissionPlugins } from '../admission/plugins'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'
import { attributesFor, why } from './mutatingAdmission'

export function validatingAdmission(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.route === 'review' || ctx.route === 'action') return passed
  const attributes = attributesFor(ctx)
  for (const { name, validate } of admissionPlugins) {
    const status = validate?.(attributes, server)
    if (status) return refused(status, why(name, status))
  }
  return passed
}
