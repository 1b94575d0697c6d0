// Pods that wait for a node: ready to be tried, backing off after a failure, or waiting for a change that could help them.
// Upstream: kubernetes pkg/scheduler/backend/queue/scheduling_queue.go

import type { Pod } from '../api/kinds/pod/types'
import type { HopIndex } from '../base/ids'
import type { PartIo } from '../base/part'
import type { ClusterEvent } from './framework'

const FIRST_BACK_OFF = 1000
const MAX_BACK_OFF = 10_000

export interface QueuedPod {
  pod: Pod
  /** The hop that put it here: what the next cycle follows from. */
  cause: HopIndex | null
  attempts: number
  order: number
  failedAt: number
  /** Plugins that refused it the last time. */
  refusedBy: ReadonlySet<string>
  state: 'active' | 'backOff' | 'unschedulable' | 'gated'
}

export class SchedulingQueue {
  private readonly pods = new Map<string, QueuedPod>()
  private order = 0

  constructor(
    private readonly io: PartIo,
    private readonly wake: () => void,
    /** Whether an event may help a Pod that these plugins refused. */
    private readonly helps: (event: ClusterEvent, refusedBy: ReadonlySet<string>) => boolean,
  ) {}

  add(pod: Pod, gated: boolean): void {
    const known = this.pods.get(pod.metadata.uid!)
    if (known) {
      known.pod = pod
      if (known.state === 'gated' && !gated) this.activate(known)
      return
    }
    const queued: QueuedPod = {
      pod,
      cause: this.io.cause,
      attempts: 0,
      order: this.order++,
      failedAt: 0,
      refusedBy: new Set(),
      state: gated ? 'gated' : 'active',
    }
    this.pods.set(pod.metadata.uid!, queued)
    if (!gated) this.wake()
  }

  remove(uid: string): void {
    this.pods.delete(uid)
  }

  has(uid: string): boolean {
    return this.pods.has(uid)
  }

  /** The next Pod to try: by priority, then in the order of arrival. Taken out until `fail` gives it back. */
  pop(): QueuedPod | undefined {
    let best: QueuedPod | undefined
    for (const q of this.pods.values()) {
      if (q.state !== 'active') continue
      if (!best || priority(q) > priority(best) || (priority(q) === priority(best) && q.order < best.order)) best = q
    }
    if (best) this.pods.delete(best.pod.metadata.uid!)
    return best
  }

  /** Back into the queue after a cycle without a node. */
  fail(queued: QueuedPod, refusedBy: ReadonlySet<string>): void {
    queued.attempts++
    queued.failedAt = this.io.now
    queued.refusedBy = refusedBy
    queued.order = this.order++
    queued.state = refusedBy.size === 0 ? 'backOff' : 'unschedulable'
    this.pods.set(queued.pod.metadata.uid!, queued)
    if (queued.state === 'backOff') this.activateLater(queued)
  }

  /** Something changed: who could be helped by it is tried again, once its back-off is over. */
  moved(event: ClusterEvent): void {
    for (const q of this.pods.values()) {
      if (q.state !== 'unschedulable' || !this.helps(event, q.refusedBy)) continue
      q.cause = this.io.cause
      const left = q.failedAt + backOff(q.attempts) - this.io.now
      if (left <= 0) this.activate(q)
      else {
        q.state = 'backOff'
        this.activateLater(q)
      }
    }
  }

  private activateLater(q: QueuedPod): void {
    const { cause } = q
    this.io.after(Math.max(0, q.failedAt + backOff(q.attempts) - this.io.now), () => {
      if (this.pods.get(q.pod.metadata.uid!) !== q || q.state !== 'backOff') return
      q.cause = cause
      this.activate(q)
    })
  }

  private activate(q: QueuedPod): void {
    q.state = 'active'
    this.wake()
  }
}

const priority = ({ pod }: QueuedPod) => pod.spec.priority ?? 0
const backOff = (attempts: number) => Math.min(MAX_BACK_OFF, FIRST_BACK_OFF * 2 ** Math.max(0, attempts - 1))
