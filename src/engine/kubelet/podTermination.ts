// How a Pod ends on its node: by itself when its containers have, by a deletion, at its deadline, or because the node never took it.
// Its containers are stopped, then its sandbox; the status is told at each step, and after a deletion the object goes.
// Upstream: kubernetes pkg/kubelet/pod_workers.go (SyncTerminatingPod, SyncTerminatedPod), kubelet.go (rejectPod), active_deadline.go

import type { Pod, PodStatus } from '../api/kinds/pod/types'
import type { Timer } from '../base/part'
import type { Eviction } from './eviction'
import { PodKill, type KilledPod } from './podKill'
import { isInitialized, NEVER_RAN, neverRun, neverStarted, type ContainerRecord, type PodRecord } from './podRecord'
import { removePod } from './podRemoval'
import { isSeenOver } from './podStatus'
import type { PodVolumes } from './podVolumes'
import type { PodContext } from './podContext'

/** Milliseconds; as the recorded audit logs show them. */
const TERMINATED = 1000
/** The next look at what the runtime has comes within a second: half of one is what it takes in between. */
const REMOVE = 500

export interface EndingPod extends KilledPod {
  readonly volumes: PodVolumes
  /** Ends its probes, or all but those of readiness. */
  stopProbes(keepReadiness?: boolean): void
  /** `done` comes when the status is stored. */
  tell(done?: () => void): void
}

export class PodTermination {
  /** Nothing is started any more. */
  ending = false
  /** Nothing of it is left on the node. */
  over = false
  /** The object is no longer in the API. */
  gone = false
  /** Of a Pod that the node did not take: tells so again. */
  refused: (() => void) | null = null
  private deleting = false
  /** When it was deleted: an init container that is stopped then has not brought it there. */
  private initialized = true
  private readonly kill: PodKill

  constructor(
    private readonly target: EndingPod,
    private readonly context: PodContext,
  ) {
    this.kill = new PodKill(target, context)
  }

  /** The Pod ends by itself: what still runs of it is stopped, and a sync later it is told to be over. */
  finish(grace?: number): void {
    const { target } = this
    this.ending = true
    target.record.phaseHeld = true
    // What the node itself ends is stopped as it runs, main containers too.
    if (!target.record.verdict && !isSeenOver(target.pod, target.record)) return this.finishSidecars()
    target.tell()
    target.stopProbes()
    this.stop(this.running, () => this.after(TERMINATED, () => this.finished()), grace)
  }

  /** Its deadline is over: the sync after the one that saw it stops what runs, and the sandbox; the one after that ends the Pod. */
  private exceeded(): void {
    const { target } = this
    this.ending = true
    target.record.phaseHeld = true
    target.tell()
    target.stopProbes()
    this.after(TERMINATED, () => this.stopAll(TERMINATED))
  }

  /** What runs, and the sandbox, with the Pod not yet said to be over. */
  private stopAll(thenEnd: number): void {
    const { target } = this
    this.stop(this.running, () => {
      target.record.sandboxReady = false
      this.stopSandbox()
      target.tell()
      this.after(thenEnd, () => this.finished())
    })
  }

  /** Only sidecars run: the sync that saw it stops them, and the sandbox; the next one tells so, and the one after that ends the Pod. */
  private finishSidecars(): void {
    const { target } = this
    target.tell()
    target.stopProbes()
    this.stopAll(2 * TERMINATED)
  }

  private finished(): void {
    const { target } = this
    this.leave()
    target.record.phaseHeld = false
    target.volumes.release()
    if (target.record.sandboxReady) this.stopSandbox()
    target.record.sandboxReady = false
    target.tell()
  }

  delete(): void {
    if (this.deleting || this.gone) return
    this.deleting = true
    const { target } = this
    const { record, pod } = target
    this.initialized = isInitialized(record.containers)
    const over = this.ending
    record.generation = pod.metadata.generation ?? record.generation
    this.ending = true
    record.phaseHeld = true
    if (over && record.verdict && target.sandbox === '') return this.removeAfterTold()
    target.stopProbes(true)
    const stopped = () => {
      target.stopProbes()
      this.stopSandbox(() => this.terminated())
    }
    const { running } = this
    this.stop(running, stopped)
    // With nothing to stop, the next status is there before this one is sent.
    if (running.length > 0) target.tell()
  }

