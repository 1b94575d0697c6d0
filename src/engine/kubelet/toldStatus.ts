// What a Pod's worker told of it last: told again only when it has changed, or when somebody else wrote over it.
// Upstream: kubernetes pkg/kubelet/status/status_manager.go (SetPodStatus, needsReconcile)

import type { Pod, PodStatus } from '../api/kinds/pod/types'
import type { Timer } from '../base/part'
import { agrees } from './podConditions'
import type { PodContext } from './podContext'
import { sameRecord, type PodRecord } from './podRecord'
import { statusOf } from './podStatus'

/** Whether it says what was told and nothing more. */
const isAsTold = (pod: Pod, told: PodStatus) => Object.keys(pod.status).length === Object.keys(told).length && agrees(pod, told)

/** As it is stored, but no more on its way out than its worker knows: that it is deleted may not have been heard of yet, or only its mirror is. */
const knownAs = (stored: Pod, { metadata: { deletionTimestamp } }: Pod): Pod => ({
  ...stored,
  metadata: { ...stored.metadata, deletionTimestamp },
})

export class ToldStatus {
  private told: PodRecord | null = null
  /** The status that was made of it last. */
  private sent: PodStatus | null = null
  private round: Timer | null = null

  constructor(private readonly context: Pick<PodContext, 'statuses' | 'io'>) {}

  /** Sent when the Pod has been read; nothing is sent if nothing has changed since the last. `done` comes when it is stored. */
  tell(pod: Pod, snapshot: PodRecord, done?: () => void): void {
    if (this.told && !done && sameRecord(this.told, snapshot)) return
    this.told = snapshot
    const make = (stored: Pod) => (this.sent = statusOf(knownAs(stored, pod), snapshot, this.context.io.epochNow))
    this.context.statuses.send(pod, { make, stored: (answer) => this.stored(answer), done })
  }

  /** What is stored as it was told stands once. */
  private stored(answer: Pod): void {
    if (this.sent && isAsTold(answer, this.sent)) this.sent = answer.status
  }

  /** The next time it is told whether or not it has changed. */
  forget(): void {
    this.told = null
  }

  /** Whether what is stored of the Pod says what was told: if not, the next round calls `again`. */
  compare(current: () => Pod, again: () => void): void {
    const differs = () => this.sent !== null && !agrees(current(), this.sent)
    if (!differs()) return
    this.round ??= this.context.io.after(
      this.context.statuses.untilRound,
      () => {
        this.round = null
        if (!differs()) return
        this.forget()
        again()
      },
      { background: true },
    )
  }

  close(): void {
    this.round?.cancel()
  }
}
