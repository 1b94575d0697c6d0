// The ports of the nodes that a Service is given: those that it asks for, if they are free, and others by chance.
// Upstream: kubernetes pkg/registry/core/service/storage/alloc.go, pkg/registry/core/service/portallocator

import { base64OfBytes, bytesOfBase64 } from '../../../base/base64'
import type { Rng } from '../../../base/rng'
import { goError, internalError, type Status } from '../../errors/status'
import { Path, wrong, type Errors } from '../../validation/rules'
import { firstFree } from './firstFree'
import { allocatesNodePorts, needsHealthCheck, needsNodePort, type ServicePort, type ServiceSpec } from './types'

const [FIRST, LAST] = [30000, 32767]
export const NODE_PORTS = `${FIRST}-${LAST}`
/** Ports by chance are taken from behind these, as long as there are any: they are left to those who ask for one. */
const STATIC = 86
/** Upstream's guess for the first port of a dry run. */
const DUMMY = 32769
const AT = Path.root('spec').child('ports')

export type PortsRefused = { readonly errors: Errors } | { readonly failure: Status }
export type PortsGiven = { readonly spec: ServiceSpec } | PortsRefused

/** What one request takes; of a dry run nothing is taken, and hardly anything checked. */
export class PortOperation {
  readonly allocated: number[] = []

  constructor(
    private readonly isTaken: (port: number) => boolean,
    private readonly random: Rng,
    private readonly dryRun: boolean,
  ) {}

  /** Why it cannot be had; null: it is taken. */
  allocate(port: number): string | null {
    if (!this.dryRun && (port < FIRST || port > LAST))
      return `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS}`
    if (this.isUsed(port)) return ALLOCATED
    this.allocated.push(port)
    return null
  }

  allocateNext(): number | null {
    if (this.dryRun) {
      const port = this.allocated.length === 0 ? DUMMY : Math.max(...this.allocated) + 1
      this.allocated.push(port)
      return port
    }
    const port = this.freeFrom(FIRST + STATIC, LAST) ?? this.freeFrom(FIRST, FIRST + STATIC - 1)
    if (port !== null) this.allocated.push(port)
    return port
  }

  private freeFrom(first: number, last: number): number | null {
    return firstFree(first, last, this.random, (port) => !this.isUsed(port))
  }

  private isUsed(port: number): boolean {
    return this.isTaken(port) || this.allocated.includes(port)
  }
}

const ALLOCATED = 'provided port is already allocated'
const FULL = 'range is full'
const full = { failure: internalError(`failed to allocate a nodePort: ${FULL}`) }
const refused = (i: number, port: number, why: string) => ({ errors: wrong(AT.index(i).child('nodePort'), port, why) })

/** Of a new Service. Ports with one number and several protocols share one port of the nodes. */
export function withNodePorts(spec: ServiceSpec, operation: PortOperation): PortsGiven {
  if (!needsNodePort(spec)) return { spec }
  const ports: ServicePort[] = [...(spec.ports ?? [])]
  const byPort = new Map<number, number>()
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !allocatesNodePorts(spec)) continue
    const known = byPort.get(port.port)
    if (known === undefined) {
      const asked = ports.find((p) => p.port === port.port && p.nodePort)?.nodePort
      const why = asked ? operation.allocate(asked) : null
      if (asked && why) return refused(i, asked, why)
      const given = asked ?? operation.allocateNext()
      if (given === null) return full
      ports[i] = { ...port, nodePort: given }
      byPort.set(port.port, given)
    } else if (!port.nodePort) ports[i] = { ...port, nodePort: known }
    else if (port.nodePort !== known) {
      const why = operation.allocate(port.nodePort)
      if (why) return refused(i, port.nodePort, why)
    }
  }
  return withHealthCheck(spec.ports ? { ...spec, ports } : spec, operation)
}

/** Of a Service that there is; its own ports stay its own. */
export function withChangedNodePorts(spec: ServiceSpec, former: ServiceSpec, operation: PortOperation): PortsGiven {
  const ports: ServicePort[] = [...(spec.ports ?? [])]
  if (needsNodePort(spec)) {
    const own = new Set(former.ports?.map((p) => p.nodePort))
    const seen = new Set<string>()
    for (const [i, port] of ports.entries()) {
      if (!port.nodePort && !allocatesNodePorts(spec)) continue
      if (port.nodePort) {
        const why = own.has(port.nodePort) || operation.allocated.includes(port.nodePort) ? null : operation.allocate(port.nodePort)
        if (why) return refused(i, port.nodePort, why)
      } else {
        const given = operation.allocateNext()
        if (given === null) return full
        ports[i] = { ...port, nodePort: given }
      }
      const key = `{${port.protocol} ${ports[i]!.nodePort}}`
      if (seen.has(key)) return { failure: goError(`duplicate nodePort: ${key}`) }
      seen.add(key)
    }
  }
  const changed = spec.ports ? { ...spec, ports } : spec
  return needsHealthCheck(former) ? { spec: changed } : withHealthCheck(changed, operation)
}

function withHealthCheck(spec: ServiceSpec, operation: PortOperation): PortsGiven {
  if (!needsHealthCheck(spec)) return { spec }
  const { healthCheckNodePort: asked } = spec
  if (!asked) {
    const given = operation.allocateNext()
    if (given === null) return { failure: internalError(`failed to allocate a HealthCheck NodePort 0: ${FULL}`) }
    return { spec: { ...spec, healthCheckNodePort: given } }
  }
  const why = operation.allocate(asked)
  return why ? healthCheckRefused(asked, why) : { spec }
}

const healthCheckRefused = (port: number, why: string) => ({
  failure: internalError(`failed to allocate requested HealthCheck NodePort ${port}: ${why}`),
})

/** What is said of a port that another Service took after this one had found it free. */
export function takenMeanwhile({ ports = [] }: ServiceSpec, port: number): PortsRefused {
  const i = ports.findIndex((p) => p.nodePort === port)
  return i < 0 ? healthCheckRefused(port, ALLOCATED) : refused(i, port, ALLOCATED)
}

export const isNodePort = (port: number) => port >= FIRST && port <= LAST

/** The ports that a record has. */
export function portsOf(data: string): ReadonlySet<number> {
  const ports = new Set<number>()
  for (const [i, byte] of [...bytesOfBase64(data)].reverse().entries())
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) ports.add(FIRST + i * 8 + bit)
  return ports
}

export const recordOf = (ports: Iterable<number>): string => [...ports].reduce((data, port) => withPort(data, port, true), '')

/** The record of all that are taken, base64: a number in which each port has a bit. */
export function withPort(data: string, port: number, taken: boolean): string {
  const bytes = [...bytesOfBase64(data)].reverse()
  const [byte, bit] = [(port - FIRST) >> 3, 1 << ((port - FIRST) & 7)]
  while (bytes.length <= byte) bytes.push(0)
  bytes[byte] = taken ? bytes[byte]! | bit : bytes[byte]! & ~bit
  while (bytes.at(-1) === 0) bytes.pop()
  return base64OfBytes(Uint8Array.from(bytes.reverse()))
}
