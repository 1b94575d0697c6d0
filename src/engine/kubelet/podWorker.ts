// One Pod on its node, from the first look at it to its end, by syncs: each tells how things stand, then does what is next — volumes,
// sandbox, init containers one by one, containers, restarts — until nothing is left or something has to be waited for.
// Leaves out: resizing, parallel syncs of a terminating Pod's status.
// Upstream: kubernetes pkg/kubelet/{pod_workers,kubelet}.go, kuberuntime/kuberuntime_manager.go (SyncPod)

import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { Pod, PodStatus } from '../api/kinds/pod/types'
import { rfc3339 } from '../api/time'
import type { Timer } from '../base/part'
import { ContainerStarter, type StartingPod } from './containerStart'
import { stopContainer } from './containerStop'
import { CrashBackOffs } from './crashBackOffs'
import { isOver, nextToStart, withNewImage } from './podActions'
import type { Eviction } from './eviction'
import { isStatic } from './manifests'
import type { PodContext } from './podContext'
import {
  adoptContainers,
  endedState,
  isSidecar,
  recordOf,
  sameRecord,
  takesEphemeral,
  type ContainerRecord,
  type PodRecord,
} from './podRecord'
import type { Find } from './podReferences'
import { agrees } from './podConditions'
import { restartsWhenStopped, shown, statusOf } from './podStatus'
import { PodTermination, type EndingPod } from './podTermination'
import { PodVolumes } from './podVolumes'
import { Prober, type ProbedPod, type ProbeKind } from './prober'

/** Milliseconds; as the recorded audit logs show them. */
const RELIST = 600
const RETRY = 13_000
/** The status manager's. */
const ROUND = 10_000

/** A container that is to be stopped, what is said of it, and the probe that it failed. */
interface Restart {
  readonly record: ContainerRecord
  readonly message: string
  readonly probe?: ProbeKind
}

export class PodWorker implements StartingPod, ProbedPod, EndingPod {
  readonly record: PodRecord
  readonly volumes: PodVolumes
  sandbox = ''
  private told: PodRecord | null = null
  /** The status that was made of it last. */
  private sent: PodStatus | null = null
  private round: Timer | null = null
  private readonly crashes: CrashBackOffs
  private readonly starter: ContainerStarter
  private readonly termination: PodTermination
  private prober: Prober | null = null
  private mounted = false
  private since = 0
  private busy = false
  private again = false
  private retry: Timer | null = null
  /** Of one sync: what it has tried to start, what it started, and whether something failed. */
  private tried: readonly ContainerRecord[] = []
  private started = false
  private failed = false
  private newSandbox = false
  /** Most of them are started anew. */
  private toRestart: readonly Restart[] = []

  constructor(
    public pod: Pod,
    private readonly context: PodContext,
  ) {
    const { io, runtime } = context
    this.record = recordOf(pod, context.hostIP, rfc3339(io.epochNow))
    this.volumes = new PodVolumes(pod, context)
    this.starter = new ContainerStarter(io, runtime, this)
    this.crashes = new CrashBackOffs(io)
    this.termination = new PodTermination(this, context)
  }

  get ending(): boolean {
    return this.termination.ending
  }

  /** Whether it takes up something of its node. */
  get active(): boolean {
    return !this.termination.over
  }

  /** `verdict`: the node does not admit the Pod. */
  start(verdict: PodRecord['verdict'] = null): void {
    if (verdict) return this.termination.reject(verdict)
    if (isPodPhaseTerminal(this.pod.status.phase)) return this.termination.clearAway((done) => this.adopt(done))
    const begin = () => {
      if (this.pod.metadata.deletionTimestamp) return this.delete()
      const { activeDeadlineSeconds } = this.pod.spec
      if (activeDeadlineSeconds) this.termination.keepDeadline(activeDeadlineSeconds)
      this.sync()
    }
    // A Pod that was here before this kubelet: its containers run on.
    if (this.pod.status.startTime || isStatic(this.pod)) this.adopt(begin)
    else begin()
  }

