// The record of the nodes' ports is made anew from the Services that there are. What it has and none of them: somebody may be about to
// write that Service, so a port is free only when it was found so three times.
// Leaves out: nothing of what is written; a full range cannot be, where each Service's ports are counted once.
// Upstream: kubernetes pkg/registry/core/service/portallocator/controller/repair.go

import { holds } from '../../api/kinds/service/allocate'
import { isNodePort, NODE_PORTS, portsOf, recordOf } from '../../api/kinds/service/nodePorts'
import type { ApiObject, JsonObject } from '../../api/object'
import type { EtcdOp, EtcdReply, KeyValue } from '../../base/wire'
import type { AskSelf } from '../loopback'
import type { ServerState } from '../serverState'
import { SERVICES } from './addressRepair'
import { RepairEvents } from './repairEvents'

export const PORTS_KEY = '/registry/ranges/servicenodeports'
/** Milliseconds, and how often etcd is asked before the next round. */
const RETRY = 1000
const TRIES = 30
const CONFLICTS = 4
const LOOKS = 3

export class PortRepair {
  private readonly events: RepairEvents
  /** Port that nobody has → looks that it is still kept for. */
  private readonly leaks = new Map<number, number>()

  constructor(
    private readonly server: ServerState,
    ask: AskSelf,
    private readonly call: (op: EtcdOp, then: (reply: EtcdReply) => void) => void,
  ) {
    this.events = new RepairEvents(server.io, ask, 'portallocator-repair-controller')
  }

  look(conflicts = 0, tries = 1): void {
    this.call({ op: 'range', key: PORTS_KEY }, (reply) => {
      if (!reply.ok) {
        if (tries < TRIES) this.server.io.after(RETRY, () => this.look(conflicts, tries + 1), { background: true })
        return
      }
      const [record] = reply.kvs
      if (record) this.repair(record, conflicts)
    })
  }

  private repair({ value, modRevision }: KeyValue, conflicts: number): void {
    const record = value as JsonObject
    const stored = portsOf(String(record.data))
    const used = this.usedPorts(stored)
    const left = [...stored].filter((port) => !used.has(port) && this.isKept(port))
    const data = recordOf([...used, ...left])
    if (data === record.data) return
    const put: EtcdOp = {
      op: 'txn',
      compare: [{ key: PORTS_KEY, modRevision }],
      success: [{ op: 'put', key: PORTS_KEY, value: { ...record, data } }],
      failure: [],
    }
    this.call(put, (reply) => {
      if (reply.ok && !reply.succeeded && conflicts < CONFLICTS) this.look(conflicts + 1)
    })
  }

  /** Whose number a port is first, has it. */
  private usedPorts(stored: ReadonlySet<number>): ReadonlySet<number> {
    const used = new Set<number>()
    for (const service of this.server.cache(SERVICES).values())
      for (const port of holds(service).ports)
        if (!isNodePort(port))
          this.warn(service, 'PortOutOfRange', `Port ${port} is not within the port range ${NODE_PORTS}; please recreate service`)
        else if (used.has(port))
          this.warn(service, 'PortAlreadyAllocated', `Port ${port} was assigned to multiple services; please recreate service`)
        else {
          used.add(port)
          this.leaks.delete(port)
          if (!stored.has(port)) this.warn(service, 'PortNotAllocated', `Port ${port} is not allocated; repairing`)
        }
    return used
  }

  private isKept(port: number): boolean {
    const looks = this.leaks.get(port) ?? LOOKS - 1
    if (looks > 0) this.leaks.set(port, looks - 1)
    return looks > 0
  }

  private warn(service: ApiObject, reason: string, note: string): void {
    this.events.warn(service, { reason, action: 'PortAllocation', note })
  }
}