  /** Forced away, it is stopped now, and nobody is told. What the runtime keeps of it goes with its object. */
  removed(done: () => void = () => {}): void {
    const running = this.ending ? [] : this.running
    this.gone = this.ending = true
    this.target.stopProbes()
    this.target.volumes.release()
    this.context.statuses.forget(this.target.pod.metadata.uid!)
    const { sandbox } = this.target
    if (sandbox === '') return done()
    const remove = () => {
      this.context.runtime.call('RemovePodSandbox', { sandbox }, () => {})
      done()
    }
    if (this.over) remove()
    else this.stop(running, () => this.stopSandbox(remove))
  }

  /** The Pod ends when its time is over, unless that is changed before. */
  keepDeadline(seconds: number | bigint): void {
    const { record } = this.target
    const left = Date.parse(record.startTime) + Number(seconds) * 1000 - this.context.io.epochNow
    this.after(Math.max(0, left), () => {
      if (this.ending || this.target.pod.spec.activeDeadlineSeconds !== seconds) return
      const message = 'Pod was active on the node longer than the specified deadline'
      this.context.events.event(this.target.pod, { type: 'Normal', reason: 'DeadlineExceeded', message })
      record.verdict = { reason: 'DeadlineExceeded', message }
      this.exceeded()
    })
  }

  /** The node ends the Pod, which stays to be read as failed. One that is ending already ends as it would have. */
  evict({ reason, message, disruption, annotations, grace }: Eviction): void {
    const { pod, record } = this.target
    this.context.events.event(pod, { type: 'Warning', reason, message, annotations })
    if (this.ending) return
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: disruption } as const
    record.verdict = { reason, message, condition }
    this.finish(grace)
  }

  /** The node does not take the Pod: it has failed before anything was done for it. */
  reject(verdict: NonNullable<PodRecord['verdict']>): void {
    this.ending = this.over = true
    const { pod, record } = this.target
    this.context.events.event(pod, { type: 'Warning', reason: verdict.reason, message: verdict.message })
    record.verdict = verdict
    this.refused = () => this.tellRefusal(verdict)
    this.refused()
  }

  private tellRefusal(verdict: NonNullable<PodRecord['verdict']>): void {
    const { pod, record } = this.target
    const make = ({ status }: Pod): PodStatus => ({
      ...status,
      observedGeneration: record.generation,
      phase: 'Failed',
      reason: verdict.reason,
      message: `Pod was rejected: ${verdict.message}`,
      startTime: record.startTime,
    })
    this.context.statuses.send(pod, { make })
  }

  /** Of a Pod that ended under an earlier kubelet, and is deleted: nothing runs, nothing is to be told. */
  clearAway(adopt: (done: () => void) => void): void {
    this.ending = this.deleting = this.over = true
    adopt(() => this.stopSandbox(() => this.removeLater()))
  }

  /** Ends with the Pod. */
  after(delay: number, act: () => void, options?: { readonly background?: boolean }): Timer {
    const wake = () => {
      if (!this.gone) act()
    }
    return this.context.io.after(delay, wake, options)
  }

  /** All containers are down: the last status, and then the end of the object itself. */
  private terminated(): void {
    const { target } = this
    const { record, volumes } = target
    this.leave()
    record.sandboxReady = false
    volumes.release()
    const last = () => {
      record.phaseHeld = false
      this.removeAfterTold(record.neverRan ? 0 : REMOVE)
    }
    const failed = neverRun(record.containers, this.initialized)
    if (failed.length === 0 && (isSeenOver(target.pod, record) || !record.containers.some(neverStarted))) return last()
    // That some never ran is only said at the very end, when nothing is looked at anew.
    target.tell()
    this.after(REMOVE, () => {
      for (const container of failed) container.state = NEVER_RAN
      record.neverRan = true
      last()
    })
  }

  /** What it took up of the node others may have. */
  private leave(): void {
    this.over = true
    this.context.resizes.retry()
  }

  private removeAfterTold(delay = REMOVE): void {
    this.target.tell(() => this.removeLater(delay))
  }

  private removeLater(delay = REMOVE): void {
    const host = { isGone: () => this.gone, untold: () => this.removeAfterTold() }
    this.after(delay, () => removePod(this.target.pod, this.context, host))
  }

  private stopSandbox(done: () => void = () => {}): void {
    this.kill.sandbox(done)
  }

  private get running(): readonly ContainerRecord[] {
    return this.target.record.containers.filter((c) => c.state.running)
  }

  private stop(running: readonly ContainerRecord[], done: () => void, grace?: number): void {
    this.kill.containers(running, done, grace)
  }
}
