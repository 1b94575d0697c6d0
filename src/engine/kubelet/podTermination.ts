// How a Pod ends on its node: by itself when its containers have, by a deletion, at its deadline, or because the node never took it.
// Its containers are stopped, then its sandbox; the status is told at each step, and after a deletion the object goes.
// Upstream: kubernetes pkg/kubelet/pod_workers.go (SyncTerminatingPod, SyncTerminatedPod), kubelet.go (rejectPod), active_deadline.go

import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { Timer } from '../base/part'
import type { Eviction } from './eviction'
import { PodKill, type KilledPod } from './podKill'
import { isInitialized, NEVER_RAN, neverRun, neverStarted, takeTold, type ContainerRecord, type PodRecord } from './podRecord'
import { removePod } from './podRemoval'
import { isSeenOver, shown } from './podStatus'
import type { PodVolumes } from './podVolumes'
import type { PodContext } from './podContext'
import { refusedStatus } from './refusedStatus'

/** Milliseconds; as the recorded audit logs show them. */
const TERMINATED = 1000
/** The next look at what the runtime has comes within a second: half of one is what it takes in between. */
const REMOVE = 500
/** The first round of cleaning after a start; and seconds that a Pod gets which is not to run. */
const CLEANING = 2000
const ORPHAN_GRACE = 1

const EXCEEDED = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' }

interface Due {
  readonly verdict: NonNullable<PodRecord['verdict']>
  /** Seconds, whatever the Pod says. */
  readonly grace: number | undefined
}

export interface EndingPod extends KilledPod {
  readonly volumes: PodVolumes
  /** Ends its probes, or all but those of readiness. */
  stopProbes(keepReadiness?: boolean): void
  /** `done` comes when the status is stored. */
  tell(done?: () => void): void
  /** `act` ends it, once the sync under way is through, unless something else is about to. */
  endBy(act: () => void): void
}

export class PodTermination {
  /** Nothing is started any more. */
  ending = false
  /** Nothing of it is left on the node. */
  over = false
  /** The object is no longer in the API. */
  gone = false
  /** Of a Pod that the node did not take, of which nothing but that was told: tells so again. */
  refused: (() => void) | null = null
  private deleting = false
  /** Why the node ends it, and how fast: taken up when it begins to end, whatever ends it then. */
  private due: Due | null = null
  /** When it began to end: an init container that is stopped then has not brought it there. */
  private initialized = true
  private readonly kill: PodKill

  constructor(
    private readonly target: EndingPod,
    private readonly context: PodContext,
  ) {
    this.kill = new PodKill(target, context)
  }

  /** The Pod ends by itself: what still runs of it is stopped, and a sync later it is told to be over. */
  finish(): void {
    const { target } = this
    this.begin()
    const { verdict, givenPhase } = target.record
    // What is ended from outside is stopped as it runs, main containers too.
    if (!verdict && !givenPhase && !isSeenOver(target.pod, target.record)) return this.finishSidecars()
    target.tell()
    target.stopProbes()
    this.stop(this.running, () => this.after(TERMINATED, () => this.finished()), this.grace)
  }

  /** Its deadline is over: the sync after the one that saw it stops what runs, and the sandbox, and with that the Pod has ended. */
  private exceeded(): void {
    const { target, context } = this
    context.events.event(target.pod, { type: 'Normal', ...EXCEEDED })
    this.begin()
    target.tell()
    target.stopProbes()
    const stopped = () => {
      target.record.sandboxReady = false
      this.finished()
    }
    this.after(TERMINATED, () => {
      // A deletion that came meanwhile stops it.
      if (!this.deleting) this.stop(this.running, () => this.stopSandbox(stopped))
    })
  }

  /** Only sidecars run: the sync that saw it stops them, and the sandbox; the next one tells so, and the one after that ends the Pod. */
  private finishSidecars(): void {
    const { target } = this
    target.tell()
    target.stopProbes()
    this.stop(this.running, () => {
      target.record.sandboxReady = false
      this.stopSandbox()
      target.tell()
      this.after(2 * TERMINATED, () => this.finished())
    })
  }

  private finished(): void {
    const { target } = this
    this.leave()
    target.record.phaseHeld = false
    target.volumes.release()
    if (target.record.sandboxReady) this.stopSandbox()
    target.record.sandboxReady = false
    stayAsShown(target)
    target.tell()
    const failed = neverRun(target.record.containers, this.initialized)
    if (failed.length > 0)
      this.after(REMOVE, () => {
        this.sayNeverRan(failed)
        target.tell()
      })
  }

  /** Nothing is started any more, and nothing is said to be over yet. */
  private begin(): void {
    const { record } = this.target
    if (!this.ending) {
      this.initialized = isInitialized(record.containers)
      if (this.due) record.verdict = this.due.verdict
      else if (this.isPastDeadline) record.verdict = EXCEEDED
    }
    this.ending = true
    record.phaseHeld = true
  }

  private sayNeverRan(containers: readonly ContainerRecord[]): void {
    for (const container of containers) container.state = NEVER_RAN
    this.target.record.neverRan = true
  }

