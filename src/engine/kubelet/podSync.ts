// The syncs of a Pod that is to run: each tells how things stand, then does what is next — volumes, sandbox, init containers one by one,
// containers, restarts — until nothing is left or something has to be waited for.
// Upstream: kubernetes pkg/kubelet/kubelet.go (SyncPod), kuberuntime/kuberuntime_manager.go (SyncPod)

import type { Pod } from '../api/kinds/pod/types'
import type { Timer } from '../base/part'
import { ContainerStarter, type StartingPod } from './containerStart'
import { stopContainer, type Stopping } from './containerStop'
import { CrashBackOffs } from './crashBackOffs'
import { isOver, nextToStart } from './podActions'
import type { PodContext } from './podContext'
import { PodProbes, type ProbesFollowed } from './podProbes'
import { PodResize } from './podResize'
import { adoptContainers, containerNamed, endedState, isSidecar, type ContainerRecord, type PodRecord } from './podRecord'
import { missingPullSecrets, type Find } from './podReferences'
import { restartsWhenStopped } from './podStatus'
import type { PodVolumes } from './podVolumes'
import { asksToRestartAll, takeAllAway } from './restartAll'
import type { ProbeKind } from './prober'

/** Milliseconds; as the recorded audit logs show them. */
const RELIST = 600
const RETRY = 13_000

const unpulled = (names: readonly string[]) =>
  `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`

export interface SyncedPod {
  readonly pod: Pod
  /** With what is set aside for it, where it asks for something else. */
  readonly allocated: Pod
  readonly record: PodRecord
  readonly volumes: PodVolumes
  /** Nothing is started any more. */
  readonly ending: boolean
  /** Its status of this moment. */
  tell(): void
  say(type: 'Normal' | 'Warning', reason: string, message: string, record?: ContainerRecord): void
  /** All that it is there for is done. */
  finish(): void
  /** Ends with the Pod. */
  after(delay: number, act: () => void, options?: { readonly background?: boolean }): Timer
}

/** A container that is to be stopped, what is said of it, and the probe that it failed. */
interface Restart {
  readonly record: ContainerRecord
  readonly message: string
  readonly probe?: ProbeKind
}

export class PodSync implements StartingPod, ProbesFollowed {
  /** The runtime's name of it; '' while there is none. */
  sandbox = ''
  readonly probes: PodProbes
  private readonly crashes: CrashBackOffs
  private readonly starter: ContainerStarter
  private readonly resize: PodResize
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
  /** Whether the runtime was told of new resources; null: that has not come up yet. */
  private resized: boolean | null = null
  private refused = false
  /** Most of them are started anew. */
  private toRestart: readonly Restart[] = []

  constructor(
    private readonly target: SyncedPod,
    private readonly context: PodContext,
  ) {
    this.starter = new ContainerStarter(context.io, context.runtime, this)
    this.crashes = new CrashBackOffs(context.io)
    this.resize = new PodResize(target, context)
    this.probes = new PodProbes(target, context, this)
  }

  /** A sync now, or after the one under way. */
  sync(): void {
    const { target } = this
    if (target.ending) return
    if (this.busy) {
      this.again = true
      return
    }
    this.retry?.cancel()
    this.busy = true
    this.again = this.started = this.failed = this.newSandbox = this.refused = false
    this.resized = null
    this.tried = []
    const { record } = target
    if (!record.verdict && asksToRestartAll(record)) record.restartingAll = true
    if (!record.restartingAll && isOver(target.pod, record)) return target.finish()
    this.resize.note()
    target.tell()
    if (record.restartingAll) return this.restartAll()
    for (const c of this.resize.toRestart) this.restartFor(c, `Container ${c.container.name} resize requires restart`)
    this.prepare()
  }

  /** No sync comes by itself any more. */
  cancel(): void {
    this.retry?.cancel()
  }

  /** What the runtime has of the Pod by now: its containers run on. */
  adopt(done: () => void): void {
    const { pod, record } = this.target
    this.context.runtime.call('ListContainers', { uid: pod.metadata.uid }, (reply) => {
      if (reply.ok) this.sandbox = adoptContainers(record, pod, reply.result)
      for (const c of record.containers) if (c.state.running) this.probes.start(c, this.context.io.now)
      done()
    })
  }

  /** The next sync stops the container, and most often starts it anew. */
  restartFor(record: ContainerRecord, message: string, probe?: ProbeKind): void {
    this.toRestart = [...this.toRestart.filter((r) => r.record !== record), { record, message, probe }]
  }

  /** How the container ended. */
  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void {
    this.probes.stop(record.id)
    record.state = endedState(record, exitCode, startedAt, finishedAt)
    record.ready = record.init && exitCode === 0 && !isSidecar(record)
    record.started = false
  }

  private synced(): void {
    this.busy = false
    if (this.again || this.started) return this.sync()
    if (this.resized || this.failed) this.retry = this.target.after(this.resized || this.newSandbox ? RELIST : RETRY, () => this.sync())
    // A resize that is not possible now hardly ever becomes so by itself.
    else if (this.refused) this.retry = this.target.after(RETRY, () => this.sync(), { background: true })
  }

