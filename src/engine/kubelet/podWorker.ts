// One Pod on its node, from the first look at it to its end: it runs by syncs (podSync.ts) until it ends (podTermination.ts), and its status
// is told on the way.
// Leaves out: parallel syncs of a terminating Pod's status; the sync of each Pod that comes about once a minute though nothing has changed.
// Upstream: kubernetes pkg/kubelet/pod_workers.go

import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { Pod } from '../api/kinds/pod/types'
import { rfc3339 } from '../api/scalars/time'
import { equalJson } from '../base/equal'
import type { JsonObject } from '../base/json'
import type { Timer } from '../base/part'
import type { Eviction } from './eviction'
import { isStatic } from './manifests'
import { asksAlike } from './allocation'
import { withNewImage } from './podActions'
import type { PodContext } from './podContext'
import { isSidecar, recordOf, takeAllocation, takesEphemeral, type ContainerRecord, type PodRecord } from './podRecord'
import { shown } from './podStatus'
import { PodSync, type SyncedPod } from './podSync'
import { PodTermination, type EndingPod } from './podTermination'
import { PodVolumes } from './podVolumes'
import type { ResizedPod } from './resizes'
import { ToldStatus } from './toldStatus'

export class PodWorker implements SyncedPod, EndingPod, ResizedPod {
  readonly record: PodRecord
  readonly volumes: PodVolumes
  private readonly told: ToldStatus
  private readonly syncs: PodSync
  private readonly termination: PodTermination
  /** What happens to it while it is asked what the runtime has of it: done after that. */
  private deferred: (() => void)[] | null = null

  constructor(
    public pod: Pod,
    private readonly context: PodContext,
  ) {
    this.record = recordOf(context.resizes.allocated(pod), context.hostIP, rfc3339(context.io.epochNow))
    this.volumes = new PodVolumes(pod, context)
    this.told = new ToldStatus(context)
    this.syncs = new PodSync(this, context)
    this.termination = new PodTermination(this, context)
  }

  get ending(): boolean {
    return this.termination.ending
  }

  /** Whether it takes up something of its node. */
  get active(): boolean {
    return !this.termination.over
  }

  /** Its containers that run, by name. */
  get running(): readonly string[] {
    return this.record.containers.flatMap(({ state, container }) => (state.running ? [container.name] : []))
  }

  get allocated(): Pod {
    return this.context.resizes.allocated(this.pod)
  }

  get sandbox(): string {
    return this.syncs.sandbox
  }

  /** `verdict`: the node does not admit the Pod. `mayRun`: an earlier kubelet may have begun with it, and not said so. */
  start(verdict: PodRecord['verdict'], mayRun: boolean): void {
    if (verdict) return this.termination.reject(verdict, (done) => this.adopt(done))
    if (isPodPhaseTerminal(this.pod.status.phase)) return this.termination.seenEnded((done) => this.adopt(done))
    const begin = () => {
      if (this.pod.metadata.deletionTimestamp) return this.delete(this.pod)
      if (this.pod.spec.activeDeadlineSeconds) this.termination.keepDeadline()
      this.syncs.sync()
    }
    // A Pod that was here before this kubelet: its containers run on.
    if (mayRun || this.pod.status.startTime || isStatic(this.pod)) this.adopt(begin)
    else begin()
  }

  private adopt(done: () => void): void {
    const deferred: (() => void)[] = []
    this.deferred = deferred
    this.syncs.adopt(() => {
      this.deferred = null
      done()
      for (const act of deferred) act()
    })
  }

  private whenAdopted(act: () => void): void {
    if (this.deferred) this.deferred.push(act)
    else act()
  }

  /** The Pod changed: a deletion begins, an image changed, a container was added to look into it, a gate of its readiness, or its resources. */
  update(pod: Pod): void {
    this.whenAdopted(() => this.take(pod))
  }

