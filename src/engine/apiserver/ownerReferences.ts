// An owner that stands twice in an object, the same in all, is taken out once, with a warning.
// Upstream: apiserver pkg/endpoints/handlers/rest.go (dedupOwnerReferencesAndAddWarning)

import { equalJson } from '../base/equal'
import type { JsonObject } from '../api/object'
import { withFields } from '../base/without'
import type { RequestContext } from './requestContext'

/** `when`: of a create and an update this is asked before admission and after it, of a patch only after. */
export function dedupOwnerReferences(ctx: RequestContext, when: '' | ' after mutating admission happens'): void {
  const refs = ctx.object?.metadata.ownerReferences
  if (!ctx.object || !refs || refs.length < 2) return
  const seen = new Map<string, JsonObject[]>()
  const twice: string[] = []
  const ownerReferences = refs.filter((ref) => {
    const same = seen.get(ref.uid ?? '') ?? []
    if (same.some((other) => equalJson(other, ref as JsonObject))) return void twice.push(ref.uid ?? '')
    return seen.set(ref.uid ?? '', [...same, ref as JsonObject])
  })
  if (twice.length === 0) return
  ctx.object = { ...ctx.object, metadata: withFields(ctx.object.metadata, { ownerReferences }) }
  ctx.warnings.push(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${twice.join(', ')}`,
  )
}
