// The options of a request as admission sees them: with the kind that belongs to what is done, whichever verb it came by.
// Upstream: apiserver pkg/endpoints/handlers/{create,update,patch,delete}.go (patchToUpdateOptions …), v1.37

import type { JsonObject } from '../../api/object'
import { without } from '../../base/without'
import type { RequestContext } from '../requestContext'
import type { Attributes } from './plugin'

const KINDS = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const

/** Null for a connection, which has none. */
export function operationOptions(
  { info: { query }, deleteOptions }: RequestContext,
  operation: Attributes['operation'],
): JsonObject | null {
  if (operation === 'CONNECT') return null
  const head = { kind: KINDS[operation], apiVersion: 'meta.k8s.io/v1' }
  if (operation === 'DELETE') return { ...head, ...without(deleteOptions as JsonObject, 'kind', 'apiVersion') }
  const dryRun = query.getAll('dryRun')
  const sent = (name: string) => (query.get(name) ? { [name]: query.get(name) } : {})
  return { ...head, ...(dryRun.length > 0 ? { dryRun } : {}), ...sent('fieldManager'), ...sent('fieldValidation') }
}
