// The syncs of a Pod that is to run: each tells how things stand, then does what is next — volumes, sandbox, what its containers call for —
// until nothing is left or something has to be waited for. A Pod that is to end ends after the sync under way.
// Upstream: kubernetes pkg/kubelet/kubelet.go (SyncPod), pod_workers.go (completeWork)

import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { HopIndex } from '../base/ids'
import type { Millis, Timer } from '../base/part'
import { ContainerActions, type ActedOnPod, type ActionsOwner, type Outcome } from './containerActions'
import { isOver, type Stop } from './podActions'
import type { PodContext } from './podContext'
import { PodProbes, type ProbesFollowed } from './podProbes'
import { adoptContainers, endedState, isSidecar, type ContainerRecord } from './podRecord'
import { pullSecretsProblem } from './podReferences'
import { PodResize } from './podResize'
import { PodSandbox } from './podSandbox'
import { seenOf } from './prober'
import { asksToRestartAll, takeAllAway, waitAnew } from './restartAll'

/** Milliseconds; as the recorded audit logs show them. */
const RELIST = 600
const RETRY = 10_000
const LONGEST = 60_000
/** Upstream adds up to half to each, at random. */
const JITTER = 1.3

export interface SyncedPod extends ActedOnPod {
  /** Nothing is started any more. */
  readonly ending: boolean
  /** Its status of this moment. */
  tell(): void
  /** All that it is there for is done. */
  finish(): void
  /** Ends with the Pod. */
  after(delay: number, act: () => void, options?: { readonly background?: boolean }): Timer
}

export class PodSync implements ActionsOwner, ProbesFollowed {
  readonly probes: PodProbes
  readonly resize: PodResize
  readonly box: PodSandbox
  private readonly actions: ContainerActions
  private mounted = false
  private since = 0
  private busy = false
  private again = false
  private newSandbox = false
  private retry: Timer | null = null
  /** What ends the Pod: it waits for the sync under way, and no other one begins. */
  private last: { readonly act: () => void; readonly cause: HopIndex | null } | null = null

  constructor(
    private readonly target: SyncedPod,
    private readonly context: PodContext,
  ) {
    this.box = new PodSandbox(target, context.runtime)
    this.resize = new PodResize(target, context)
    this.probes = new PodProbes(target, context, this)
    this.actions = new ContainerActions(target, context, this)
  }

  /** A sync now, or after the one under way. */
  sync(): void {
    const { target } = this
    if (target.ending || this.last) return
    if (this.busy) {
      this.again = true
      return
    }
    this.retry?.cancel()
    this.busy = true
    this.again = this.newSandbox = false
    const { record } = target
    if (!record.verdict && asksToRestartAll(record)) record.restartingAll = true
    if (isPodPhaseTerminal(target.pod.status.phase) || (!record.restartingAll && isOver(target.pod, record))) {
      this.busy = false
      return target.finish()
    }
    this.resize.note()
    target.tell()
    if (record.restartingAll) return this.restartAll()
    waitAnew(record)
    for (const c of this.resize.toRestart) this.stopFor(c, 'resized')
    this.prepare()
  }

  /** Whether something is about to end the Pod. */
  get stopping(): boolean {
    return this.last !== null
  }

  /**
   * No sync comes any more. `act` ends the Pod: now or, as what the runtime has been asked for is not broken off, after the sync under way;
   * the newest counts. Only the wait for volumes is given up.
   */
  stop(act: () => void): void {
    this.retry?.cancel()
    const { target } = this
    const isUnderWay = this.busy && (this.mounted || target.record.restartingAll)
    if (!target.ending && (this.last || isUnderWay)) this.last = { act, cause: this.context.io.cause }
    else act()
  }

  /** What the runtime has of the Pod by now: its containers run on. */
  adopt(done: () => void): void {
    const { pod, record } = this.target
    const { runtime, io } = this.context
    runtime.call('ListContainers', { uid: pod.metadata.uid }, (reply) => {
      // While that is not known, nothing is told and nothing begun.
      if (!reply.ok) return runtime.whenThere(() => this.adopt(done))
      for (const c of adoptContainers(record, pod, reply.result)) this.stopFor(c, 'changed')
      this.box.adopt(reply.result)
      const { now, epochNow } = io
      for (const c of record.containers) if (c.state.running) this.probes.start(c, now, seenOf(pod, c, epochNow))
      done()
    })
  }

