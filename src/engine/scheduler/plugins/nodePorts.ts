import type { Pod } from '../../api/kinds/pod/types'
import { refuse, type Plugin } from '../framework'

interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

function hostPorts({ spec }: Pod): readonly HostPort[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')].flatMap((c) =>
    (c.ports ?? []).flatMap((p) => (p.hostPort ? [{ ip: p.hostIP || '0.0.0.0', protocol: p.protocol ?? 'TCP', port: p.hostPort }] : [])),
  )
}

const clash = (a: HostPort, b: HostPort) =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0')

/** A host port is given once on a node. Upstream: pkg/scheduler/framework/plugins/nodeports */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  weight: 0,
  helpedBy: ['nodeAdded', 'podDeleted'],
  preFilter: (pod) => hostPorts(pod),
  filter: (_pod, { pods }, state) => {
    const wanted = state as readonly HostPort[]
    if (wanted.length === 0) return null
    for (const other of pods.values())
      if (hostPorts(other).some((used) => wanted.some((w) => clash(w, used))))
        return refuse("node(s) didn't have free ports for the requested pod ports")
    return null
  },
}
