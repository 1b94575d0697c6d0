// What a Service is given before it is looked at: families, an address, ports of the nodes.
// Leaves out: IPv6, other ServiceCIDRs than the default one.
// Upstream: kubernetes pkg/registry/core/service/storage/{storage,alloc}.go, pkg/registry/core/service/ipallocator

import { goQuote } from '../../go/goQuote'
import type { Allocation, AllocationContext, Holdings } from '../../kind'
import type { ApiObject } from '../../object'
import { ipv4 } from '../../net/ipAddress'
import { internalError } from '../../errors/status'
import { Path, wrong } from '../../validation/rules'
import { withFamilies } from './families'
import { firstFree } from './firstFree'
import { PortOperation, withChangedNodePorts, withNodePorts } from './nodePorts'
import { needsAddress, needsClusterIp, serviceSpecOf, type ServiceSpec } from './types'
import { withAllocated, withClusterIps } from './update'

export const SERVICE_NETWORK = '10.96.0.0/12'
const BASE = 10 * 2 ** 24 + 96 * 2 ** 16
const SIZE = 2 ** 20
/** The first and the last address that may be given; those by chance come from behind the static ones. */
const [FIRST, LAST, STATIC] = [BASE + 1, BASE + SIZE - 2, 256]

export function allocate(object: ApiObject, old: ApiObject | null, context: AllocationContext): Allocation {
  const former = old ? serviceSpecOf(old) : null
  const given = serviceSpecOf(withClusterIps(old ? withAllocated(object, old) : object, old))
  const families = withFamilies(given, former)
  if ('errors' in families) return families
  const address = withAddress(object.metadata.name ?? '', families.spec, former, context)
  if (!('spec' in address)) return address
  const others = [...context.others()].map(serviceSpecOf)
  const isTaken = (port: number) =>
    [...others, ...(former ? [former] : [])].some((o) => o.healthCheckNodePort === port || o.ports?.some((p) => p.nodePort === port))
  const operation = new PortOperation(isTaken, context.random, context.dryRun)
  const ports = former ? withChangedNodePorts(address.spec, former, operation) : withNodePorts(address.spec, operation)
  return 'spec' in ports ? { object: { ...object, spec: ports.spec } } : ports
}

export function holds(object: ApiObject): Holdings {
  const spec = serviceSpecOf(object)
  const ports = [...(spec.ports ?? []).map((p) => p.nodePort), spec.healthCheckNodePort].flatMap((port) => (port ? [port] : []))
  return {
    addresses: needsAddress(spec) ? (spec.clusterIPs ?? []) : [],
    ports: [...new Set(ports)],
  }
}

type Addressed = { readonly spec: ServiceSpec } | Exclude<Allocation, { object: ApiObject }>

/** A new Service gets one, and one that was only a name. */
function withAddress(name: string, spec: ServiceSpec, former: ServiceSpec | null, context: AllocationContext): Addressed {
  if (!needsAddress(spec) || (former && needsClusterIp(former))) return { spec }
  const { clusterIPs: asked = [] } = spec
  const [ip] = asked
  if (ip === undefined) {
    const found = context.dryRun ? addressOf(BASE) : freeAddress(context)
    if (!found) return { failure: internalError(`failed to allocate a serviceIP for Service ${goQuote(name)}: range is full`) }
    return { spec: { ...spec, clusterIP: found, clusterIPs: [found] } }
  }
  const refused = (reason: string) => ({
    errors: wrong(Path.root('spec').child('clusterIPs'), asked, `failed to allocate IP ${ip}: ${reason}`),
  })
  const bytes = ipv4(ip)
  const number = bytes ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : -1
  // Upstream's dry run asks the allocator of a range without looking first for one that has the address.
  if (number < FIRST || number > LAST)
    return refused(
      context.dryRun
        ? `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${SERVICE_NETWORK}`
        : 'the provided network does not match the current range',
    )
  return !context.dryRun && context.isAddressTaken(ip) ? refused('provided IP is already allocated') : { spec }
}

function freeAddress({ isAddressTaken, random }: AllocationContext): string | null {
  const number = firstFree(FIRST + STATIC, LAST, random, (n) => !isAddressTaken(addressOf(n)))
  return number === null ? null : addressOf(number)
}

const addressOf = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
