// The Pods that all controllers see, found by the node that they are bound to or by their namespace.

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject } from '../api/object'
import type { SharedInformer, SharedInformers } from '../client/sharedInformer'

export function podsByNode(informers: SharedInformers): SharedInformer {
  return informers.of('/api/v1/pods').index('node', (pod) => (pod as Pod).spec.nodeName || undefined)
}

export function podsByNamespace(informers: SharedInformers): SharedInformer {
  return informers.of('/api/v1/pods').index('namespace', namespaceOf)
}

/** For an index of any kind. */
export const namespaceOf = ({ metadata }: ApiObject): string | undefined => metadata.namespace
