// Taints that the Pod does not tolerate keep it away; PreferNoSchedule only costs points.
// Upstream: kubernetes pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { tolerates } from '../../api/kinds/pod/tolerations'
import { Action, nodesOf, podsOf, type ClusterEvent } from '../framework/events'
import { unresolvable, type Plugin } from '../framework/interface'
import { normalizeByMax } from './normalize'

const REFUSED = unresolvable('node(s) had untolerated taint(s)')

export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  filter: (_state, pod, { node }) => (hasUntoleratedTaint(pod, node) ? REFUSED : null),
  score(_state, { spec }, { node }) {
    const soft = node.spec.taints?.filter((t) => t.effect === 'PreferNoSchedule')
    if (!soft?.length) return 0
    const tolerations = spec.tolerations?.filter((t) => !t.effect || t.effect === 'PreferNoSchedule')
    return soft.filter((taint) => !tolerates(tolerations, taint)).length
  },
  normalizeScore: (_state, _pod, scores) => normalizeByMax(scores, true),
  events: [
    {
      resource: 'Node',
      actions: Action.Add | Action.NodeTaint,
      helps(pod, event) {
        const { old, new: changed } = nodesOf(event)
        if (!changed || hasUntoleratedTaint(pod, changed)) return false
        return !old || hasUntoleratedTaint(pod, old)
      },
    },
    { resource: 'Pod', actions: Action.PodToleration, helps: ownTolerationsChanged },
  ],
}

/** A NoSchedule or NoExecute taint that it does not tolerate (also asked by topology spreading). */
export function hasUntoleratedTaint({ spec }: Pod, node: Node): boolean {
  return node.spec.taints?.some((t) => t.effect !== 'PreferNoSchedule' && !tolerates(spec.tolerations, t)) === true
}

function ownTolerationsChanged(pod: Pod, event: ClusterEvent): boolean {
  return podsOf(event).new?.metadata.uid === pod.metadata.uid
}
