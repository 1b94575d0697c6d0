// Sends a Pod's status to the API server: GET, then a strategic merge PATCH of what differs; one at a time for each Pod, the newest wins,
// and again when the server was not there.
// Upstream: kubernetes pkg/kubelet/status/status_manager.go, pkg/util/pod/pod.go

import { types } from '../api/kinds/types'
import type { Pod, PodStatus } from '../api/kinds/pod/types'
import { createStrategicPatch } from '../api/patch/strategicDiff'
import type { HopIndex } from '../base/ids'
import type { JsonObject } from '../base/json'
import { oneText } from '../base/oneText'
import type { PartIo } from '../base/part'
import { bodyOf } from '../client/answers'
import { read, strategicPatch } from '../client/requests'
import type { ClientApi } from '../client/types'
import { isReported } from './staticPods'

/** Milliseconds: the status manager's own round. */
const RETRY = 10_000
const statusSchema = types.struct('Pod').field('status')

interface Telling {
  /** The status for the Pod as the server has it: called when the GET has answered. */
  readonly make: (pod: Pod) => PodStatus
  /** Hears how it is stored. */
  readonly stored?: (pod: Pod) => void
  readonly done?: (() => void) | undefined
}

interface Sending {
  /** What to send. */
  next: (Telling & { readonly cause: HopIndex | null }) | null
  busy: boolean
}

/** No answer, or none that says how it is: the server cannot be reached, cannot reach etcd, or does not believe who asks. */
const isAway = (status: number) => status === 0 || status === 401 || status === 429 || status >= 500

export class StatusManager {
  private readonly pods = new Map<string, Sending>()

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
  ) {}

  send(pod: Pod, telling: Telling): void {
    const uid = pod.metadata.uid!
    let sending = this.pods.get(uid)
    if (!sending) this.pods.set(uid, (sending = { next: null, busy: false }))
    sending.next = { ...telling, cause: this.io.cause, done: both(sending.next?.done, telling.done) }
    if (!sending.busy) this.pump(pod, sending)
  }

  forget(uid: string): void {
    this.pods.delete(uid)
  }

  private pump(pod: Pod, sending: Sending): void {
    const { next } = sending
    if (!next) return
    sending.next = null
    sending.busy = true
    const path = oneText(`/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`)
    const finish = () => {
      sending.busy = false
      next.done?.()
      this.pump(pod, sending)
    }
    // The server is away: what was to be told is told later, unless something newer is by then.
    const again = () => {
      sending.next = sending.next ? { ...sending.next, done: both(next.done, sending.next.done) } : next
      this.io.after(
        RETRY,
        () => {
          sending.busy = false
          this.pump(pod, sending)
        },
        { background: true },
      )
    }
    this.io.cause = next.cause
    this.client.request(read(path), (response) => {
      if (isAway(response.status)) return again()
      const stored = 'body' in response ? (response.body as unknown as Pod) : null
      if (response.status !== 200 || !stored || !isReported(stored, pod)) return finish()
      const status = createStrategicPatch(stored.status, next.make(stored), statusSchema)
      if (Object.keys(status).length === 0) return finish()
      const body: JsonObject = { metadata: { uid: stored.metadata.uid }, status }
      this.client.request(strategicPatch(oneText(`${path}/status`), body), (answer) => {
        if (isAway(answer.status)) return again()
        const patched = bodyOf<Pod>(answer)
        if (patched) next.stored?.(patched)
        finish()
      })
    })
  }
}

/** Who waits for a status that something newer takes the place of waits for that. */
function both(first: (() => void) | undefined, second: (() => void) | undefined): (() => void) | undefined {
  if (!first || !second) return first ?? second
  return () => {
    first()
    second()
  }
}
