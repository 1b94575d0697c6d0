// A container that ended is started again at once the first time, and then after a delay that grows. With another image it begins anew.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (doBackOff), helpers.go (GetBackoffKey)

import type { Container, ContainerState, Pod } from '../api/kinds/pod/types'
import type { Millis, PartIo } from '../base/part'
import { goDuration } from '../api/go/duration'
import { BackOff } from '../client/backOff'
import { formatPod } from './formatPod'

export interface Held {
  /** For its status. */
  readonly message: string
  /** For an event. */
  readonly said: string
  readonly until: Millis
}

export class CrashBackOffs {
  /** By container and image; most Pods never need any. */
  private known: Map<string, BackOff> | null = null

  constructor(private readonly io: PartIo) {}

  /** Why the container is not started now; null when it may be. `last`: how it ended last. */
  holds(pod: Pod, { name, image }: Container, last: ContainerState['terminated']): Held | null {
    if (!last) return null
    const { now, epochNow } = this.io
    this.known ??= new Map()
    const key = `${name} ${image}`
    let backOff = this.known.get(key)
    if (!backOff) this.known.set(key, (backOff = new BackOff()))
    const since = now - (epochNow - Date.parse(last.finishedAt ?? ''))
    if (!backOff.holds(since, now)) {
      backOff.next(now, since)
      return null
    }
    const where = formatPod(pod)
    return {
      message: `back-off ${goDuration(backOff.current)} restarting failed container=${name} pod=${where}`,
      said: `Back-off restarting failed container ${name} in pod ${where}`,
      until: since + backOff.current,
    }
  }
}
