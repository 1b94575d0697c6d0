// Each cluster IP of a Service has its IPAddress, and each IPAddress of the allocator a Service that has it: what is missing is made, what
// names the wrong one is made anew, and what nobody has goes.
// Leaves out: addresses outside of every ServiceCIDR (none is ever given). An address whose Service is there but does not have it goes with
// the next round, not at once: a Service that is about to be given it would lose it.
// Upstream: kubernetes pkg/registry/core/service/ipallocator/controller/repairip.go

import { ALLOCATOR, ipAddressFor, parentOf } from '../../api/kinds/ipaddress'
import { holds } from '../../api/kinds/service/allocate'
import { familyOf } from '../../api/kinds/service/clusterIps'
import type { ApiObject } from '../../api/object'
import { parseTime } from '../../api/scalars/time'
import type { AskSelf } from '../loopback'
import type { ServerState } from '../serverState'
import { RepairEvents } from './repairEvents'

export const SERVICES = 'services/specs'
export const ADDRESSES = 'ipaddresses'
const PATH = '/apis/networking.k8s.io/v1/ipaddresses'
/** Milliseconds: as long as a request may take that takes an address before it writes the Service. */
const GRACE = 60_000
/** Delays after failures: they double. */
const FIRST_DELAY = 5
const TRIES = 15

export class AddressRepair {
  private readonly events: RepairEvents
  /** Addresses that are looked at again when they are old enough. */
  private readonly waiting = new Set<string>()
  private readonly failures = new Map<string, number>()

  constructor(
    private readonly server: ServerState,
    private readonly ask: AskSelf,
  ) {
    this.events = new RepairEvents(server.io, ask, 'ipallocator-repair-controller')
  }

  lookAtAll(): void {
    for (const service of this.server.cache(SERVICES).values()) this.lookAtService(service)
    for (const address of this.server.cache(ADDRESSES).values()) {
      this.lookAtNew(address)
      this.lookAtReference(address)
    }
  }

  lookAtService(service: ApiObject): void {
    const { namespace = '', name = '' } = service.metadata
    for (const ip of holds(service).addresses) {
      const address = this.server.cached(ADDRESSES, '', ip)
      const parent = address && parentOf(address)
      if (!address) {
        this.warn(service, 'ClusterIPNotAllocated', `Cluster IP [${familyOf(ip)}]: ${ip} is not allocated; repairing`)
        this.make(ip, service)
        continue
      }
      const isOurs = parent?.namespace === namespace && parent.name === name
      const other = isService(parent) && !isOurs ? this.server.cached(SERVICES, parent?.namespace ?? '', parent?.name ?? '') : undefined
      if (!isService(parent) || (!isOurs && !other)) {
        const note = `the ClusterIP [${familyOf(ip)}]: ${ip} for Service ${namespace}/${name} has a wrong reference; repairing`
        this.warn(service, 'ClusterIPNotAllocated', note)
        this.makeAnew(ip, service)
        continue
      }
      if (other && holds(other).addresses.includes(ip)) {
        const note = `Cluster IP [${familyOf(ip)}]:${ip} was assigned to multiple services; please recreate service`
        this.warn(service, 'ClusterIPAlreadyAllocated', note)
      }
      const { labels = {} } = address.metadata
      const right = ipAddressFor(ip, service.metadata).metadata.labels!
      if (Object.keys(right).some((key) => labels[key] !== right[key])) this.makeAnew(ip, service)
    }
  }

  /** Whether it is the allocator's, and of a Service that came. */
  lookAtNew(address: ApiObject): void {
    if (!isAllocators(address)) return
    const parent = parentOf(address)
    const { name = '', creationTimestamp = '' } = address.metadata
    if (!isService(parent)) {
      const { group = '', resource = '', namespace = '', name: parentName = '' } = parent ?? {}
      const shown = `&ParentReference{Group:${group},Resource:${resource},Namespace:${namespace},Name:${parentName},}`
      return this.remove(
        address,
        'IPAddressNotAllocated',
        `IPAddress ${name} appears to have been modified, not referencing a Service ${shown}: cleaning up`,
      )
    }
    const service = `${parent?.namespace}/${parent?.name}`
    if (this.server.cached(SERVICES, parent?.namespace ?? '', parent?.name ?? '')) return
    const left = GRACE - (this.server.io.epochNow - parseTime(creationTimestamp))
    if (left < 0)
      this.remove(address, 'IPAddressNotAllocated', `IPAddress: ${name} for Service ${service} appears to have leaked: cleaning up`)
    else this.later(name, left + 1)
  }

  private lookAtReference(address: ApiObject): void {
    const parent = parentOf(address)
    if (!isAllocators(address) || !isService(parent)) return
    const { name = '' } = address.metadata
    const service = this.server.cached(SERVICES, parent?.namespace ?? '', parent?.name ?? '')
    if (!service || holds(service).addresses.includes(name)) return
    const note = `IPAddress: ${name} for Service ${parent?.namespace}/${parent?.name} has a wrong reference; cleaning up`
    this.remove(address, 'IPAddressWrongReference', note)
  }

  private later(name: string, delay: number): void {
    if (this.waiting.has(name)) return
    this.waiting.add(name)
    const look = () => {
      this.waiting.delete(name)
      const address = this.server.cached(ADDRESSES, '', name)
      if (address) this.lookAtNew(address)
    }
    this.server.io.after(delay, look, { background: true })
  }

  private make(ip: string, service: ApiObject): void {
    this.ask({ method: 'POST', path: PATH, body: ipAddressFor(ip, service.metadata) }, (status) => {
      if (status === 201) this.failures.delete(ip)
      else this.again(ip, () => this.lookAgain(service))
    })
  }

  private makeAnew(ip: string, service: ApiObject): void {
    this.ask({ method: 'DELETE', path: `${PATH}/${ip}` }, (status) => {
      if (isGone(status)) this.make(ip, service)
      else this.again(ip, () => this.lookAgain(service))
    })
  }

  private remove(address: ApiObject, reason: string, note: string): void {
    const { name = '' } = address.metadata
    this.events.warn(address, { reason, action: 'IPAddressAllocation', note })
    this.ask({ method: 'DELETE', path: `${PATH}/${name}` }, (status) => {
      if (isGone(status)) this.failures.delete(name)
      else this.again(name, () => this.later(name, 1))
    })
  }

  private lookAgain({ metadata: { namespace = '', name = '' } }: ApiObject): void {
    const service = this.server.cached(SERVICES, namespace, name)
    if (service) this.lookAtService(service)
  }

  private again(key: string, look: () => void): void {
    const failures = this.failures.get(key) ?? 0
    if (failures >= TRIES) return void this.failures.delete(key)
    this.failures.set(key, failures + 1)
    this.server.io.after(FIRST_DELAY * 2 ** failures, look, { background: true })
  }

  private warn(service: ApiObject, reason: string, note: string): void {
    this.events.warn(service, { reason, action: 'ClusterIPAllocation', note })
  }
}

const isGone = (status: number) => status === 200 || status === 404
const isService = (parent: ReturnType<typeof parentOf>) => (parent?.group ?? '') === '' && parent?.resource === 'services'
const isAllocators = ({ metadata }: ApiObject) => metadata.labels?.['ipaddress.kubernetes.io/managed-by'] === ALLOCATOR