  /** The Pod changed: a deletion begins, an image changed, a container was added to look into it, or a gate of its readiness. */
  update(pod: Pod): void {
    const gates = pod.spec.readinessGates !== undefined && pod.status.conditions !== this.pod.status.conditions
    const deadline = pod.spec.activeDeadlineSeconds !== this.pod.spec.activeDeadlineSeconds
    this.pod = pod
    if (this.sent && !agrees(pod, this.sent)) this.reconcile()
    if (pod.metadata.deletionTimestamp) return this.delete()
    if (this.ending) return
    if (deadline && pod.spec.activeDeadlineSeconds) this.termination.keepDeadline(pod.spec.activeDeadlineSeconds)
    const moved = this.record.generation !== (pod.metadata.generation ?? this.record.generation)
    this.record.generation = pod.metadata.generation ?? this.record.generation
    if (gates) this.told = null
    const added = takesEphemeral(this.record, pod)
    // A container whose image was changed is stopped and started anew; nothing else of a running container may change.
    for (const { record, wanted } of withNewImage(pod, this.record.containers))
      if (record.state.running) this.restartFor(record, `Container ${wanted.name} definition changed, will be restarted`)
      else record.container = wanted
    if (moved || gates || added) this.sync()
  }

  /** The node is short of something: the Pod is ended, whatever it is doing. */
  evict(eviction: Eviction): void {
    this.retry?.cancel()
    this.termination.evict(eviction)
  }

  /** The Pod is no longer in the API, or its manifest is no longer on the node; `done` once nothing of it runs. */
  removed(done?: () => void): void {
    this.retry?.cancel()
    this.round?.cancel()
    this.termination.removed(done)
  }

  /** What it told is not where it is to be read: it is told anew. */
  retell(): void {
    this.told = null
    this.tell()
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
    if (isOver(this.pod, this.record)) return this.termination.finish()
    this.tell()
    this.prepare()
  }

