import { refuseForGood, type Plugin } from '../framework'

/** A Pod that names its node fits there only. Upstream: pkg/scheduler/framework/plugins/nodename */
export const nodeName: Plugin = {
  name: 'NodeName',
  weight: 0,
  helpedBy: ['nodeAdded'],
  filter: ({ spec }, node) =>
    spec.nodeName && spec.nodeName !== node.name ? refuseForGood("node(s) didn't match the requested node name") : null,
}
