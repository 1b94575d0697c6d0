// Stops containers of a Pod: says so, runs the hook before the stop within the grace period, and then has the runtime stop them.
// Of a Pod that ends all are told at once, but sidecars go after the containers that they serve, the last one first.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (killContainer, executePreStopHook), kuberuntime_termination_order.go

import { goQuote } from '../api/go/goQuote'
import type { Pod } from '../api/kinds/pod/types'
import { isObject } from '../base/json'
import type { PartIo } from '../base/part'
import { runHook } from './lifecycleHooks'
import { isMain, isSidecar, type ContainerRecord } from './podRecord'
import type { DecidingKind } from './prober'
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
  readonly probe?: DecidingKind | undefined
  /** Why, where it is not that the Pod ends. */
  readonly message?: string
  say(type: 'Normal' | 'Warning', reason: string, message: string, record: ContainerRecord): void
  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void
}

/** All at once; a sidecar is only stopped when those that it serves are, or its time is over. `done` hears what the runtime could not do. */
export function stopContainers(running: readonly ContainerRecord[], stopping: Stopping, done: (problems: readonly string[]) => void): void {
  const left = new Set(running)
  const problems: string[] = []
  let outstanding = running.length
  const waiting = new Set<() => void>()
  const turnOf = (record: ContainerRecord): Turn => {
    const before = stoppedBefore(record, running, stopping.pod)
    return (seconds, go) => {
      const isUp = () => before.every((other) => !left.has(other))
      if (isUp()) return go()
      const end = stopping.io.after(seconds * SECOND, () => {
        waiting.delete(look)
        go()
      })
      const look = () => {
        if (!isUp()) return
        waiting.delete(look)
        end.cancel()
        go()
      }
      waiting.add(look)
    }
  }
  if (running.length === 0) return done(problems)
  // Said of the containers first, then of the sidecars.
  for (const record of [...running].sort((a, b) => Number(isSidecar(a)) - Number(isSidecar(b))))
    stopContainer(
      record,
      stopping,
      (problem) => {
        if (problem === null) left.delete(record)
        else problems.push(`failed to "KillContainer" for "${record.container.name}" with KillContainerError: ${goQuote(problem)}`)
        for (const look of [...waiting]) look()
        if (--outstanding === 0) done(problems)
      },
      turnOf(record),
    )
}

/** `go` comes when it is the container's turn, or when so many seconds have passed. */
type Turn = (seconds: number, go: () => void) => void

/** Of these, all that a sidecar serves, and the sidecar after it. */
function stoppedBefore(record: ContainerRecord, running: readonly ContainerRecord[], { spec }: Pod): readonly ContainerRecord[] {
  if (!isSidecar(record)) return []
  const sidecars = (spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name)
  const next = sidecars[sidecars.indexOf(record.container.name) + 1]
  return running.filter((c) => isMain(c) || (c.init && c.container.name === next))
}

/** `done` hears why the runtime could not, or null. */
export function stopContainer(
  record: ContainerRecord,
  stopping: Stopping,
  done: (problem: string | null) => void,
  turn: Turn = (_, go) => go(),
): void {
  const { runtime, io, pod } = stopping
  const startedAt = Date.parse(record.state.running?.startedAt ?? '')
  const grace = stopping.grace ?? gracePeriod(pod, record, stopping.probe)
  /** Calls back with what is left of so many seconds. */
  const take = (seconds: number, step: (go: () => void) => void, then: (left: number) => void) => {
    if (seconds <= 0) return then(seconds)
    const asked = io.now
    step(() => then(seconds - Math.floor((io.now - asked) / SECOND)))
  }
  const stop = (seconds: number) => {
    const timeout = Math.max(MINIMUM_GRACE, seconds)
    runtime.call('StopContainer', { container: record.id, timeout }, (reply) => {
      if (!reply.ok) return done(reply.error)
      stopping.ended(record, Number(reply.result.exitCode), startedAt, Number(reply.result.finishedAt))
      done(null)
    })
  }
  stopping.say('Normal', 'Killing', stopping.message ?? `Stopping container ${record.container.name}`, record)
  take(
    grace,
    (go) => preStop(record, stopping, grace, go),
    (left) => take(left, (go) => turn(left, go), stop),
  )
}

/** `done` comes when the hook is through, or the grace period, in seconds, is. */
function preStop(record: ContainerRecord, stopping: Stopping, grace: number, done: () => void): void {
  const { io, runtime, pod, podIP } = stopping
  const hook = record.container.lifecycle?.preStop
  if (!isObject(hook)) return done()
  if (isObject(hook.sleep)) return void io.after(Math.min(Number(hook.sleep.seconds), grace) * SECOND, done)
  runHook({ io, runtime, pod, podIP }, record, hook, (message) => {
    if (message !== null) stopping.say('Warning', 'FailedPreStopHook', 'PreStopHook failed', record)
    done()
  })
}

/** Seconds; of a Pod that is deleted, one at least. A probe's own grace period counts while nobody deletes the Pod.
 * Upstream: setTerminationGracePeriod, pod_workers.go (calculateEffectiveGracePeriod). */
function gracePeriod({ metadata, spec }: Pod, { container }: ContainerRecord, probe: DecidingKind | undefined): number {
  if (metadata.deletionGracePeriodSeconds !== undefined) return Math.max(1, Number(metadata.deletionGracePeriodSeconds))
  const own = probe && container[`${probe}Probe`]?.terminationGracePeriodSeconds
  return Number(own ?? spec.terminationGracePeriodSeconds ?? MINIMUM_GRACE)
}
