// Ports of its node that a Pod wants: the scheduler and the node itself see that each is given once.
// Upstream: kubernetes pkg/scheduler/util/utils.go (GetHostPorts), kube-scheduler framework/types.go (HostPortInfo)

import { Recent } from '../../../base/recent'
import type { Pod, PodSpec } from './types'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** All addresses of the node. */
export const ANY_ADDRESS = '0.0.0.0'

const known = new Recent<object, readonly HostPort[]>(1024)

/** Of its containers and sidecars. */
export function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  return known.get(spec) ?? known.add(spec, readPorts(spec))
}

function readPorts(spec: PodSpec): readonly HostPort[] {
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')]
  return containers.flatMap((c) =>
    (c.ports ?? []).flatMap((p) => (p.hostPort ? [{ ip: p.hostIP || ANY_ADDRESS, protocol: p.protocol ?? 'TCP', port: p.hostPort }] : [])),
  )
}

/** A port of one address clashes with the same port of all addresses. */
export const portsClash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS)
