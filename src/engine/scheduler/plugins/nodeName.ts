// A Pod that names its node fits there only.
// Upstream: kubernetes pkg/scheduler/framework/plugins/nodename/node_name.go

import { Action } from '../framework/events'
import { unresolvable, type Plugin } from '../framework/interface'

const REFUSED = unresolvable("node(s) didn't match the requested node name")

export const nodeName: Plugin = {
  name: 'NodeName',
  preFilter: (_state, { spec }) => (spec.nodeName ? { nodeNames: new Set([spec.nodeName]) } : null),
  filter: (_state, { spec }, node) => (spec.nodeName && spec.nodeName !== node.name ? REFUSED : null),
  events: [{ resource: 'Node', actions: Action.Add }],
}
