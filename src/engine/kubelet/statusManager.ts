// Sends a Pod's status to the API server: GET, then a strategic merge PATCH of what differs; one at a time for each Pod, the newest wins.
// What was not stored, for whatever reason, is told again with the next status of any Pod, and in the next round.
// Upstream: kubernetes pkg/kubelet/status/status_manager.go (syncBatch, syncPod), pkg/util/pod/pod.go

import { types } from '../api/kinds/types'
import type { Pod, PodStatus } from '../api/kinds/pod/types'
import { createStrategicPatch } from '../api/patch/strategicDiff'
import type { HopIndex } from '../base/ids'
import type { JsonObject } from '../base/json'
import { oneText } from '../base/oneText'
import type { Millis, PartIo, Timer } from '../base/part'
import { bodyOf } from '../client/answers'
import { read, strategicPatch } from '../client/requests'
import type { ClientApi } from '../client/types'
import { isReported } from './staticPods'

const ROUND: Millis = 10_000
const statusSchema = types.struct('Pod').field('status')

interface Telling {
  /** The status for the Pod as the server has it: called when the GET has answered. */
  readonly make: (pod: Pod) => PodStatus
  /** Hears how it is stored. */
  readonly stored?: (pod: Pod) => void
  /** The status is stored. */
  readonly done?: (() => void) | undefined
}

interface Sending {
  pod: Pod
  /** What to send. */
  next: (Telling & { readonly cause: HopIndex | null }) | null
  busy: boolean
}

export class StatusManager {
  private readonly pods = new Map<string, Sending>()
  /** Those that the server did not take. */
  private readonly untold = new Set<Sending>()
  private readonly since: Millis
  private round: Timer | null = null

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
  ) {
    this.since = io.now
  }

  send(pod: Pod, telling: Telling): void {
    const uid = pod.metadata.uid!
    let sending = this.pods.get(uid)
    if (!sending) this.pods.set(uid, (sending = { pod, next: null, busy: false }))
    sending.pod = pod
    sending.next = { ...telling, cause: this.io.cause, done: both(sending.next?.done, telling.done) }
    this.untold.delete(sending)
    this.pump(sending)
    this.tellAgain()
  }

  forget(uid: string): void {
    const sending = this.pods.get(uid)
    if (sending) this.untold.delete(sending)
    this.pods.delete(uid)
  }

  /** Milliseconds until the next round: they are counted from the start. */
  get untilRound(): Millis {
    return ROUND - ((this.io.now - this.since) % ROUND)
  }

  private tellAgain(): void {
    const { cause } = this.io
    for (const sending of [...this.untold]) {
      this.untold.delete(sending)
      this.pump(sending)
    }
    this.io.cause = cause
  }

  private pump(sending: Sending): void {
    const { next, pod } = sending
    if (!next || sending.busy) return
    sending.next = null
    sending.busy = true
    const path = oneText(`/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`)
    const finish = (stored: boolean) => {
      sending.busy = false
      if (stored) next.done?.()
      this.pump(sending)
    }
    // No answer, or a refusal: something newer is tried at once.
    const failed = () => {
      sending.busy = false
      const newer = sending.next
      sending.next = newer ? { ...newer, done: both(next.done, newer.done) } : next
      if (newer) this.pump(sending)
      else this.tellInNextRound(sending)
    }
    this.io.cause = next.cause
    this.client.request(read(path), (response) => {
      // It is gone: the watch will tell.
      if (response.status === 404) return finish(false)
      const stored = bodyOf<Pod>(response)
      if (!stored) return failed()
      if (!isReported(stored, pod)) return finish(false)
      const status = createStrategicPatch(stored.status, next.make(stored), statusSchema)
      if (Object.keys(status).length === 0) return finish(true)
      const body: JsonObject = { metadata: { uid: stored.metadata.uid }, status }
      this.client.request(strategicPatch(oneText(`${path}/status`), body), (answer) => {
        const patched = bodyOf<Pod>(answer)
        if (!patched) return failed()
        next.stored?.(patched)
        finish(true)
      })
    })
  }

  private tellInNextRound(sending: Sending): void {
    if (this.pods.get(sending.pod.metadata.uid!) !== sending) return
    this.untold.add(sending)
    this.round ??= this.io.after(
      this.untilRound,
      () => {
        this.round = null
        this.tellAgain()
      },
      { background: true },
    )
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
