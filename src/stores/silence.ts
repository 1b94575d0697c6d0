// How long a node's silence has consequences: the node lifecycle controller waits before it believes it, and Pods are tolerated there for
// a while; so they are where a kubelet says that its runtime is down. Whoever follows a cluster lets that time pass; nothing else happens in
// it but heartbeats.

import type { Cluster, Fault, Millis } from '../engine/index'
import { faultName } from '../engine/faults'
import { faultMarks } from './faultsAt'
import { bearerOf } from './roles'

/** Grace period, the controller's period, the default toleration, and what evicted Pods' owners do then. */
const CONSEQUENCES: Millis = 60_000 + 300_000 + 30_000

/** Until when, in virtual time, something may come of the nodes that are silent now; 0: none is. */
export function silentUntil(cluster: Cluster): Millis {
  const nodes = new Set((cluster.options.nodes ?? []).map(({ name }) => name))
  const inForce = new Set(cluster.faults.filter((fault) => silences(fault, nodes)).map(faultName))
  let until = 0
  for (const { at, fault, active } of faultMarks(cluster.trace, cluster.restHop))
    if (active && inForce.has(faultName(fault))) until = at + CONSEQUENCES
  return until
}

/** Whether nobody hears of a node while this is so, or hears that it cannot work. */
function silences(fault: Fault, nodes: ReadonlySet<string>): boolean {
  switch (fault.kind) {
    case 'nodeDown':
      return true
    case 'stopped':
      return nodes.has(fault.part.replace(/\/runtime$/, ''))
    case 'cut':
      return nodes.has(fault.from) || nodes.has(fault.to)
    case 'expired':
      return nodes.has(bearerOf(fault.certificate))
    case 'slow':
    case 'watch':
    case 'shortage':
    case 'webhook':
      return false
  }
}
