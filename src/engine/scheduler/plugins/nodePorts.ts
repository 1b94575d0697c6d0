// A host port is given once on a node.
// Upstream: kubernetes pkg/scheduler/framework/plugins/nodeports/node_ports.go

import { hostPortsOf, portsClash } from '../../api/kinds/pod/hostPorts'
import { Action, podsOf } from '../framework/events'
import { unschedulable, type Plugin } from '../framework/interface'

const REFUSED = unschedulable("node(s) didn't have free ports for the requested pod ports")

export const nodePorts: Plugin = {
  name: 'NodePorts',
  preFilter: (_state, pod) => (hostPortsOf(pod).length === 0 ? 'skip' : null),
  filter: (_state, pod, node) => (hostPortsOf(pod).some((port) => node.portTaken(port)) ? REFUSED : null),
  events: [
    {
      resource: 'Pod',
      actions: Action.Delete,
      helps(pod, event) {
        const { old } = podsOf(event)
        if (!old || !(old.spec.nodeName || old.status.nominatedNodeName)) return false
        const used = hostPortsOf(old)
        return hostPortsOf(pod).some((wanted) => used.some((port) => portsClash(wanted, port)))
      },
    },
    { resource: 'Node', actions: Action.Add },
  ],
}