  private take(pod: Pod): void {
    if (pod.metadata.deletionTimestamp) return this.delete(pod)
    const gates = pod.spec.readinessGates !== undefined && pod.status.conditions !== this.pod.status.conditions
    const deadline = pod.spec.activeDeadlineSeconds !== this.pod.spec.activeDeadlineSeconds
    const looked = isPodPhaseTerminal(pod.status.phase) && (gates || !onlyStatusDiffers(pod, this.pod))
    const resized = !asksAlike(pod, this.pod)
    this.use(pod)
    if (this.ending) {
      if (looked) this.termination.lookedAt()
      return
    }
    if (looked) return this.finish()
    if (deadline && pod.spec.activeDeadlineSeconds) this.termination.keepDeadline()
    const moved = this.record.generation !== (pod.metadata.generation ?? this.record.generation)
    this.record.generation = pod.metadata.generation ?? this.record.generation
    if (gates) this.told.forget()
    if (resized) this.context.resizes.wanted(this)
    const added = takesEphemeral(this.record, pod)
    // A container whose image was changed is stopped and started anew; nothing else of a running container may change. One that is to end does.
    for (const { record, wanted } of withNewImage(this.allocated, this.record.containers))
      if (record.state.running && (!record.init || isSidecar(record))) this.syncs.stopFor(record, 'changed')
      else record.container = wanted
    // A manifest has no generation.
    if (moved || gates || added || isStatic(pod)) this.syncs.sync()
  }

  private use(pod: Pod): void {
    this.pod = pod
    // Of a static Pod, its mirror says what is stored.
    if (!isStatic(pod)) this.compare(() => this.pod)
  }

  /** What is set aside for the Pod, or what is said of that, is new. */
  allocationChanged(): void {
    takeAllocation(this.record, this.allocated)
    this.syncs.sync()
  }

  /** The node ends the Pod, whatever it is doing. */
  evict(eviction: Eviction): void {
    this.whenAdopted(() => this.termination.evict(eviction))
  }

  /** The Pod is no longer in the API, or its manifest is no longer on the node; `done` once nothing of it runs. */
  removed(done?: () => void): void {
    this.whenAdopted(() => {
      this.told.close()
      this.syncs.stop(() => this.termination.removed(done))
    })
  }

  /** What it told is not where it is to be read: it is told anew. */
  retell(): void {
    if (this.termination.refused) return this.termination.tellEnd()
    this.told.forget()
    this.tell()
  }

  /** Somebody else may have written what the kubelet knows better. */
  compare(stored: () => Pod): void {
    this.told.compare(stored, () => this.tell())
  }

  /** A container ended by itself. */
  exited(container: string, exitCode: number, startedAt: number, finishedAt: number): void {
    const record = this.record.containers.find((c) => c.id === container)
    if (!record?.state.running || this.ending) return
    this.syncs.ended(record, exitCode, startedAt, finishedAt)
    this.syncs.sync()
  }

  /** What ended while the runtime could not say so. */
  relist(): void {
    if (this.deferred || this.ending || this.running.length === 0) return
    const { runtime } = this.context
    runtime.call('ListContainers', { uid: this.pod.metadata.uid! }, (reply) => {
      if (!reply.ok) return
      for (const { state, id, exitCode, startedAt, finishedAt } of (reply.result.containers ?? []) as readonly JsonObject[])
        if (state === 'exited') this.exited(String(id), Number(exitCode), Number(startedAt), Number(finishedAt))
    })
  }

  /** Until it ends, it is as it was before. */
  private delete(pod: Pod): void {
    this.syncs.stop(() => {
      this.use(pod)
      this.termination.delete()
    })
  }

  // ---- what its syncs and its end ask of it ----------------------------------------------------------------------------

  tell(done?: () => void): void {
    if (this.termination.gone) return
    const containers = this.record.containers.map((c) => ({ ...shown(this.pod, c) }))
    this.told.tell(this.pod, { ...this.record, containers }, done)
  }

  say(type: 'Normal' | 'Warning', reason: string, message: string, record?: ContainerRecord): void {
    this.context.events.event(this.pod, { type, reason, message, ...(record ? { fieldPath: record.fieldPath } : {}) })
  }

  finish(): void {
    this.endBy(() => {
      const { phase = '' } = this.pod.status
      if (isPodPhaseTerminal(phase)) this.record.givenPhase = phase
      this.termination.finish()
    })
  }

  endBy(act: () => void): void {
    if (!this.syncs.stopping) this.syncs.stop(act)
  }

  after(delay: number, act: () => void, options?: { readonly background?: boolean }): Timer {
    return this.termination.after(delay, act, options)
  }

  stopProbes(keepReadiness?: boolean): void {
    this.syncs.probes.stopAll(keepReadiness)
  }

  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void {
    this.syncs.ended(record, exitCode, startedAt, finishedAt)
  }
}

/** A change of the status alone is no reason to look at a Pod anew: the next round writes over what is wrong. */
const onlyStatusDiffers = (a: Pod, b: Pod) =>
  equalJson(a.spec, b.spec) && equalJson(a.metadata.labels, b.metadata.labels) && equalJson(a.metadata.annotations, b.metadata.annotations)
