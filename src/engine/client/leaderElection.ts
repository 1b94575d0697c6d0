// One of several replicas leads: it holds a Lease, and says so in an Event. Who starts waits until the former holder has not renewed the Lease
// for 15 s of its own watching: after a restart, too, for each process has a name of its own.
// Leaves out: losing the lead (a process that cannot renew for 10 s ends), giving it up when the process is ended in order.
// Upstream: client-go tools/leaderelection/{leaderelection,resourcelock/leaselock}.go

import type { ApiObject } from '../api/object'
import { rfc3339Micro } from '../api/scalars/time'
import type { JsonObject } from '../base/json'
import type { Millis, PartIo } from '../base/part'
import type { EventRecorder } from './eventRecorder'
import { bodyOf } from './answers'
import { create, read, replace } from './requests'
import { ask, perform, type Sync } from './sync'
import type { ClientApi } from './types'

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
/** Seconds, and milliseconds. */
const DURATION = 15
const RETRY = 2000
const JITTER = 1.2

interface Lease extends ApiObject {
  readonly spec: {
    readonly holderIdentity?: string
    readonly acquireTime?: string | null
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

export interface Election {
  readonly io: PartIo
  readonly client: ClientApi
  readonly events: EventRecorder
  /** Of the Lease in kube-system. */
  readonly name: string
  /** Whether the Lease is renewed every two seconds, in the background. */
  readonly renews: boolean
  elected(): void
}

/** Takes the Lease as soon as nobody else holds it, and keeps it. */
export function lead(election: Election): void {
  const { io, client, name, events } = election
  const me = `vm_${io.random.uuid()}`
  const path = `${LEASES}/${name}`
  let held: Lease | null = null
  let seen: { readonly lease: string; readonly at: Millis } | null = null

  /** What is held is renewed as it was last seen; what somebody wrote over, or deleted, is looked at first. */
  function* acquireOrRenew(): Sync<Lease | null> {
    const renewed = held && bodyOf<Lease>(yield* ask(replace(path, { ...held, spec: spec(held.spec) })))
    if (renewed) return renewed
    const found = yield* ask(read(path))
    if (found.status === 404) return bodyOf<Lease>(yield* ask(create(LEASES, leaseOf(name, spec(taken(0))))))
    const known = bodyOf<Lease>(found)
    if (!known) return null
    const { holderIdentity, renewTime, leaseTransitions = 0 } = known.spec
    const lease = `${holderIdentity ?? ''} ${renewTime ?? ''}`
    if (seen?.lease !== lease) seen = { lease, at: io.now }
    const isMine = held !== null && holderIdentity === me
    if (holderIdentity && !isMine && io.now < seen.at + DURATION * 1000) return null
    return bodyOf<Lease>(yield* ask(replace(path, { ...known, spec: spec(isMine ? known.spec : taken(leaseTransitions + 1)) })))
  }
  const taken = (leaseTransitions: number) => ({ acquireTime: rfc3339Micro(io.epochNow), leaseTransitions })
  const spec = ({ acquireTime = null, leaseTransitions = 0 }: Lease['spec']) => ({
    holderIdentity: me,
    leaseDurationSeconds: DURATION,
    acquireTime,
    renewTime: rfc3339Micro(io.epochNow),
    leaseTransitions,
  })
  const campaign = () =>
    perform(client, acquireOrRenew(), (lease) => {
      if (!lease) return void io.after(RETRY * (1 + JITTER * io.random.next()), campaign, { background: true })
      held = lease
      events.event(lease, { type: 'Normal', reason: 'LeaderElection', message: `${me} became leader` })
      election.elected()
      if (election.renews) renewLater()
    })
  const renewLater = (): void => void io.after(RETRY, renew, { background: true })
  const renew = () =>
    perform(client, acquireOrRenew(), (lease) => {
      if (lease) held = lease
      renewLater()
    })
  campaign()
}

const leaseOf = (name: string, spec: JsonObject) => ({
  kind: 'Lease',
  apiVersion: 'coordination.k8s.io/v1',
  metadata: { name, namespace: 'kube-system' },
  spec,
})
