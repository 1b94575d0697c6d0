// Stops containers of a Pod: says so, runs the hook before the stop within the grace period, and then has the runtime stop them.
// Sidecars go after the containers that they serve, the last one first.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (killContainer, executePreStopHook), kuberuntime_termination_order.go

import type { Pod } from '../api/kinds/pod/types'
import { isObject } from '../base/json'
import type { PartIo } from '../base/part'
import { runHandler } from './containerHandler'
import { isSidecar, type ContainerRecord } from './podRecord'
import type { RuntimeClient } from './runtimeClient'

const SECOND = 1000

export interface Stopping {
  readonly io: PartIo
  readonly runtime: RuntimeClient
  readonly pod: Pod
  readonly podIP: string
  /** Seconds, whatever the Pod says. */
  readonly grace?: number
  /** Why, where it is not that the Pod ends. */
  readonly message?: string
  say(type: 'Normal' | 'Warning', reason: string, message: string, record: ContainerRecord): void
  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void
}

export function stopContainers(running: readonly ContainerRecord[], stopping: Stopping, done: () => void): void {
  const groups = [
    running.filter((c) => !isSidecar(c)),
    ...running
      .filter(isSidecar)
      .map((c) => [c])
      .reverse(),
  ]
  const stopNext = (): void => {
    const group = groups.shift()
    if (!group) return done()
    let left = group.length
    if (left === 0) return stopNext()
    for (const record of group)
      stopContainer(record, stopping, () => {
        if (--left === 0) stopNext()
      })
  }
  stopNext()
}

export function stopContainer(record: ContainerRecord, stopping: Stopping, done: () => void): void {
  const { runtime, io, pod } = stopping
  const startedAt = Date.parse(record.state.running?.startedAt ?? '')
  const grace = stopping.grace ?? pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
  const stop = () =>
    runtime.call('StopContainer', { container: record.id }, (reply) => {
      if (reply.ok) stopping.ended(record, Number(reply.result.exitCode), startedAt, Number(reply.result.finishedAt))
      done()
    })
  stopping.say('Normal', 'Killing', stopping.message ?? `Stopping container ${record.container.name}`, record)
  const hook = record.container.lifecycle?.preStop
  if (!isObject(hook) || grace === 0) return stop()
  if (isObject(hook.sleep)) return void io.after(Math.min(Number(hook.sleep.seconds), grace) * SECOND, stop)
  runHandler(runtime, record.id, { pod, podIP: stopping.podIP }, hook, (problem) => {
    if (problem !== null) stopping.say('Warning', 'FailedPreStopHook', 'PreStopHook failed', record)
    stop()
  })
}
