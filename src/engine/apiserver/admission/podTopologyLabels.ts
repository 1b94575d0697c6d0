// A Pod that has its node takes over where that node is. (For a Pod that is bound later the binding does the same.)
// Upstream: kubernetes plugin/pkg/admission/podtopologylabels

import type { Pod } from '../../api/kinds/pod/types'
import type { ServerState } from '../serverState'
import { isPod, type Plugin } from './plugin'

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

export const podTopologyLabels: Plugin = {
  name: 'PodTopologyLabels',
  admit(a, server) {
    const { nodeName } = (a.object as Pod).spec ?? {}
    if (!isPod(a) || a.operation !== 'CREATE' || !nodeName) return a.object
    const topology = topologyOf(nodeName, server)
    if (Object.keys(topology).length === 0) return a.object
    const { metadata } = a.object
    return { ...a.object, metadata: { ...metadata, labels: { ...metadata.labels, ...topology } } }
  },
}

/** Zone and region of a node, as far as it has them. */
export function topologyOf(node: string, server: ServerState): Readonly<Record<string, string>> {
  const labels = server.cached('minions', '', node)?.metadata.labels
  return Object.fromEntries(LABELS.flatMap((label) => (labels?.[label] === undefined ? [] : [[label, labels[label]]])))
}