  delete(): void {
    if (this.deleting || this.gone) return
    this.deleting = true
    const { target } = this
    const { record, pod } = target
    const over = this.ending
    record.generation = pod.metadata.generation ?? record.generation
    this.begin()
    if (over && record.verdict && target.sandbox === '') {
      record.phaseHeld = false
      if (this.refused) this.tellEnd()
      return this.removeAfterTold()
    }
    target.stopProbes(true)
    const stopped = () => {
      target.stopProbes()
      this.stopSandbox(() => this.terminated())
    }
    const { running } = this
    this.stop(running, stopped, over ? undefined : this.grace)
    // With nothing to stop, the next status is there before this one is sent; to stop a sandbox takes a while.
    if (running.length > 0 || (!over && target.sandbox !== '')) target.tell()
  }

  /** Its object is gone: it is stopped now, or as it is being stopped, and nobody is told. What the runtime keeps of it goes with its object. */
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
    this.kill.whenIdle(() => {
      if (this.over) remove()
      else this.stop(running, () => this.stopSandbox(remove))
    })
  }

  /** The Pod ends when its time is over, unless that is changed before. */
  keepDeadline(): void {
    const over = () => {
      if (!this.ending && this.isPastDeadline) this.exceeded()
    }
    this.after(Math.max(0, this.untilDeadline), () => {
      if (this.isPastDeadline) this.target.endBy(over)
    })
  }

  /** Seconds that the node gives it, unless a deletion gives less. */
  private get grace(): number | undefined {
    const { deletionGracePeriodSeconds: asked } = this.target.pod.metadata
    const given = this.due?.grace
    return given !== undefined && asked !== undefined ? Math.min(given, Number(asked)) : given
  }

  private get isPastDeadline(): boolean {
    return this.untilDeadline <= 0
  }

  /** Milliseconds; without end where none was set. */
  private get untilDeadline(): number {
    const { pod, record } = this.target
    const { activeDeadlineSeconds } = pod.spec
    if (activeDeadlineSeconds === undefined) return Infinity
    return Date.parse(record.startTime) + Number(activeDeadlineSeconds) * 1000 - this.context.io.epochNow
  }

  /** The node ends the Pod, which stays to be read as failed. One that is ending already ends as it would have. */
  evict({ reason, message, disruption, annotations, grace }: Eviction): void {
    this.context.events.event(this.target.pod, { type: 'Warning', reason, message, annotations })
    if (this.ending) return
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: disruption } as const
    this.due ??= { verdict: { reason, message, condition }, grace }
    this.target.endBy(() => this.finish())
  }

  /** The node does not take the Pod: it has failed before anything was done for it, unless an earlier kubelet ran it. */
  reject(verdict: NonNullable<PodRecord['verdict']>, adopt: (done: () => void) => void): void {
    this.ending = this.over = true
    const { pod, record } = this.target
    this.context.events.event(pod, { type: 'Warning', reason: verdict.reason, message: verdict.message })
    const told = { ...verdict, message: `Pod was rejected: ${verdict.message}` }
    record.verdict = told
    const { statuses } = this.context
    const isKnown = pod.status.startTime !== undefined
    const send = (mayRun: boolean) => {
      this.refused = () => statuses.send(this.target.pod, { make: (stored) => refusedStatus(stored, record, told, mayRun) })
      this.refused()
    }
    send(isKnown)
    if (!isKnown) return
    const failed = () => this.after(statuses.untilRound, () => this.deleting || send(false), { background: true })
    const stop = () => this.deleting || this.stop(this.running, () => this.stopSandbox(failed), ORPHAN_GRACE)
    this.look(adopt, () => this.after(CLEANING, stop))
  }

  /** The API had it as ended when this kubelet saw it first: by an earlier one, or others said so and it runs. */
  seenEnded(adopt: (done: () => void) => void): void {
    const { target } = this
    const { record, pod } = target
    const { phase = '', reason, message } = pod.status
    this.ending = this.over = true
    record.givenPhase = phase
    if (reason && message) record.verdict = { reason, message }
    this.look(adopt, () => {
      takeTold(record, pod)
      if (!record.sandboxReady && this.running.length === 0) return this.tellEnd()
      this.over = false
      this.finish()
    })
  }

  /** What the runtime has of it, before anything else is done. */
  private look(adopt: (done: () => void) => void, then: () => void): void {
    adopt(() => {
      this.target.stopProbes()
      then()
      if (this.target.pod.metadata.deletionTimestamp) this.delete()
    })
  }

  /** The Pod was refused, and is looked at anew, as it was changed: it is told how it ended, as of any other. */
  lookedAt(): void {
    if (this.refused && isPodPhaseTerminal(this.target.pod.status.phase)) this.tellEnd()
  }

  /** All that is known of its end, twice: once as it is found, and once more with what never ran. */
  tellEnd(): void {
    const { target } = this
    const { record } = target
    this.refused = null
    this.initialized = isInitialized(record.containers)
    target.tell()
    const failed = neverRun(record.containers, this.initialized)
    if (failed.length > 0) this.sayNeverRan(failed)
    if (failed.length > 0) target.tell()
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
      this.sayNeverRan(failed)
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

/** Nothing is looked at anew: a container that is said to wait, and why, does so from now on. */
function stayAsShown({ pod, record }: EndingPod): void {
  for (const c of record.containers) {
    const { state, lastState } = shown(pod, c)
    Object.assign(c, { state, lastState, held: null })
  }
}
