// Starts one container: its image (pulled, or not again yet), its environment, create, start, the hook after the start.
// Leaves out: image credentials, verification, images removed for want of disk.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer), pkg/kubelet/images/image_manager.go

import type { Pod } from '../api/kinds/pod/types'
import { isObject } from '../base/json'
import type { PartIo } from '../base/part'
import { rfc3339 } from '../api/scalars/time'
import { goDuration } from '../api/go/duration'
import { goQuote } from '../api/go/goQuote'
import { BackOff } from '../client/backOff'
import { actuatedAll } from './actuated'
import { imageNameProblem } from './imageName'
import type { ImagePuller } from './imagePuller'
import { runHook } from './lifecycleHooks'
import { rootProblem } from './nonRoot'
import { missingForEnvironment, type Find } from './podReferences'
import type { ContainerRecord } from './podRecord'
import type { RuntimeClient } from './runtimeClient'

/** What a start needs of its Pod. */
export interface StartingPod {
  readonly pod: Pod
  readonly sandbox: string
  readonly podIP: string
  readonly find: Find
  say(type: 'Normal' | 'Warning', reason: string, message: string, record: ContainerRecord): void
  containerStarted(record: ContainerRecord): void
  /** `done` when it is down, or hears why it could not be stopped. */
  stop(record: ContainerRecord, message: string, done: (problem: string | null) => void): void
}

export class ContainerStarter {
  private pulls: Map<string, { readonly backOff: BackOff; error: string }> | null = null

  constructor(
    private readonly io: PartIo,
    private readonly runtime: RuntimeClient,
    private readonly puller: ImagePuller,
    private readonly target: StartingPod,
  ) {}

  /** `done` hears whether the container runs; if not, `record.held` says why. */
  start(record: ContainerRecord, done: (ok: boolean) => void): void {
    const { image = '', imagePullPolicy } = record.container
    const problem = imageNameProblem(image)
    if (problem) {
      const invalid = `Failed to apply default image tag ${goQuote(image)}: ${problem}`
      this.target.say('Warning', 'InspectFailed', invalid, record)
      return this.refuse(record, 'InvalidImageName', invalid, done)
    }
    if (imagePullPolicy === 'Always') return this.pull(record, done)
    this.runtime.call('ImageStatus', { image }, (reply) => {
      if (reply.ok && reply.result.present === true) {
        this.target.say('Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`, record)
        return this.create(record, done)
      }
      if (imagePullPolicy !== 'Never') return this.pull(record, done)
      const message = `Container image "${image}" is not present with pull policy of Never`
      this.target.say('Warning', 'ErrImageNeverPull', message, record)
      this.refuse(record, 'ErrImageNeverPull', message, done)
    })
  }

  private pull(record: ContainerRecord, done: (ok: boolean) => void): void {
    const { image = '' } = record.container
    const began = this.io.now
    const failed = this.pulls?.get(image)
    if (failed?.backOff.holdsSinceLast(began)) {
      this.target.say('Normal', 'BackOff', `Back-off pulling image "${image}"`, record)
      return this.refuse(record, 'ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${failed.error}`, done)
    }
    this.target.say('Normal', 'Pulling', `Pulling image "${image}"`, record)
    this.puller.pull(image, (reply, took) => {
      if (!reply.ok) {
        const known = failed ?? { backOff: new BackOff(), error: reply.error }
        known.error = reply.error
        known.backOff.next(this.io.now)
        this.pulls ??= new Map()
        this.pulls.set(image, known)
        this.target.say('Warning', 'Failed', `Failed to pull image "${image}": ${reply.error}`, record)
        return this.refuse(record, 'ErrImagePull', reply.error, done)
      }
      const times = [took, this.io.now - began].map((millis) => goDuration(Math.round(millis)))
      const size = String(reply.result.size)
      this.target.say(
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${times[0]} (${times[1]} including waiting). Image size: ${size} bytes.`,
        record,
      )
      this.create(record, done)
    })
  }

  private create(record: ContainerRecord, done: (ok: boolean) => void): void {
    const { container } = record
    const { pod, find } = this.target
    const problem = missingForEnvironment(container, pod.metadata.namespace ?? 'default', find) ?? rootProblem(pod, container)
    if (problem) return this.refuse(record, 'CreateContainerConfigError', problem, done)
    const again = record.state.terminated !== undefined
    const attempt = record.restarts + (again ? 1 : 0)
    const actual = actuatedAll(container.resources)
    const resources = Object.keys(actual).length > 0 ? { resources: actual } : {}
    const params = { sandbox: this.target.sandbox, name: container.name, image: container.image, attempt, ...resources }
    this.runtime.call('CreateContainer', params, (created) => {
      if (!created.ok) return this.refuse(record, 'CreateContainerError', created.error, done)
      const id = String(created.result.container)
      this.target.say('Normal', 'Created', 'Container created', record)
      this.runtime.call('StartContainer', { container: id }, (started) => {
        if (!started.ok) return this.refuse(record, 'RunContainerError', started.error, done)
        record.id = id
        record.actual = actual
        record.image = String(started.result.image)
        record.imageID = String(started.result.digest)
        record.restarts = attempt
        if (again) record.lastState = record.state
        record.held = null
        record.fresh = false
        record.state = { running: { startedAt: rfc3339(Number(started.result.startedAt)) } }
        this.target.say('Normal', 'Started', 'Container started', record)
        this.afterStart(record, done)
      })
    })
  }

  private afterStart(record: ContainerRecord, done: (ok: boolean) => void): void {
    const hook = record.container.lifecycle?.postStart
    const go = () => {
      this.target.containerStarted(record)
      done(true)
    }
    if (!isObject(hook)) return go()
    const { io, runtime } = this
    const { pod, podIP } = this.target
    runHook({ io, runtime, pod, podIP }, record, hook, (message) => {
      if (message === null) return go()
      // What the hook answered may hold secrets: no event says it.
      this.target.say('Warning', 'FailedPostStartHook', 'PostStartHook failed', record)
      this.target.stop(record, 'FailedPostStartHook', (problem) => {
        // It runs on, as any other.
        if (problem !== null) this.target.containerStarted(record)
        record.held = { reason: 'PostStartHookError', message }
        done(false)
      })
    })
  }

  private refuse(record: ContainerRecord, reason: string, message: string, done: (ok: boolean) => void): void {
    record.held = { message, reason }
    this.target.say('Warning', 'Failed', `Error: ${/^(Err|ImagePull|Invalid)/.test(reason) ? reason : message}`, record)
    done(false)
  }
}
