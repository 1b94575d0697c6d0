// Stops containers of a Pod: says so, runs the hook before the stop within the grace period, and then has the runtime stop them.
// Sidecars go after the containers that they serve, the last one first.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (killContainer, executePreStopHook), kuberuntime_termination_order.go

import type { Pod } from '../api/kinds/pod/types'
import { isObject } from '../base/json'
import type { PartIo } from '../base/part'
import { runHandler } from './containerHandler'
import { isSidecar, type ContainerRecord } from './podRecord'
import type { ProbeKind } from './prober'
import type { RuntimeClient } from './runtimeClient'

const SECOND = 1000
/** Seconds that the runtime gives a container in any case. */
const MINIMUM_GRACE = 2

export interface Stopping {
  readonly io: PartIo
  readonly runtime: RuntimeClient
  readonly pod: Pod
  readonly podIP: string
  /** Seconds, whatever the Pod says. */
  readonly grace?: number
  /** Which probe failed, where that is why. */
  readonly probe?: ProbeKind
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
  const grace = stopping.grace ?? gracePeriod(pod, record, stopping.probe)
  const asked = io.now
  const stop = () => {
    const timeout = Math.max(MINIMUM_GRACE, grace - Math.floor((io.now - asked) / SECOND))
    runtime.call('StopContainer', { container: record.id, timeout }, (reply) => {
      if (reply.ok) stopping.ended(record, Number(reply.result.exitCode), startedAt, Number(reply.result.finishedAt))
      done()
    })
  }
  stopping.say('Normal', 'Killing', stopping.message ?? `Stopping container ${record.container.name}`, record)
  const hook = record.container.lifecycle?.preStop
  if (!isObject(hook) || grace === 0) return stop()
  if (isObject(hook.sleep)) return void io.after(Math.min(Number(hook.sleep.seconds), grace) * SECOND, stop)
  runHandler(runtime, record.id, { pod, podIP: stopping.podIP }, hook, (problem) => {
    if (problem !== null) stopping.say('Warning', 'FailedPreStopHook', 'PreStopHook failed', record)
    stop()
  })
}

/** Seconds. A probe's own grace period counts while nobody deletes the Pod. Upstream: setTerminationGracePeriod. */
function gracePeriod({ metadata, spec }: Pod, { container }: ContainerRecord, probe: ProbeKind | undefined): number {
  const own = probe && container[`${probe}Probe`]?.terminationGracePeriodSeconds
  return Number(metadata.deletionGracePeriodSeconds ?? own ?? spec.terminationGracePeriodSeconds ?? MINIMUM_GRACE)
}