  private synced(): void {
    this.busy = false
    if (this.again || this.started) return this.sync()
    if (this.failed) this.retry = this.termination.after(this.newSandbox ? RELIST : RETRY, () => this.sync())
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
      if (!this.pod.spec.hostNetwork) this.record.podIP = String(reply.result.ip)
      this.record.sandboxReady = this.record.sandboxEverReady = this.newSandbox = true
      this.tell()
      this.next()
    })
  }

  /** Stops or starts what is next, one container after the other. */
  private next(): void {
    const [restart] = this.toRestart
    if (restart) return this.stopToRestart(restart)
    const record = nextToStart(this.pod, this.record.containers, this.tried)
    if (!record) return this.synced()
    this.tried = [...this.tried, record]
    const back = this.crashes.holds(this.pod, record)
    // A sidecar is seen to be up before anything that follows it.
    if (!back) return this.startNow(record, (ok) => (ok && record.init ? this.synced() : this.next()))
    this.say('Warning', 'BackOff', back.said, record)
    record.held = { message: back.held, reason: 'CrashLoopBackOff' }
    this.failed = true
    this.next()
  }

  private startNow(record: ContainerRecord, then: (ok: boolean) => void): void {
    this.starter.start(record, (ok) => {
      if (ok) this.started = true
      else this.failed = true
      then(ok)
    })
  }

  // ---- containers ------------------------------------------------------------------------------------------------------

  private stopToRestart({ record, message, probe }: Restart): void {
    this.toRestart = this.toRestart.filter((r) => r.record !== record)
    if (!record.state.running) return this.next()
    this.prober?.stop(record.id)
    const wanted = [...this.pod.spec.containers, ...(this.pod.spec.initContainers ?? [])].find((c) => c.name === record.container.name)
    const then = () => {
      if (record.state.running) return
      const changed = wanted !== undefined && wanted.image !== record.container.image
      record.container = wanted ?? record.container
      // What failed its probes stays down where nothing is restarted; a new definition is started in any case.
      this.tried = [...this.tried, record]
      if (changed || restartsWhenStopped(this.pod, record)) return this.startNow(record, () => this.next())
      this.again = true
      this.next()
    }
    this.stop(record, message, then, probe)
  }

  /** One that is not to run on as it is, while its Pod does; `done` not once the Pod is ending. */
  stop(record: ContainerRecord, message: string, done: () => void, probe?: ProbeKind): void {
    const { io, runtime } = this.context
    stopContainer(
      record,
      {
        io,
        runtime,
        pod: this.pod,
        podIP: this.podIP,
        message,
        probe,
        say: (type, reason, text) => this.say(type, reason, text, record),
        ended: (_, exitCode, startedAt, finishedAt) => {
          if (!this.ending) this.ended(record, exitCode, startedAt, finishedAt)
        },
      },
      () => {
        if (!this.ending) done()
      },
    )
  }

  private restartFor(record: ContainerRecord, message: string, probe?: ProbeKind): void {
    this.toRestart = [...this.toRestart.filter((r) => r.record !== record), { record, message, probe }]
  }

  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void {
    this.prober?.stop(record.id)
    record.state = endedState(record, exitCode, startedAt, finishedAt)
    record.ready = record.init && exitCode === 0 && !isSidecar(record)
    record.started = false
  }

  containerStarted(record: ContainerRecord): void {
    const { io } = this.context
    this.probe(record, this.since)
    const { nodeName: node = '' } = this.pod.spec
    const { namespace = '', name = '', uid = '' } = this.pod.metadata
    const pod = { namespace, name, uid }
    io.note({ kind: 'decide', by: node, decision: { kind: 'sync', pod, node, action: 'started', detail: record.container.name } })
  }

  private probe(record: ContainerRecord, since: number): void {
    if (record.ephemeral) return
    const { io, runtime } = this.context
    this.prober ??= new Prober(io, runtime, this)
    this.prober.start(record, since)
  }

  probeFailed(record: ContainerRecord, message: string): void {
    this.say('Warning', 'Unhealthy', message, record)
  }

  probesChanged(): void {
    this.sync()
  }

  unhealthy(record: ContainerRecord, kind: ProbeKind): void {
    const again = restartsWhenStopped(this.pod, record) ? ', will be restarted' : ''
    this.restartFor(record, `Container ${record.container.name} failed ${kind} probe${again}`, kind)
    this.sync()
  }

  stopProbes(keepReadiness = false): void {
    this.prober?.stop(undefined, keepReadiness ? 'readiness' : undefined)
  }

  // ---- the rest --------------------------------------------------------------------------------------------------------

  private delete(): void {
    this.retry?.cancel()
    this.termination.delete()
  }

  private adopt(done: () => void): void {
    this.context.runtime.call('ListContainers', { uid: this.pod.metadata.uid }, (reply) => {
      if (reply.ok) this.sandbox = adoptContainers(this.record, this.pod, reply.result)
      for (const c of this.record.containers) if (c.state.running) this.probe(c, this.context.io.now)
      done()
    })
  }

  get podIP(): string {
    return this.record.podIP
  }

  get find(): Find {
    return this.volumes.finder
  }

  /** Status of this moment, sent when the Pod has been read; nothing is sent if nothing has changed since the last. */
  tell(done?: () => void): void {
    if (this.termination.gone) return
    const { statuses, io } = this.context
    const snapshot: PodRecord = { ...this.record, containers: this.record.containers.map((c) => ({ ...shown(this.pod, c, this.ending) })) }
    if (this.told && !done && sameRecord(this.told, snapshot)) return
    this.told = snapshot
    statuses.send(this.pod, (stored) => (this.sent = statusOf(stored, snapshot, io.epochNow)), done)
  }

  /** Somebody else wrote what the kubelet knows better: its next round tells it again. */
  private reconcile(): void {
    const again = () => {
      this.round = null
      if (!this.sent || agrees(this.pod, this.sent)) return
      this.told = null
      this.tell()
    }
    this.round ??= this.context.io.after(ROUND, again, { background: true })
  }

  say(type: 'Normal' | 'Warning', reason: string, message: string, record: ContainerRecord): void {
    this.context.events.event(this.pod, { type, reason, message, fieldPath: record.fieldPath })
  }
}
