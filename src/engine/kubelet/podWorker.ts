// One Pod on its node, from the first look at it to its end, by syncs: each tells how things stand, then does what is next — volumes,
// sandbox, init containers one by one, containers, restarts — until nothing is left or something has to be waited for.
// Leaves out: resizing, ephemeral containers, parallel syncs of a terminating Pod's status.
// Upstream: kubernetes pkg/kubelet/{pod_workers,kubelet}.go, kuberuntime/kuberuntime_manager.go (SyncPod, computePodActions)

import type { Pod } from '../api/kinds/pod/types'
import type { PartIo, Timer } from '../base/part'
import type { ClientApi } from '../client/types'
import type { EventRecorder } from '../client/eventRecorder'
import { rfc3339 } from '../api/time'
import { BackOff } from '../client/backOff'
import { stopContainers } from './containerStop'
import { ContainerStarter, type StartingPod } from './containerStart'
import type { ObjectCache } from './objectCache'
import type { Find } from './podReferences'
import { PodVolumes } from './podVolumes'
import { adoptContainers, markNeverRun, recordOf, sameRecord } from './podRecord'
import { failedForGood, isSidecar, restarts, shown, statusOf, type ContainerRecord, type PodRecord } from './podStatus'
import { Prober, type ProbedPod, type ProbeKind } from './prober'
import type { RuntimeClient } from './runtimeClient'
import type { StatusManager } from './statusManager'

/** Milliseconds; as the recorded audit logs show them. */
const RELIST = 600
const TERMINATED = 1000
const RETRY = 13_000
const REMOVE = 970

export interface PodWorkerContext {
  readonly io: PartIo
  readonly client: ClientApi
  readonly runtime: RuntimeClient
  readonly statuses: StatusManager
  readonly events: EventRecorder
  readonly objects: ObjectCache
  readonly hostIP: string
}

export class PodWorker implements StartingPod, ProbedPod {
  private readonly record: PodRecord
  private told: PodRecord | null = null
  private crashes: Map<string, BackOff> | null = null
  private readonly volumes: PodVolumes
  private readonly starter: ContainerStarter
  private prober: Prober | null = null
  sandbox = ''
  private mounted = false
  private since = 0
  ending = false
  private deleting = false
  private gone = false
  private busy = false
  private again = false
  private retry: Timer | null = null
  /** Of one sync: what it has tried to start, what it started, and whether something failed. */
  private tried: readonly ContainerRecord[] = []
  private started = false
  private failed = false
  private newSandbox = false
  /** Running containers that are to be started anew, and what is said of it. */
  private toRestart: readonly { readonly record: ContainerRecord; readonly message: string }[] = []

  constructor(
    public pod: Pod,
    private readonly context: PodWorkerContext,
  ) {
    const { io, runtime } = context
    this.record = recordOf(pod, context.hostIP, rfc3339(io.epochNow))
    this.volumes = new PodVolumes(pod, context)
    this.starter = new ContainerStarter(io, runtime, this)
  }

  get uid(): string {
    return this.pod.metadata.uid!
  }

  /** `verdict`: the node does not admit the Pod. */
  start(verdict: PodRecord['verdict'] = null): void {
    if (verdict) return this.reject(verdict)
    const { phase } = this.pod.status
    if (phase === 'Succeeded' || phase === 'Failed') return this.clearAway()
    const begin = () => {
      if (this.pod.metadata.deletionTimestamp) return this.delete()
      const { activeDeadlineSeconds } = this.pod.spec
      if (activeDeadlineSeconds) this.keepDeadline(activeDeadlineSeconds)
      this.sync()
    }
    // A Pod that was here before this kubelet: its containers run on.
    if (this.pod.status.startTime) this.adopt(begin)
    else begin()
  }

  /** The Pod changed: a deletion begins, an image changed, or a gate of its readiness. */
  update(pod: Pod): void {
    const gates = pod.spec.readinessGates !== undefined && pod.status.conditions !== this.pod.status.conditions
    const deadline = pod.spec.activeDeadlineSeconds !== this.pod.spec.activeDeadlineSeconds
    this.pod = pod
    if (pod.metadata.deletionTimestamp) return this.delete()
    if (this.ending) return
    if (deadline && pod.spec.activeDeadlineSeconds) this.keepDeadline(pod.spec.activeDeadlineSeconds)
    const moved = this.record.generation !== (pod.metadata.generation ?? this.record.generation)
    this.record.generation = pod.metadata.generation ?? this.record.generation
    if (gates) this.told = null
    this.followImages(pod)
    if (moved || gates) this.sync()
  }

