// One of several replicas leads: it holds a Lease, and says so in an Event. This model has one replica of each, so taking the Lease always succeeds.
// Leaves out: renewing (a heartbeat), losing the lead, waiting for the former holder's 15 s.
// Upstream: client-go tools/leaderelection/leaderelection.go

import type { ApiObject } from '../api/object'
import { rfc3339Micro } from '../api/time'
import type { PartIo } from '../base/part'
import type { EventRecorder } from './eventRecorder'
import type { ClientApi } from './types'

const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const SECONDS = 15
const JSON_BODY = { 'content-type': 'application/json' }
const RETRY = 2000

/** Takes the Lease kube-system/<name>; calls `elected` when it is held. */
export function lead(io: PartIo, client: ClientApi, events: EventRecorder, name: string, elected: () => void): void {
  const holderIdentity = `vm_${io.random.uuid()}`
  const attempt = () => {
    const now = rfc3339Micro(io.epochNow)
    const spec = { holderIdentity, leaseDurationSeconds: SECONDS, acquireTime: now, renewTime: now, leaseTransitions: 0 }
    client.request({ method: 'GET', path: `${PATH}/${name}` }, (found) => {
      const known = found.status === 200 && 'body' in found ? (found.body as unknown as ApiObject) : null
      const body = known
        ? { ...known, spec }
        : { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata: { name, namespace: 'kube-system' }, spec }
      const request = known ? { method: 'PUT', path: `${PATH}/${name}` } : { method: 'POST', path: PATH }
      client.request({ ...request, headers: JSON_BODY, body }, (answer) => {
        if ((answer.status !== 200 && answer.status !== 201) || !('body' in answer)) {
          io.after(RETRY, attempt, { background: true })
          return
        }
        events.event(answer.body as unknown as ApiObject, {
          type: 'Normal',
          reason: 'LeaderElection',
          message: `${holderIdentity} became leader`,
        })
        elected()
      })
    })
  }
  attempt()
}