  private prepare(): void {
    const { target, context } = this
    const { pod, record } = target
    if (!this.mounted)
      return target.volumes.mount(
        (message) => target.say('Warning', 'FailedMount', message),
        () => {
          this.mounted = true
          if (!target.ending) this.prepare()
        },
      )
    const lost = missingPullSecrets(pod, this.find)
    if (lost.length > 0) target.say('Warning', 'FailedToRetrieveImagePullSecret', unpulled(lost))
    if (this.sandbox !== '') return this.next()
    const { namespace, name, uid } = pod.metadata
    this.since = context.io.now
    context.runtime.call('RunPodSandbox', { namespace, name, uid, attempt: 0 }, (reply) => {
      if (!reply.ok) {
        if (target.ending) return
        target.say('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${reply.error}`)
        this.failed = true
        return this.synced()
      }
      this.sandbox = String(reply.result.sandbox)
      if (target.ending) return void context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, () => {})
      if (!pod.spec.hostNetwork) record.podIP = String(reply.result.ip)
      record.sandboxReady = record.sandboxEverReady = this.newSandbox = true
      target.tell()
      this.next()
    })
  }

  /** Stops or starts what is next, one container after the other. */
  private next(): void {
    const { pod, record: podRecord } = this.target
    const [restart] = this.toRestart
    if (restart) return this.stopToRestart(restart)
    if (this.resized === null) return this.carryOutResize()
    const record = nextToStart(pod, podRecord.containers, this.tried)
    if (!record) return this.synced()
    this.tried = [...this.tried, record]
    const back = this.crashes.holds(pod, record)
    // A sidecar is seen to be up before anything that follows it.
    if (!back) return this.startNow(record, (ok) => (ok && record.init ? this.synced() : this.next()))
    this.say('Warning', 'BackOff', back.said, record)
    record.held = { message: back.held, reason: 'CrashLoopBackOff' }
    this.failed = true
    this.next()
  }

  /** Stopped in no more time than is needed; then a sync begins the Pod anew. */
  private restartAll(): void {
    const stop = (container: ContainerRecord, then: () => void) => this.stop(container, 'killing', then, { grace: 0 })
    takeAllAway(this.target.record, this.context.runtime, stop, () => {
      this.busy = false
      this.sync()
    })
  }

  private carryOutResize(): void {
    this.resize.carryOut((ok) => {
      if (this.target.ending) return
      this.resized = ok === true
      this.refused = ok === false
      this.next()
    })
  }

  private startNow(record: ContainerRecord, then: (ok: boolean) => void): void {
    this.starter.start(record, (ok) => {
      if (ok) this.started = true
      else this.failed = true
      then(ok)
    })
  }

  private stopToRestart({ record, message, probe }: Restart): void {
    const { pod, allocated } = this.target
    this.toRestart = this.toRestart.filter((r) => r.record !== record)
    if (!record.state.running) return this.next()
    this.probes.stop(record.id)
    const wanted = containerNamed(allocated.spec, record.container.name)
    const resizes = this.resize.toRestart.includes(record)
    const then = () => {
      if (record.state.running) return
      const changed = resizes || (wanted !== undefined && wanted.image !== record.container.image)
      record.container = wanted ?? record.container
      // What failed its probes stays down where nothing is restarted; a new definition is started in any case.
      this.tried = [...this.tried, record]
      if (changed || restartsWhenStopped(pod, record)) return this.startNow(record, () => this.next())
      this.again = true
      this.next()
    }
    this.stop(record, message, then, { probe })
  }

  // ---- what its containers tell ----------------------------------------------------------------------------------------

  /** One that is not to run on as it is, while its Pod does; `done` not once the Pod is ending. */
  stop(record: ContainerRecord, message: string, done: () => void, how: Pick<Stopping, 'probe' | 'grace'> = {}): void {
    const { io, runtime } = this.context
    const { target } = this
    stopContainer(
      record,
      {
        io,
        runtime,
        pod: target.pod,
        podIP: this.podIP,
        message,
        ...how,
        say: (type, reason, text) => this.say(type, reason, text, record),
        ended: (_, exitCode, startedAt, finishedAt) => {
          if (!target.ending) this.ended(record, exitCode, startedAt, finishedAt)
        },
      },
      () => {
        if (!target.ending) done()
      },
    )
  }

  containerStarted(record: ContainerRecord): void {
    this.probes.start(record, this.since)
    const { nodeName: node = '' } = this.pod.spec
    const { namespace = '', name = '', uid = '' } = this.pod.metadata
    const pod = { namespace, name, uid }
    this.context.io.note({
      kind: 'decide',
      by: node,
      decision: { kind: 'sync', pod, node, action: 'started', detail: record.container.name },
    })
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

  get ending(): boolean {
    return this.target.ending
  }

  say(type: 'Normal' | 'Warning', reason: string, message: string, record: ContainerRecord): void {
    this.target.say(type, reason, message, record)
  }
}
