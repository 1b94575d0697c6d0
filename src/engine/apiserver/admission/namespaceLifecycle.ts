// Nothing is created in a namespace that is not there or is going; the system's own namespaces stay.
// Leaves out: the 50 ms grace and the live look-up (the cache here is never behind the caller's own writes).
// Upstream: apiserver pkg/admission/plugin/namespace/lifecycle

import { forbidden, notFound } from '../../api/status'
import { refuse, type Plugin } from './plugin'

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public'])

export const namespaceLifecycle: Plugin = {
  name: 'NamespaceLifecycle',
  guard(a, server) {
    const { operation, kind, namespace, name } = a
    if (operation === 'DELETE' && kind.resource === 'namespaces' && IMMORTAL.has(name))
      return forbidden({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted')
    if (namespace === '' || !kind.namespaced || operation === 'DELETE' || kind.storage === undefined) return null
    const found = server.cached('namespaces', '', namespace)
    if (!found) return operation === 'CREATE' ? notFound({ group: '', resource: 'namespaces' }, namespace) : null
    if (operation !== 'CREATE' || !found.metadata.deletionTimestamp) return null
    return refuse(a, `unable to create new content in namespace ${namespace} because it is being terminated`, [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ])
  },
}
