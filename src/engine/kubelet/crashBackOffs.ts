// A container that ended is started again at once the first time, and then after a delay that grows.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (doBackOff)

import type { Pod } from '../api/kinds/pod/types'
import type { PartIo } from '../base/part'
import { BackOff } from '../client/backOff'
import { formatPod } from './formatPod'
import type { ContainerRecord } from './podRecord'

export class CrashBackOffs {
  /** By container; most Pods never need any. */
  private known: Map<string, BackOff> | null = null

  constructor(private readonly io: PartIo) {}

  /** Why the container is not started now, for its status and for an event; null when it may be. */
  holds(
    pod: Pod,
    { container: { name }, state, lastState, fresh }: ContainerRecord,
  ): { readonly held: string; readonly said: string } | null {
    const last = state.terminated ?? lastState.terminated
    if (!last || fresh) return null
    const { now, epochNow } = this.io
    this.known ??= new Map()
    let backOff = this.known.get(name)
    if (!backOff) this.known.set(name, (backOff = new BackOff()))
    if (!backOff.holds(now - (epochNow - Date.parse(last.finishedAt!)), now)) {
      backOff.next(now)
      return null
    }
    const where = formatPod(pod)
    return {
      held: `back-off ${delayText(backOff.current)} restarting failed container=${name} pod=${where}`,
      said: `Back-off restarting failed container ${name} in pod ${where}`,
    }
  }
}

/** `10s`, `1m20s`, `5m0s`. */
const delayText = (millis: number) =>
  millis < 60_000 ? `${millis / 1000}s` : `${Math.floor(millis / 60_000)}m${(millis % 60_000) / 1000}s`
