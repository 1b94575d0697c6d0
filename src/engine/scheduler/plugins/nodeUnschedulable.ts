import { refuseForGood, type Plugin } from '../framework'
import { tolerates } from '../../api/tolerations'

/** A cordoned node takes only Pods that tolerate it. Upstream: pkg/scheduler/framework/plugins/nodeunschedulable */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  weight: 0,
  helpedBy: ['nodeAdded', 'nodeUpdated'],
  filter: ({ spec }, { node }) =>
    node.spec.unschedulable && !tolerates(spec.tolerations, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
      ? refuseForGood('node(s) were unschedulable')
      : null,
}
