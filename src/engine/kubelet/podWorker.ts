// One Pod on its node, from the first look at it to its end: sandbox, init containers one by one, containers, restarts, and the graceful stop.
// Every change is told to the API server by the status manager, and what a person would ask about by an Event.
// Leaves out: probes, hooks, volumes beyond the token, resizing. A failed pull and a crash are tried again with a growing delay.
// Upstream: kubernetes pkg/kubelet/{pod_workers,kubelet}.go, kuberuntime/kuberuntime_manager.go (SyncPod)

import type { Container, ContainerState, Pod } from '../api/kinds/pod/types'
import type { PartIo } from '../base/part'
import type { ClientApi } from '../client/types'
import type { EventRecorder } from '../client/eventRecorder'
import { rfc3339 } from '../api/time'
import { BackOff } from './backOff'
import { statusOf, type ContainerRecord, type PodRecord } from './podStatus'
import type { RuntimeClient } from './runtimeClient'
import type { StatusManager } from './statusManager'

/** Milliseconds; as the recorded audit logs show them. */
const TOKEN = 200
const SYNC = 1000
const RETRY_PULL = 13_000
const JSON_BODY = { 'content-type': 'application/json' }
const REMOVE = 970

export interface PodWorkerContext {
  readonly io: PartIo
  readonly client: ClientApi
  readonly runtime: RuntimeClient
  readonly statuses: StatusManager
  readonly events: EventRecorder
  readonly hostIP: string
}

export class PodWorker {
  private readonly record: PodRecord
  private readonly backOffs = new Map<string, BackOff>()
  private sandbox = ''
  private stopping = false
  private gone = false
  private caWatch: { close(): void } | null = null

  constructor(
    private pod: Pod,
    private readonly context: PodWorkerContext,
  ) {
    const { spec, metadata } = pod
    const waiting = spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating'
    const record = (container: Container, init: boolean): ContainerRecord => ({
      container,
      init,
      state: { waiting: { reason: waiting } },
      lastState: {},
      ready: false,
      started: false,
      restarts: 0,
      id: '',
      image: container.image ?? '',
      imageID: '',
    })
    this.record = {
      containers: [...(spec.initContainers ?? []).map((c) => record(c, true)), ...spec.containers.map((c) => record(c, false))],
      sandboxReady: false,
      sandboxEverReady: false,
      podIP: '',
      hostIP: context.hostIP,
      startTime: rfc3339(context.io.epochNow),
      generation: metadata.generation ?? 1,
      phaseHeld: false,
    }
  }

  get uid(): string {
    return this.pod.metadata.uid!
  }

  start(): void {
    if (this.pod.metadata.deletionTimestamp) return this.stop()
    this.tell()
    this.mountToken(() => this.runSandbox())
  }

  /** The Pod changed: a deletion begins, or its generation moved on. */
  update(pod: Pod): void {
    this.pod = pod
    if (pod.metadata.deletionTimestamp && !this.stopping) {
      this.record.generation = pod.metadata.generation ?? this.record.generation
      return this.stop()
    }
    if (!this.stopping) this.followImages(pod)
  }