  /** The Pod is no longer in the API. Forced away, it is stopped now, and nobody is told. */
  removed(): void {
    const running = this.ending ? [] : this.running()
    this.gone = this.ending = true
    this.retry?.cancel()
    this.prober?.stop()
    this.volumes.release()
    this.context.statuses.forget(this.uid)
    if (this.sandbox === '') return
    this.stop(running, () => this.context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, () => {}))
  }

  /** A container ended by itself. */
  exited(container: string, exitCode: number, startedAt: number, finishedAt: number): boolean {
    const record = this.record.containers.find((c) => c.id === container)
    if (!record) return false
    if (this.ending || !record.state.running) return true
    this.ended(record, exitCode, startedAt, finishedAt)
    this.sync()
    return true
  }

  // ---- sync ------------------------------------------------------------------------------------------------------------

  private sync(): void {
    if (this.ending) return
    if (this.busy) {
      this.again = true
      return
    }
    this.retry?.cancel()
    this.busy = true
    this.again = this.started = this.failed = this.newSandbox = false
    this.tried = []
    if (this.isOver()) return this.finish()
    this.tell()
    this.prepare()
  }

  private synced(): void {
    this.busy = false
    if (this.again || this.started) return this.sync()
    if (this.failed) this.retry = this.after(this.newSandbox ? RELIST : RETRY, () => this.sync())
  }

  private prepare(): void {
    if (!this.mounted)
      return this.volumes.mount(
        (message) => this.context.events.event(this.pod, { type: 'Warning', reason: 'FailedMount', message }),
        () => {
          this.mounted = true
          if (!this.ending) this.prepare()
        },
      )
    if (this.sandbox !== '') return this.next()
    const { namespace, name, uid } = this.pod.metadata
    this.since = this.context.io.now
    this.context.runtime.call('RunPodSandbox', { namespace, name, uid, attempt: 0 }, (reply) => {
      if (!reply.ok) {
        if (this.ending) return
        const message = `Failed to create pod sandbox: ${reply.error}`
        this.context.events.event(this.pod, { type: 'Warning', reason: 'FailedCreatePodSandBox', message })
        this.failed = true
        return this.synced()
      }
      this.sandbox = String(reply.result.sandbox)
      if (this.ending) return void this.context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, () => {})
      this.record.podIP = String(reply.result.ip)
      this.record.sandboxReady = this.record.sandboxEverReady = this.newSandbox = true
      this.next()
      this.tell()
    })
  }

  /** Stops or starts what is next, one container after the other. */
  private next(): void {
    const [restart] = this.toRestart
    if (restart) return this.stopToRestart(restart.record, restart.message)
    const record = this.nextToStart()
    if (!record) return this.synced()
    this.tried = [...this.tried, record]
    if (this.backsOff(record)) {
      this.failed = true
      return this.next()
    }
    this.starter.start(record, (ok) => {
      if (ok) this.started = true
      else this.failed = true
      // A sidecar is seen to be up before anything that follows it.
      if (ok && record.init) this.synced()
      else this.next()
    })
  }

  /** Init containers come one by one, sidecars stay up beside the others. */
  private nextToStart(): ContainerRecord | null {
    const begun = this.record.containers.some((c) => !c.init && !c.state.waiting)
    for (const c of this.record.containers.filter((r) => r.init)) {
      const due = this.isDue(c)
      if (due) return c
      const passed = isSidecar(c) ? c.started : c.state.terminated?.exitCode === 0
      if (!passed && !begun) return null
    }
    return this.record.containers.find((c) => !c.init && this.isDue(c)) ?? null
  }

  private isDue(record: ContainerRecord): boolean {
    const { state } = record
    if (state.running || this.tried.includes(record)) return false
    return !state.terminated || restarts(this.pod, record, state.terminated.exitCode)
  }

  /** A container that ended is started again at once the first time, and then after a delay that grows. */
  private backsOff(record: ContainerRecord): boolean {
    const last = record.state.terminated ?? record.lastState.terminated
    if (!last) return false
    const { io } = this.context
    const { name } = record.container
    this.crashes ??= new Map()
    let backOff = this.crashes.get(name)
    if (!backOff) this.crashes.set(name, (backOff = new BackOff()))
    const where = `${this.pod.metadata.name}_${this.pod.metadata.namespace}(${this.uid})`
    if (!backOff.holds(io.now - (io.epochNow - Date.parse(last.finishedAt!)), io.now)) {
      backOff.next(io.now)
      return false
    }
    this.say('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${where}`, record)
    const message = `back-off ${delayText(backOff.current)} restarting failed container=${name} pod=${where}`
    record.held = { message, reason: 'CrashLoopBackOff' }
    return true
  }

  probeFailed(record: ContainerRecord, message: string): void {
    this.say('Warning', 'Unhealthy', message, record)
  }

  probesChanged(): void {
    this.sync()
  }

  get podIP(): string {
    return this.record.podIP
  }

  get find(): Find {
    return this.volumes.finder
  }

  private probe(record: ContainerRecord, since: number): void {
    const { io, runtime } = this.context
    this.prober ??= new Prober(io, runtime, this)
    this.prober.start(record, since)
  }

  containerStarted(record: ContainerRecord): void {
    const { io } = this.context
    this.probe(record, this.since)
    io.note({
      kind: 'decide',
      by: this.pod.spec.nodeName!,
      decision: { kind: 'sync', pod: this.ref(), node: this.pod.spec.nodeName!, action: 'started', detail: record.container.name },
    })
  }

  private stopToRestart(record: ContainerRecord, message: string): void {
    this.toRestart = this.toRestart.filter((r) => r.record !== record)
    if (!record.state.running) return this.next()
    this.say('Normal', 'Killing', message, record)
    this.prober?.stop(record.id)
    const startedAt = Date.parse(record.state.running.startedAt!)
    const wanted = [...this.pod.spec.containers, ...(this.pod.spec.initContainers ?? [])].find((c) => c.name === record.container.name)
    this.context.runtime.call('StopContainer', { container: record.id }, (reply) => {
      if (this.ending || !reply.ok) return
      this.ended(record, Number(reply.result.exitCode), startedAt, Number(reply.result.finishedAt))
      record.container = wanted ?? record.container
      this.tried = [...this.tried, record]
      this.starter.start(record, (ok) => {
        if (ok) this.started = true
        else this.failed = true
        this.next()
      })
    })
  }

  /** A container whose image was changed is stopped and started anew; nothing else of a running container may change. */
  private followImages(pod: Pod): void {
    for (const wanted of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
      const record = this.record.containers.find((c) => c.container.name === wanted.name)
      if (!record || wanted.image === record.container.image) continue
      if (record.state.running) this.restartFor(record, `Container ${wanted.name} definition changed, will be restarted`)
      else record.container = wanted
    }
  }

  private restartFor(record: ContainerRecord, message: string): void {
    this.toRestart = [...this.toRestart.filter((r) => r.record !== record), { record, message }]
  }

  unhealthy(record: ContainerRecord, kind: ProbeKind): void {
    const again = this.pod.spec.restartPolicy === 'Never' && !isSidecar(record) ? '' : ', will be restarted'
    this.restartFor(record, `Container ${record.container.name} failed ${kind} probe${again}`)
    this.sync()
  }

  private ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void {
    this.prober?.stop(record.id)
    record.state = {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: rfc3339(startedAt),
        finishedAt: rfc3339(finishedAt),
        containerID: `containerd://${record.id}`,
      },
    }
    record.ready = record.init && exitCode === 0 && !isSidecar(record)
    record.started = false
  }

  // ---- end -------------------------------------------------------------------------------------------------------------

  /** Every container has ended for good, or an init container has failed for good. */
  private isOver(): boolean {
    const { containers } = this.record
    if (this.record.verdict || containers.some((c) => c.init && failedForGood(this.pod, c))) return true
    return containers.every((c) => c.init || (c.state.terminated && !restarts(this.pod, c, c.state.terminated.exitCode)))
  }

  /** The Pod ends by itself: what still runs of it (sidecars) is stopped, and a sync later it is told to be over. */
  private finish(): void {
    this.ending = true
    this.retry?.cancel()
    this.record.phaseHeld = true
    this.tell()
    this.prober?.stop()
    this.stop(this.running(), () => {
      this.after(TERMINATED, () => {
        this.record.phaseHeld = false
        this.record.sandboxReady = false
        this.volumes.release()
        if (this.sandbox !== '') this.context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, () => {})
        this.tell()
      })
    })
  }

  private delete(): void {
    if (this.deleting || this.gone) return
    this.deleting = true
    const over = this.ending
    this.record.generation = this.pod.metadata.generation ?? this.record.generation
    this.ending = true
    this.record.phaseHeld = true
    this.retry?.cancel()
    if (over && this.record.verdict && this.sandbox === '') return this.tell(() => this.after(REMOVE, () => this.removeObject()))
    this.prober?.stop(undefined, 'readiness')
    const running = this.running()
    const stopped = () => {
      this.prober?.stop()
      if (this.sandbox === '') return this.stopped()
      this.context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, () => this.stopped())
    }
    this.stop(running, stopped)
    this.tell()
  }

  /** Of a Pod that ended under an earlier kubelet, and is deleted: nothing runs, nothing is to be told. */
  private clearAway(): void {
    this.ending = this.deleting = true
    const remove = () => void this.after(REMOVE, () => this.removeObject())
    this.adopt(() => (this.sandbox === '' ? remove() : this.context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, remove)))
  }

  /** All containers are down: the last status, and then the end of the object itself. */
  private stopped(): void {
    this.record.sandboxReady = false
    this.record.phaseHeld = false
    this.volumes.release()
    markNeverRun(this.record.containers)
    this.tell(() => this.after(REMOVE, () => this.removeObject()))
  }

  /** Says so and stops these, the containers first, then the sidecars from last to first. */
  private stop(running: readonly ContainerRecord[], done: () => void): void {
    stopContainers(running, {
      io: this.context.io,
      runtime: this.context.runtime,
      pod: this.pod,
      podIP: this.record.podIP,
      say: (type, reason, message, record) => this.say(type, reason, message, record),
      ended: (...end) => this.ended(...end),
      done,
    })
  }

  private keepDeadline(seconds: number): void {
    const left = Date.parse(this.record.startTime) + seconds * 1000 - this.context.io.epochNow
    this.after(Math.max(0, left), () => {
      if (this.ending || this.pod.spec.activeDeadlineSeconds !== seconds) return
      const message = 'Pod was active on the node longer than the specified deadline'
      this.context.events.event(this.pod, { type: 'Normal', reason: 'DeadlineExceeded', message })
      this.record.verdict = { reason: 'DeadlineExceeded', message }
      this.finish()
    })
  }

  private reject(verdict: NonNullable<PodRecord['verdict']>): void {
    this.ending = true
    this.context.events.event(this.pod, { type: 'Warning', reason: verdict.reason, message: verdict.message })
    this.context.statuses.send(this.pod, (stored) => ({
      ...stored.status,
      observedGeneration: this.record.generation,
      phase: 'Failed',
      reason: verdict.reason,
      message: `Pod was rejected: ${verdict.message}`,
      startTime: this.record.startTime,
    }))
    this.record.verdict = verdict
  }

  private adopt(done: () => void): void {
    this.context.runtime.call('ListContainers', { uid: this.uid }, (reply) => {
      if (reply.ok && typeof reply.result.sandbox === 'string') adoptContainers(this.record, this.pod, reply.result)
      if (reply.ok && typeof reply.result.sandbox === 'string') this.sandbox = reply.result.sandbox
      for (const c of this.record.containers) if (c.state.running) this.probe(c, this.context.io.now)
      done()
    })
  }

  private removeObject(): void {
    if (this.gone) return
    const { client, io } = this.context
    const path = `/api/v1/namespaces/${this.pod.metadata.namespace}/pods/${this.pod.metadata.name}`
    const later = () => void io.after(RETRY, () => this.removeObject(), { background: true })
    client.request({ method: 'GET', path }, (response) => {
      if (this.gone) return
      if (response.status === 404) return
      if (response.status !== 200) return later()
      client.request(
        {
          method: 'DELETE',
          path,
          headers: { 'content-type': 'application/json' },
          body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid: this.uid } },
        },
        (removed) => {
          if (removed.status !== 200 && removed.status !== 404 && removed.status !== 409) later()
        },
      )
    })
  }

  // ---- common ----------------------------------------------------------------------------------------------------------

  private running(): ContainerRecord[] {
    return this.record.containers.filter((c) => c.state.running)
  }

  /** Status of this moment, sent when the Pod has been read; nothing is sent if nothing has changed since the last. */
  private tell(done?: () => void): void {
    if (this.gone) return
    const { statuses, io } = this.context
    const snapshot: PodRecord = { ...this.record, containers: this.record.containers.map((c) => ({ ...shown(this.pod, c, this.ending) })) }
    if (this.told && !done && sameRecord(this.told, snapshot)) return
    this.told = snapshot
    statuses.send(this.pod, (stored) => statusOf(stored, snapshot, io.epochNow), done)
  }

  say(type: 'Normal' | 'Warning', reason: string, message: string, { container, init }: ContainerRecord): void {
    this.context.events.event(this.pod, {
      type,
      reason,
      message,
      fieldPath: `spec.${init ? 'initContainers' : 'containers'}{${container.name}}`,
    })
  }

  private after(delay: number, act: () => void): Timer {
    return this.context.io.after(delay, () => {
      if (!this.gone) act()
    })
  }

  private ref() {
    const { namespace = '', name = '', uid = '' } = this.pod.metadata
    return { namespace, name, uid }
  }
}

/** `10s`, `1m20s`, `5m0s`. */
const delayText = (millis: number) =>
  millis < 60_000 ? `${millis / 1000}s` : `${Math.floor(millis / 60_000)}m${(millis % 60_000) / 1000}s`
