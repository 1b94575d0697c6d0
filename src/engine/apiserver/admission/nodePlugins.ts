// A new Node starts tainted not-ready until its controller sees it ready; a kubelet may write only its own Node and its own Pods.
// Leaves out: of NodeRestriction, labels and taints a kubelet may not set, and token requests.
// Upstream: kubernetes plugin/pkg/admission/nodetaint, plugin/pkg/admission/noderestriction

import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../api/object'
import { forbidden, type Status } from '../../api/status'
import { isPod, refuse, type Attributes, type Plugin } from './plugin'

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

export const nodeRestriction: Plugin = {
  name: 'NodeRestriction',
  guard(a) {
    const { user, kind } = a
    if (!user.name.startsWith('system:node:') || !user.groups.includes('system:nodes')) return null
    const node = user.name.slice('system:node:'.length)
    if (kind.resource === 'nodes') return nodeOf(a, node)
    if (kind.resource === 'pods') return podOf(a, node)
    return null
  },
}

function nodeOf(a: Attributes, node: string): Status | null {
  const name = a.name || (a.object?.metadata.name ?? '')
  if (name === node) return null
  return forbidden({ group: '', resource: 'nodes' }, name, `node "${node}" is not allowed to modify node "${name}"`)
}

function podOf(a: Attributes, node: string): Status | null {
  const pod = (a.old ?? a.object) as Pod | null
  const own = pod?.spec?.nodeName === node
  if (isPod(a) && a.operation === 'DELETE' && !own) return refuse(a, `node "${node}" can only delete pods with spec.nodeName set to itself`)
  if (a.subresource === 'status' && !own)
    return refuse(a, `node "${node}" can only update pod status for pods with spec.nodeName set to itself`)
  if (isPod(a) && a.operation === 'CREATE' && a.object?.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined)
    return refuse(a, `pod does not have "kubernetes.io/config.mirror" annotation, node "${node}" can only create mirror pods`)
  return null
}