  /** A container whose image was changed is stopped and started anew; nothing else of a running container may change. */
  private followImages(pod: Pod): void {
    for (const record of this.record.containers) {
      const wanted = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === record.container.name)
      if (!wanted || wanted.image === record.container.image || !record.state.running) continue
      this.record.generation = pod.metadata.generation ?? this.record.generation
      record.container = wanted
      const startedAt = Date.parse(record.state.running.startedAt!)
      this.say('Normal', 'Killing', `Container ${wanted.name} definition changed, will be restarted`, record)
      this.context.runtime.call('StopContainer', { container: record.id }, (reply) => {
        if (!reply.ok || this.stopping) return
        this.ended(record, Number(reply.result.exitCode), startedAt, Number(reply.result.finishedAt))
        record.lastState = record.state
        record.restarts++
        record.id = ''
        this.startContainer(record)
      })
    }
  }

  /** The Pod is no longer in the API. Forced away, it is stopped now, and nobody is told. */
  removed(): void {
    this.gone = true
    this.caWatch?.close()
    this.context.statuses.forget(this.uid)
    if (this.stopping) return
    this.stopping = true
    for (const c of this.running()) {
      this.say('Normal', 'Killing', `Stopping container ${c.container.name}`, c)
      this.context.runtime.call('StopContainer', { container: c.id }, () => {})
    }
    this.context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, () => {})
  }

  /** A container ended by itself. */
  exited(container: string, exitCode: number, startedAt: number, finishedAt: number): void {
    const record = this.record.containers.find((c) => c.id === container)
    if (!record || this.stopping) return
    this.ended(record, exitCode, startedAt, finishedAt)
    if (record.init && exitCode === 0) {
      this.tell()
      this.runNext()
      return
    }
    if (this.restarts(exitCode)) return this.restart(record)
    if (this.record.containers.every((c) => !c.state.running)) {
      this.record.phaseHeld = true
      this.tell()
      this.after(SYNC, () => {
        this.record.phaseHeld = false
        this.record.sandboxReady = false
        this.tell()
      })
    } else this.tell()
  }

  // ---- start -----------------------------------------------------------------------------------------------------------

  private mountToken(done: () => void): void {
    const { namespace = 'default' } = this.pod.metadata
    const projected = this.pod.spec.volumes?.some((v) => v.projected)
    if (!projected) return this.after(TOKEN, done)
    const selector = `allowWatchBookmarks=true&fieldSelector=metadata.name%3Dkube-root-ca.crt&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeoutSeconds=${300 + this.context.io.random.int(300)}&watch=true`
    this.caWatch = this.context.client.stream(
      { method: 'GET', path: `/api/v1/namespaces/${namespace}/configmaps?${selector}` },
      { chunk: () => {}, end: () => {} },
    )
    this.after(TOKEN, () => {
      const account = this.pod.spec.serviceAccountName ?? 'default'
      this.context.client.request(
        {
          method: 'POST',
          path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
          headers: JSON_BODY,
          body: {
            kind: 'TokenRequest',
            apiVersion: 'authentication.k8s.io/v1',
            metadata: {},
            spec: {
              audiences: null,
              expirationSeconds: 3607,
              boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: this.pod.metadata.name, uid: this.uid },
            },
          },
        },
        done,
      )
    })
  }

  private runSandbox(): void {
    if (this.stopping) return
    const { namespace, name, uid } = this.pod.metadata
    this.context.runtime.call('RunPodSandbox', { namespace, name, uid, attempt: 0 }, (reply) => {
      if (!reply.ok || this.stopping) return
      this.sandbox = String(reply.result.sandbox)
      this.record.podIP = String(reply.result.ip)
      this.record.sandboxReady = this.record.sandboxEverReady = true
      this.runNext()
      this.tell()
    })
  }

  /** Init containers come one by one, the others together, each after its image; false when none is left to start. */
  private runNext(): boolean {
    const init = this.record.containers.find((c) => c.init && !this.initDone(c))
    if (init) {
      const waits = init.state.waiting !== undefined && init.id === ''
      if (waits) this.startContainer(init)
      return waits
    }
    const next = this.record.containers.find(
      (c) => !c.init && c.id === '' && !c.state.running && !c.state.terminated && !this.backOffs.has(c.container.name),
    )
    if (next) this.startContainer(next)
    return next !== undefined
  }

  private initDone({ container, state, started }: ContainerRecord): boolean {
    return container.restartPolicy === 'Always' ? started : state.terminated?.exitCode === 0
  }

  private startContainer(record: ContainerRecord): void {
    const { image = '', imagePullPolicy } = record.container
    if (imagePullPolicy === 'Always') return this.pull(record)
    this.context.runtime.call('ImageStatus', { image }, (reply) => {
      if (!reply.ok || this.stopping) return
      if (reply.result.present) {
        this.say('Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`, record)
        return this.create(record)
      }
      if (imagePullPolicy === 'Never')
        return this.wait(record, 'ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`)
      this.pull(record)
    })
  }

  private pull(record: ContainerRecord): void {
    const { image = '' } = record.container
    const { io } = this.context
    const began = io.now
    this.say('Normal', 'Pulling', `Pulling image "${image}"`, record)
    this.context.runtime.call('PullImage', { image }, (reply) => {
      if (this.stopping) return
      if (!reply.ok) return this.pullFailed(record, image, reply.error)
      const took = `${Math.round(io.now - began)}ms`
      this.say(
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${String(reply.result.size)} bytes.`,
        record,
      )
      record.image = String(reply.result.image)
      record.imageID = String(reply.result.digest)
      this.create(record)
    })
  }

  private pullFailed(record: ContainerRecord, image: string, error: string): void {
    const backOff = this.backOffOf(record)
    backOff.next(this.context.io.now)
    this.say('Warning', 'Failed', `Failed to pull image "${image}": ${error}`, record)
    this.say('Warning', 'Failed', 'Error: ErrImagePull', record)
    this.after(600, () => {
      this.say('Normal', 'BackOff', `Back-off pulling image "${image}"`, record)
      this.say('Warning', 'Failed', 'Error: ImagePullBackOff', record)
      this.wait(record, 'ErrImagePull', error)
    })
    this.after(Math.max(RETRY_PULL, backOff.current), () => {
      this.wait(record, 'ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${error}`)
      this.pull(record)
    })
  }

  private wait(record: ContainerRecord, reason: string, message: string): void {
    record.state = { waiting: { message, reason } }
    this.tell()
  }

  private create(record: ContainerRecord): void {
    const { runtime, io } = this.context
    runtime.call(
      'CreateContainer',
      { sandbox: this.sandbox, name: record.container.name, image: record.container.image, attempt: record.restarts },
      (created) => {
        if (!created.ok || this.stopping) return
        record.id = String(created.result.container)
        this.say('Normal', 'Created', 'Container created', record)
        runtime.call('StartContainer', { container: record.id }, (started) => {
          if (!started.ok || this.stopping) return
          record.state = { running: { startedAt: rfc3339(Number(started.result.startedAt)) } }
          record.started = true
          record.ready = !record.init || record.container.restartPolicy === 'Always'
          this.say('Normal', 'Started', 'Container started', record)
          io.note({
            kind: 'decide',
            by: this.pod.spec.nodeName!,
            decision: { kind: 'sync', pod: this.ref(), node: this.pod.spec.nodeName!, action: 'started', detail: record.container.name },
          })
          // Containers are started in one sync; what is told is how all of them stand after it.
          if (!this.runNext() || record.init) this.tell()
        })
      },
    )
  }

  // ---- restart -----------------------------------------------------------------------------------------------------------

  private ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void {
    record.state = {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: rfc3339(startedAt),
        finishedAt: rfc3339(finishedAt),
        containerID: `containerd://${record.id}`,
      },
    }
    record.ready = record.init && exitCode === 0 && record.container.restartPolicy !== 'Always'
    record.started = false
  }

  private restarts(exitCode: number): boolean {
    const { restartPolicy } = this.pod.spec
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0)
  }

  private restart(record: ContainerRecord): void {
    const { io } = this.context
    const backOff = this.backOffOf(record)
    const again = () => {
      record.lastState = record.state.terminated ? record.state : record.lastState
      record.restarts++
      record.id = ''
      backOff.next(io.now)
      this.startContainer(record)
    }
    if (backOff.current === 0) {
      this.tell()
      return again()
    }
    const { name } = record.container
    const where = `${this.pod.metadata.name}_${this.pod.metadata.namespace}(${this.uid})`
    const terminated = record.state
    this.tell()
    this.say('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${where}`, record)
    this.after(Math.max(SYNC, backOff.remaining(io.now)), () => {
      record.lastState = terminated
      record.state = {
        waiting: {
          message: `back-off ${backOff.current / 1000}s restarting failed container=${name} pod=${where}`,
          reason: 'CrashLoopBackOff',
        },
      }
      this.tell()
      again()
    })
  }

  private backOffOf(record: ContainerRecord): BackOff {
    let backOff = this.backOffs.get(record.container.name)
    if (!backOff) this.backOffs.set(record.container.name, (backOff = new BackOff()))
    return backOff
  }

  // ---- stop ------------------------------------------------------------------------------------------------------------

  private stop(): void {
    this.stopping = true
    const running = this.running()
    for (const c of running) this.say('Normal', 'Killing', `Stopping container ${c.container.name}`, c)
    this.tell()
    let left = running.length
    if (left === 0) return this.stopped()
    for (const c of running) {
      const startedAt = Date.parse(c.state.running!.startedAt!)
      this.context.runtime.call('StopContainer', { container: c.id }, (reply) => {
        if (reply.ok) this.ended(c, Number(reply.result.exitCode), startedAt, Number(reply.result.finishedAt))
        if (--left === 0) this.context.runtime.call('StopPodSandbox', { sandbox: this.sandbox }, () => this.stopped())
      })
    }
  }

  /** All containers are down: the last status, and then the end of the object itself. */
  private stopped(): void {
    this.record.sandboxReady = false
    this.caWatch?.close()
    this.caWatch = null
    for (const c of this.record.containers) if (c.state.waiting) c.state = neverRan()
    this.tell(() => this.after(REMOVE, () => this.removeObject()))
  }

  private removeObject(): void {
    if (this.gone) return
    const { client } = this.context
    const path = `/api/v1/namespaces/${this.pod.metadata.namespace}/pods/${this.pod.metadata.name}`
    client.request({ method: 'GET', path }, (response) => {
      if (response.status !== 200 || this.gone) return
      client.request(
        {
          method: 'DELETE',
          path,
          headers: JSON_BODY,
          body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid: this.uid } },
        },
        () => {},
      )
    })
  }

  // ---- common ----------------------------------------------------------------------------------------------------------

  private running(): ContainerRecord[] {
    return this.record.containers.filter((c) => c.state.running)
  }

  /** Status of this moment, sent when the Pod has been read. */
  private tell(done?: () => void): void {
    if (this.gone) return
    const { statuses, io } = this.context
    const snapshot: PodRecord = { ...this.record, containers: this.record.containers.map((c) => ({ ...c })) }
    statuses.send(this.pod, (stored) => statusOf(stored, snapshot, io.epochNow), done)
  }

  private say(type: 'Normal' | 'Warning', reason: string, message: string, { container, init }: ContainerRecord): void {
    this.context.events.event(this.pod, {
      type,
      reason,
      message,
      fieldPath: `spec.${init ? 'initContainers' : 'containers'}{${container.name}}`,
    })
  }

  private after(delay: number, act: () => void): void {
    this.context.io.after(delay, () => {
      if (!this.gone) act()
    })
  }

  private ref() {
    const { namespace = '', name = '', uid = '' } = this.pod.metadata
    return { namespace, name, uid }
  }
}

const neverRan = (): ContainerState => ({
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
  },
})
