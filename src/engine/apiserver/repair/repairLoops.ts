// What Services hold is compared with what is recorded as held, and made right: a request that etcd or the server left half done is not
// the last word. Addresses are looked at as they change, addresses and ports all three minutes, with a first look when the server is ready.
// Leaves out: that upstream's server is not ready before the first look has ended.
// Upstream: kubernetes pkg/registry/core/rest/storage_core.go, pkg/controlplane/instance.go (repairLoopInterval)

import type { ApiObject } from '../../api/object'
import type { EtcdOp, EtcdReply } from '../../base/wire'
import type { ServerState } from '../serverState'
import { AddressRepair, ADDRESSES, SERVICES } from './addressRepair'
import { PortRepair } from './portRepair'
import type { AskSelf } from '../loopback'

const INTERVAL = 3 * 60_000

export class RepairLoops {
  private readonly addresses: AddressRepair
  private readonly ports: PortRepair

  /** `ask` sends a request to this server's own front door; `call` goes straight to etcd. */
  constructor(
    private readonly server: ServerState,
    ask: AskSelf,
    call: (op: EtcdOp, then: (reply: EtcdReply) => void) => void,
  ) {
    this.addresses = new AddressRepair(server, ask)
    this.ports = new PortRepair(server, ask, call)
  }

  begin(): void {
    this.addresses.lookAtAll()
    this.ports.look()
    this.server.io.after(INTERVAL, () => this.begin(), { background: true })
  }

  /** An object was made or changed, and the caches have seen all that came before. */
  heard(storage: string, object: ApiObject): void {
    if (storage === SERVICES) this.addresses.lookAtService(object)
    else if (storage === ADDRESSES) this.addresses.lookAtNew(object)
  }
}
