// Nothing is created in a namespace that is not there or is going; the system's own namespaces stay.
// Leaves out: the 50 ms grace and the live look-up (the cache here is never behind the caller's own writes).
// Upstream: apiserver pkg/admission/plugin/namespace/lifecycle

import { forbidden } from '../../api/errors/status'
import { absent, refuse, type Plugin } from './plugin'

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public'])
/** Whoever asks about a namespace is not told whether it is there. */
const REVIEWS = 'localsubjectaccessreviews'

export const namespaceLifecycle: Plugin = {
  name: 'NamespaceLifecycle',
  guard(a, server) {
    const { operation, kind, namespace, name } = a
    if (operation === 'DELETE' && kind.resource === 'namespaces' && IMMORTAL.has(name))
      return {
        status: forbidden({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted'),
        facts: [{ object: `namespaces ${name}`, served: [...IMMORTAL].join(', ') }],
      }
    if (namespace === '' || !kind.namespaced || operation === 'DELETE' || kind.resource === REVIEWS) return null
    const found = server.cached('namespaces', '', namespace)
    if (!found) return operation === 'CREATE' ? absent('namespaces', namespace, {}) : null
    if (operation !== 'CREATE' || !found.metadata.deletionTimestamp) return null
    const { deletionTimestamp, finalizers = [] } = found.metadata
    const facts = {
      object: `namespaces ${namespace}`,
      field: 'metadata.deletionTimestamp',
      stored: deletionTimestamp,
      held: finalizers.join(', ') || undefined,
    }
    return refuse(a, `unable to create new content in namespace ${namespace} because it is being terminated`, facts, [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ])
  },
}
