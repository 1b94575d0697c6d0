// What a fault does to a cluster when it is put in force, and when it is repaired: to processes, links, machines and certificates.
// Which faults there are: base/fault.ts.

import { faultName, heldDown, type Fault } from '../base/fault'
import type { HopIndex } from '../base/hop'
import type { PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { Message } from '../base/wire'
import type { Machine } from '../kubelet/machine'
import type { WebhookServer } from '../webhook/webhookServer'
import type { Clock, Connections } from './connections'
import type { Processes } from './processes'

type LinkFault = Extract<Fault, { kind: 'cut' | 'slow' }>

/** What faults happen to. */
export interface Faulty {
  readonly clock: Clock
  readonly connections: Connections
  readonly processes: Processes
  readonly webhook: WebhookServer | null
  /** The machine of a node, whose kubelet will act because of the hop. */
  machineOf(node: string, hop: HopIndex): Machine
}

export class Faults {
  private readonly byName = new Map<string, Fault>()
  /** Clients' certificates by common name, with when they expired: epoch milliseconds. */
  private readonly expired = new Map<string, number>()

  constructor(private readonly on: Faulty) {}

  /** In the order in which they came. */
  get inForce(): readonly Fault[] {
    return [...this.byName.values()]
  }

  /** The fault of that name that is in force, as it was put in force: a slow link by another time is the same fault. */
  find(fault: Fault): Fault | undefined {
    return this.byName.get(faultName(fault))
  }

  /** `hop` tells of it. */
  inject(fault: Fault, hop: HopIndex): void {
    this.byName.set(faultName(fault), fault)
    this.change(fault, true, hop)
  }

  repair(fault: Fault, hop: HopIndex): void {
    this.byName.delete(faultName(fault))
    this.change(fault, false, hop)
  }

  /** A message as it is sent: a client's certificate is shown with its end once that is over. */
  signed(message: Message): Message {
    if (this.expired.size === 0 || message.type !== 'http.request') return message
    const { clientCertificate } = message.request
    const notAfter = clientCertificate && this.expired.get(clientCertificate.commonName)
    return notAfter === undefined
      ? message
      : { ...message, request: { ...message.request, clientCertificate: { ...clientCertificate!, notAfter } } }
  }

  private change(fault: Fault, active: boolean, hop: HopIndex): void {
    const { connections, processes, webhook } = this.on
    switch (fault.kind) {
      case 'stopped':
      case 'nodeDown':
        if (!active) return this.bringUp(heldDown(fault), hop)
        return processes.end(heldDown(fault), hop, (id) => connections.ended(id, hop))
      case 'cut':
      case 'slow':
        return this.changeLink(fault, active, hop)
      case 'watch':
        if (active) connections.silence(fault.client, fault.of)
        else connections.breakSilent(fault.client, fault.of, hop)
        return
      case 'shortage':
        return this.on.machineOf(fault.node, hop).setShort(fault.resource, active)
      case 'webhook':
        invariant(webhook, 'a cluster with a webhook server')
        webhook.mood = this.inForce.flatMap((f) => (f.kind === 'webhook' ? [f.answer] : [])).at(-1) ?? 'allows'
        return
      case 'expired':
        if (fault.certificate === 'kube-apiserver') connections.expire(active ? this.connected() : null)
        else if (active) this.expired.set(fault.certificate, this.on.clock.epochNow)
        else this.expired.delete(fault.certificate)
    }
  }

  /** The user's programs connect anew each time. */
  private connected(): PartId[] {
    const { processes } = this.on
    return processes.ids.filter((id) => id !== 'user' && processes.isUp(id))
  }

  /** A part comes back once no fault holds it down any more. */
  private bringUp(parts: readonly PartId[], hop: HopIndex): void {
    const { processes } = this.on
    const held = new Set(this.inForce.flatMap(heldDown))
    for (const id of parts) {
      if (processes.isUp(id) || held.has(id)) continue
      processes.start(id, hop)
      processes.tellLinks(id, hop)
    }
  }

  private changeLink(fault: LinkFault, active: boolean, hop: HopIndex): void {
    const { processes } = this.on
    const { from, to, oneWay = false } = fault
    invariant(processes.has(from) && processes.has(to) && from !== to, 'two parts of this cluster', { from, to })
    this.changeWay(from, to, fault, active, hop)
    if (!oneWay) this.changeWay(to, from, fault, active, hop)
    processes.tellLink(from, to, hop)
    processes.tellLink(to, from, hop)
  }

  private changeWay(from: PartId, to: PartId, fault: LinkFault, active: boolean, hop: HopIndex): void {
    const { connections } = this.on
    if (fault.kind === 'slow') connections.slow(from, to, active ? fault.by : -fault.by)
    else if (active) connections.cut(from, to, hop)
    else connections.mend(from, to)
  }
}
