// The Pods that all controllers see, found by the node that they are bound to.

import type { Pod } from '../api/kinds/pod/types'
import type { SharedInformer, SharedInformers } from '../client/sharedInformer'

export function podsByNode(informers: SharedInformers): SharedInformer {
  return informers.of('/api/v1/pods').index('node', (pod) => (pod as Pod).spec.nodeName || undefined)
}
