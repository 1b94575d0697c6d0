// A cordoned node takes only Pods that tolerate it.
// Upstream: kubernetes pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { tolerates } from '../../api/kinds/pod/tolerations'
import { Action, nodesOf, podsOf } from '../framework/events'
import { unresolvable, type Plugin } from '../framework/interface'

const REFUSED = unresolvable('node(s) were unschedulable')

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  filter: (_state, pod, { node }) => (takes(node, pod) ? null : REFUSED),
  events: [
    {
      resource: 'Node',
      actions: Action.Add | Action.NodeTaint,
      helps(pod, event) {
        const { old, new: changed } = nodesOf(event)
        if (!changed || !takes(changed, pod)) return false
        return !old || !takes(old, pod)
      },
    },
    {
      resource: 'Pod',
      actions: Action.PodToleration,
      helps(pod, event) {
        const { new: changed } = podsOf(event)
        return changed !== undefined && changed.metadata.uid === pod.metadata.uid && tolerated(changed)
      },
    },
  ],
}

const tolerated = (pod: Pod) => tolerates(pod.spec.tolerations, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
const takes = ({ spec }: Node, pod: Pod) => !spec.unschedulable || tolerated(pod)
