// Cluster IPs and node ports: given out at random from their ranges, each to one Service.
// Leaves out: IPv6, the IPAddress objects behind each address, the ranges' static and dynamic halves.
// Upstream: kubernetes pkg/registry/core/service/storage/{storage,alloc}.go, pkg/registry/core/service/{ipallocator,portallocator}

import type { Allocation, AllocationContext } from '../../kind'
import type { ApiObject } from '../../object'
import { ipv4 } from '../../ipAddress'
import { Path, wrong, type Errors } from '../../validation/rules'
import { needsClusterIp, needsHealthCheck, needsNodePort, specOf, type ServicePort, type ServiceSpec } from './types'

export const SERVICE_NETWORK = '10.96.0.0/12'
const NETWORK = { first: 10 * 2 ** 24 + 96 * 2 ** 16, size: 2 ** 20 }
const PORTS = { first: 30000, last: 32767 }
export const NODE_PORTS = `${PORTS.first}-${PORTS.last}`
const AT = Path.root('spec')

export function allocate(object: ApiObject, context: AllocationContext): Allocation {
  const spec = specOf(object)
  if (!needsClusterIp(spec)) return { object }
  const others = [...context.others()].map(specOf)
  const address = clusterIp(spec, others, context)
  if ('errors' in address) return address
  const ports = nodePorts(spec, others, context)
  if ('errors' in ports) return ports
  const health =
    needsHealthCheck(spec) && !spec.healthCheckNodePort ? { healthCheckNodePort: freePort(others, ports.used, '', context) } : {}
  return {
    object: {
      ...object,
      spec: {
        ...spec,
        clusterIP: address.ip,
        clusterIPs: [address.ip],
        ipFamilies: spec.ipFamilies ?? ['IPv4'],
        ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
        ...(spec.ports ? { ports: ports.ports } : {}),
        ...health,
      },
    },
  }
}

function clusterIp(
  spec: ServiceSpec,
  others: readonly ServiceSpec[],
  { random }: AllocationContext,
): { readonly ip: string } | { readonly errors: Errors } {
  const taken = new Set(others.map((o) => o.clusterIP))
  const { clusterIP: asked = '' } = spec
  if (asked === 'None') return { ip: asked }
  if (asked === '') {
    for (;;) {
      const ip = addressOf(NETWORK.first + 1 + random.int(NETWORK.size - 2))
      if (!taken.has(ip)) return { ip }
    }
  }
  const refused = (reason: string) => ({
    errors: wrong(AT.child('clusterIPs'), [asked], `failed to allocate IP ${asked}: ${reason}`),
  })
  const bytes = ipv4(asked)
  const number = bytes ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : -1
  if (number <= NETWORK.first || number >= NETWORK.first + NETWORK.size - 1)
    return refused('the provided network does not match the current range')
  return taken.has(asked) ? refused('provided IP is already allocated') : { ip: asked }
}

const addressOf = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

interface Ports {
  readonly ports: readonly ServicePort[]
  readonly used: ReadonlySet<string>
}

/** One number may serve several protocols of one Service, but not two Services. */
function nodePorts(spec: ServiceSpec, others: readonly ServiceSpec[], context: AllocationContext): Ports | { readonly errors: Errors } {
  const used = new Set<string>()
  if (!needsNodePort(spec)) return { ports: spec.ports ?? [], used }
  const ports: ServicePort[] = []
  for (const [i, port] of (spec.ports ?? []).entries()) {
    const protocol = port.protocol ?? 'TCP'
    const at = AT.child('ports').index(i).child('nodePort')
    if (port.nodePort) {
      if (port.nodePort < PORTS.first || port.nodePort > PORTS.last)
        return {
          errors: wrong(
            at,
            port.nodePort,
            `provided port is not in the valid range. The range of valid ports is ${PORTS.first}-${PORTS.last}`,
          ),
        }
      if (isTaken(port.nodePort, others)) return { errors: wrong(at, port.nodePort, 'provided port is already allocated') }
      ports.push(port)
    } else ports.push({ ...port, nodePort: freePort(others, used, protocol, context) })
    used.add(`${ports[i]!.nodePort} ${protocol}`)
  }
  return { ports, used }
}

const isTaken = (port: number, others: readonly ServiceSpec[]) =>
  others.some((o) => o.healthCheckNodePort === port || o.ports?.some((p) => p.nodePort === port))

function freePort(others: readonly ServiceSpec[], used: ReadonlySet<string>, protocol: string, { random }: AllocationContext): number {
  for (;;) {
    const port = PORTS.first + random.int(PORTS.last - PORTS.first + 1)
    if (!isTaken(port, others) && !used.has(`${port} ${protocol}`)) return port
  }
}
