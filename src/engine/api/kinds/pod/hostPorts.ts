// Ports of its node that a Pod wants: the scheduler and the node itself see that each is given once.
// Upstream: kubernetes pkg/scheduler/util/utils.go (GetHostPorts), kube-scheduler framework/types.go (HostPortInfo)

import type { Pod } from './types'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** All addresses of the node. */
export const ANY_ADDRESS = '0.0.0.0'

const known = new WeakMap<object, readonly HostPort[]>()

/** Of its containers and sidecars. */
export function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  let ports = known.get(spec)
  if (!ports) {
    const containers = [...spec.containers, ...(spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')]
    ports = containers.flatMap((c) =>
      (c.ports ?? []).flatMap((p) =>
        p.hostPort ? [{ ip: p.hostIP || ANY_ADDRESS, protocol: p.protocol ?? 'TCP', port: p.hostPort }] : [],
      ),
    )
    known.set(spec, ports)
  }
  return ports
}

/** A port of one address clashes with the same port of all addresses. */
export const portsClash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS)
