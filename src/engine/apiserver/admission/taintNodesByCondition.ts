// A new Node starts tainted not-ready until its controller sees it ready.
// Upstream: kubernetes plugin/pkg/admission/nodetaint

import type { JsonObject } from '../../api/object'
import type { Plugin } from './plugin'

const NOT_READY = 'node.kubernetes.io/not-ready'

export const taintNodesByCondition: Plugin = {
  name: 'TaintNodesByCondition',
  admit({ kind, operation, subresource, object }) {
    if (kind.resource !== 'nodes' || operation !== 'CREATE' || subresource !== '') return object
    const spec = (object.spec ?? {}) as { readonly taints?: readonly JsonObject[] }
    if (spec.taints?.some((t) => t.key === NOT_READY && t.effect === 'NoSchedule')) return object
    return { ...object, spec: { ...spec, taints: [...(spec.taints ?? []), { key: NOT_READY, effect: 'NoSchedule' }] } }
  },
}