  /** The next sync stops the container, and most often starts it anew. */
  stopFor(record: ContainerRecord, why: Stop['why']): void {
    this.actions.stopFor(record, why)
  }

  /** How the container ended. */
  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void {
    this.probes.stop(record.id)
    record.state = endedState(record, exitCode, startedAt, finishedAt)
    record.ready = record.init && exitCode === 0 && !isSidecar(record)
    record.started = false
  }

  containerStarted(record: ContainerRecord): void {
    const { pod } = this.target
    this.probes.start(record, this.since)
    const { nodeName: node = '' } = pod.spec
    const { namespace = '', name = '', uid = '' } = pod.metadata
    this.context.io.note({
      kind: 'decide',
      by: node,
      decision: { kind: 'sync', pod: { namespace, name, uid }, node, action: 'started', detail: record.container.name },
    })
  }

  /** The runtime's name of it; '' while there is none. */
  get sandbox(): string {
    return this.box.any
  }

  private prepare(): void {
    const { target } = this
    if (!this.mounted)
      return target.volumes.mount(
        (message) => target.say('Warning', 'FailedMount', message),
        () => {
          if (target.ending) return
          this.mounted = true
          this.prepare()
        },
      )
    const missingSecrets = pullSecretsProblem(target.pod, target.volumes.finder)
    const act = () =>
      this.actions.carryOut((outcome) => {
        // Since 1.37 only where it may be why a pull failed.
        if (missingSecrets && outcome.pullFailed) target.say('Warning', 'FailedToRetrieveImagePullSecret', missingSecrets)
        this.synced(outcome)
      })
    if (this.box.id !== '') return act()
    this.since = this.context.io.now
    if (this.box.changed) target.say('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    this.box.run((problem) => {
      if (problem !== null) {
        if (!this.last) target.say('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${problem}`)
        return this.retryAfter(RETRY * JITTER)
      }
      this.newSandbox = true
      target.tell()
      act()
    })
  }

  private synced({ started, stopped, failed, heldUntil, resized }: Outcome): void {
    if (this.again || started || stopped) return this.syncAgain()
    if (resized || (failed && this.newSandbox)) return this.retryAfter(RELIST)
    // What is held back may not be started before, unless that is far away.
    const left = heldUntil === null ? RETRY : Math.max(0, heldUntil - this.context.io.now)
    if (failed) return this.retryAfter(Math.min(LONGEST, left) * JITTER)
    // A resize that is not possible now hardly ever becomes so by itself.
    if (resized === false) return this.retryAfter(RETRY * JITTER, true)
    this.through()
  }

  private retryAfter(delay: Millis, background = false): void {
    if (this.again) return this.syncAgain()
    if (!this.through()) return
    this.retry = this.target.after(delay, () => this.context.runtime.whenThere(() => this.sync()), { background })
  }

  private syncAgain(): void {
    if (this.through()) this.sync()
  }

  /** The sync is over; false where the Pod is to end: it does when it is known what the runtime has of it by now. */
  private through(): boolean {
    this.busy = false
    if (!this.last) return true
    const { io, runtime } = this.context
    io.after(RELIST, () => runtime.whenThere(() => this.end()))
    return false
  }

  private end(): void {
    const { act, cause } = this.last!
    this.last = null
    this.context.io.cause = cause
    act()
    // Its deadline was put off meanwhile.
    if (!this.target.ending) this.sync()
  }

  /** Stopped in no more time than is needed; then a sync begins the Pod anew. */
  private restartAll(): void {
    const stop = (container: ContainerRecord, then: (problem: string | null) => void) =>
      this.actions.stop(container, 'killing', then, { grace: 0 })
    takeAllAway(this.target.record, this.context.runtime, stop, (ok) => (ok ? this.syncAgain() : this.retryAfter(RETRY * JITTER)))
  }
}
