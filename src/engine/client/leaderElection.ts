// One of several replicas leads: it holds a Lease, and says so in an Event. Who starts waits until the former holder has not renewed the Lease
// for 15 s of its own watching: after a restart, too, for each process has a name of its own.
// Leaves out: losing the lead (a process that cannot renew for 10 s ends), giving it up when the process is ended in order.
// Upstream: client-go tools/leaderelection/{leaderelection,resourcelock/leaselock}.go

import type { ApiObject } from '../api/object'
import { rfc3339Micro } from '../api/scalars/time'
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
    readonly acquireTime?: string
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
  let seen: { readonly lease: string; readonly at: Millis } | null = null

  function* attempt(): Sync<Lease | null> {
    const found = yield* ask(read(`${LEASES}/${name}`))
    if (found.status === 404) return bodyOf<Lease>(yield* ask(create(LEASES, leaseOf(name, spec(rfc3339Micro(io.epochNow), 0)))))
    const known = bodyOf<Lease>(found)
    if (!known) return null
    const { holderIdentity, renewTime, leaseTransitions = 0 } = known.spec
    const lease = `${holderIdentity ?? ''} ${renewTime ?? ''}`
    if (seen?.lease !== lease) seen = { lease, at: io.now }
    if (holderIdentity && io.now < seen.at + DURATION * 1000) return null
    return bodyOf<Lease>(
      yield* ask(replace(`${LEASES}/${name}`, { ...known, spec: spec(rfc3339Micro(io.epochNow), leaseTransitions + 1) })),
    )
  }
  const spec = (acquireTime: string, leaseTransitions: number) => ({
    holderIdentity: me,
    leaseDurationSeconds: DURATION,
    acquireTime,
    renewTime: rfc3339Micro(io.epochNow),
    leaseTransitions,
  })
  const campaign = () =>
    perform(client, attempt(), (held) => {
      if (!held) return void io.after(RETRY * (1 + JITTER * io.random.next()), campaign, { background: true })
      events.event(held, { type: 'Normal', reason: 'LeaderElection', message: `${me} became leader` })
      election.elected()
      if (election.renews) renewLater(held)
    })
  const renewLater = (held: Lease): void =>
    void io.after(
      RETRY,
      () => {
        const renewed = { ...held, spec: { ...held.spec, renewTime: rfc3339Micro(io.epochNow) } }
        client.request(replace(`${LEASES}/${name}`, renewed), (answer) => renewLater(bodyOf<Lease>(answer) ?? held))
      },
      { background: true },
    )
  campaign()
}

const leaseOf = (name: string, spec: Lease['spec']) => ({
  kind: 'Lease',
  apiVersion: 'coordination.k8s.io/v1',
  metadata: { name, namespace: 'kube-system' },
  spec,
})
