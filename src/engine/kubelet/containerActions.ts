// Carries out what a sync of a Pod does to its containers, one after the other: those that are not to run on are stopped, then ephemeral and
// init containers started, the others resized, and its own started. A container that is held back is passed over.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (SyncPod)

import type { Pod } from '../api/kinds/pod/types'
import { inOrder } from '../base/inOrder'
import type { Millis } from '../base/part'
import { ContainerStarter, type StartingPod } from './containerStart'
import { stopContainer, stopContainers, type Stopping } from './containerStop'
import { CrashBackOffs } from './crashBackOffs'
import { actionsOf, stopMessage, type PodActions, type Start, type Stop } from './podActions'
import type { PodContext } from './podContext'
import type { PodProbes } from './podProbes'
import { containerNamed, isSidecar, type ContainerRecord, type PodRecord } from './podRecord'
import type { Find } from './podReferences'
import type { PodResize } from './podResize'
import type { PodSandbox } from './podSandbox'
import type { PodVolumes } from './podVolumes'

export interface ActedOnPod {
  readonly pod: Pod
  /** With what is set aside for it, where it asks for something else. */
  readonly allocated: Pod
  readonly record: PodRecord
  readonly volumes: PodVolumes
  say(type: 'Normal' | 'Warning', reason: string, message: string, record?: ContainerRecord): void
}

/** What one sync came to. */
export interface Outcome {
  started: boolean
  /** All of it was stopped. */
  stopped: boolean
  failed: boolean
  /** An image could not be pulled, and not only because its turn has not come again. */
  pullFailed: boolean
  /** Until when what failed is held back, where that is known. */
  heldUntil: Millis | null
  /** Whether the runtime was told of new resources; null where there are none. */
  resized: boolean | null
}

export interface ActionsOwner {
  readonly probes: PodProbes
  readonly resize: PodResize
  readonly box: PodSandbox
  containerStarted(record: ContainerRecord): void
  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void
}

export class ContainerActions implements StartingPod {
  private readonly crashes: CrashBackOffs
  private readonly starter: ContainerStarter
  /** Of running containers, until a sync sees to it. */
  private stops: readonly Stop[] = []
  private outcome!: Outcome
  private done!: (outcome: Outcome) => void

  constructor(
    private readonly target: ActedOnPod,
    private readonly context: PodContext,
    private readonly owner: ActionsOwner,
  ) {
    this.starter = new ContainerStarter(context.io, context.runtime, context.puller, this)
    this.crashes = new CrashBackOffs(context.io)
  }

  /** The next sync stops the container, and most often starts it anew. */
  stopFor(record: ContainerRecord, why: Stop['why']): void {
    this.stops = [...this.stops.filter((stop) => stop.record !== record), { record, why }]
  }

  carryOut(done: (outcome: Outcome) => void): void {
    const { pod, record } = this.target
    this.done = done
    this.outcome = { started: false, stopped: false, failed: false, pullFailed: false, heldUntil: null, resized: null }
    const actions = actionsOf(pod, record.containers, this.stops)
    this.stops = []
    if (actions.all) return this.stopAll(actions.stop)
    inOrder(
      actions.stop,
      (stop, then) => this.stopNow(stop, then),
      () => this.startAll(actions),
    )
  }

  /** One that is not to run on as it is, while its Pod does; `done` hears why it could not be, or null. */
  stop(
    record: ContainerRecord,
    message: string,
    done: (problem: string | null) => void,
    how: Pick<Stopping, 'probe' | 'grace'> = {},
  ): void {
    stopContainer(record, { ...this.stopping(), message, ...how }, done)
  }

  private startAll({ ephemeral, init, main }: PodActions): void {
    const finish = () => this.done(this.outcome)
    const start = (what: Start, then: () => void) => this.startNow(what, then)
    // Without an init container that is to end there is no going on.
    const startInit = (what: Start, then: () => void) => this.startNow(what, (ok) => (ok || isSidecar(what.record) ? then() : finish()))
    inOrder(ephemeral, start, () => inOrder(init, startInit, () => this.carryOutResize(() => inOrder(main, start, finish))))
  }

  /** None of its own containers would be left: the sidecars go too, and the sandbox; the next sync ends the Pod. */
  private stopAll(due: readonly Stop[]): void {
    const { target, owner } = this
    const running = target.record.containers.filter((c) => c.state.running)
    for (const c of running) owner.probes.stop(c.id)
    stopContainers(running, this.stopping(), (problems) => {
      owner.box.stop((ok) => {
        if (ok) target.record.sandboxReady = false
        this.outcome.stopped = ok && problems.length === 0
        this.outcome.failed = !this.outcome.stopped
        for (const { record, why } of due) if (record.state.running) this.stopFor(record, why)
        this.done(this.outcome)
      })
    })
  }

  private carryOutResize(then: () => void): void {
    this.owner.resize.carryOut((ok) => {
      this.outcome.resized = ok
      then()
    })
  }

  private startNow({ record, last }: Start, then: (ok: boolean) => void): void {
    const { outcome } = this
    const held = this.crashes.holds(this.target.pod, record.container, last)
    if (!held)
      return this.starter.start(record, (ok) => {
        if (ok) outcome.started = true
        else outcome.failed = true
        if (!ok && record.held?.reason === 'ErrImagePull') outcome.pullFailed = true
        then(ok)
      })
    this.say('Warning', 'BackOff', held.said, record)
    record.held = { message: held.message, reason: 'CrashLoopBackOff' }
    outcome.failed = true
    outcome.heldUntil = Math.min(held.until, outcome.heldUntil ?? Infinity)
    then(false)
  }

  private stopNow(stop: Stop, then: () => void): void {
    const { pod, allocated } = this.target
    const { record, why } = stop
    if (!record.state.running) return then()
    this.owner.probes.stop(record.id)
    const probe = why === 'liveness' || why === 'startup' ? why : undefined
    const stopped = () => {
      if (record.state.running) {
        this.stopFor(record, why)
        this.outcome.failed = true
        return this.done(this.outcome)
      }
      record.container = containerNamed(allocated.spec, record.container.name) ?? record.container
      then()
    }
    this.stop(record, stopMessage(pod, stop), stopped, { probe })
  }

  private stopping(): Stopping {
    const { target, podIP, context } = this
    return {
      io: context.io,
      runtime: context.runtime,
      pod: target.pod,
      podIP,
      say: (...said) => this.say(...said),
      ended: (...end) => this.owner.ended(...end),
    }
  }

  // ---- what the start of a container asks of it ------------------------------------------------------------------------

  containerStarted(record: ContainerRecord): void {
    this.owner.containerStarted(record)
  }

  get sandbox(): string {
    return this.owner.box.id
  }

  get pod(): Pod {
    return this.target.pod
  }

  get podIP(): string {
    return this.target.record.podIP
  }

  get find(): Find {
    return this.target.volumes.finder
  }

  say(type: 'Normal' | 'Warning', reason: string, message: string, record: ContainerRecord): void {
    this.target.say(type, reason, message, record)
  }
}
