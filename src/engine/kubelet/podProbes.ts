// The probes of one Pod's containers, and what follows from them: a sync when readiness changed, a restart where a container is not well.
// Upstream: kubernetes pkg/kubelet/kubelet.go (syncLoopIteration, handleProbeSync), kuberuntime/kuberuntime_manager.go (computePodActions)

import type { Pod } from '../api/kinds/pod/types'
import type { Millis } from '../base/part'
import type { PodContext } from './podContext'
import type { ContainerRecord, PodRecord } from './podRecord'
import { isProbed, Prober, startUnprobed, type DecidingKind, type ProbedPod, type Seen } from './prober'

export interface ProbesOwner {
  readonly pod: Pod
  readonly record: PodRecord
  say(type: 'Normal' | 'Warning', reason: string, message: string, record: ContainerRecord): void
}

export interface ProbesFollowed {
  sync(): void
  /** The next sync stops the container, and most often starts it anew. */
  stopFor(record: ContainerRecord, why: DecidingKind): void
}

export class PodProbes implements ProbedPod {
  /** Most Pods have none. */
  private prober: Prober | null = null

  constructor(
    private readonly owner: ProbesOwner,
    private readonly context: Pick<PodContext, 'io' | 'runtime'>,
    private readonly followed: ProbesFollowed,
  ) {}

  /** `since`: when its Pod came to this node. `was`: as an earlier kubelet saw it. */
  start(record: ContainerRecord, since: Millis, was?: Seen): void {
    if (record.ephemeral) return
    if (!this.prober && !isProbed(record)) return startUnprobed(record)
    this.prober ??= new Prober(this.context.io, this.context.runtime, this)
    this.prober.start(record, since, was)
  }

  /** Of one container. */
  stop(container: string): void {
    this.prober?.stop(container)
  }

  /** All, or all but those of readiness. */
  stopAll(keepReadiness = false): void {
    this.prober?.stop(undefined, keepReadiness ? 'readiness' : undefined)
  }

  get pod(): Pod {
    return this.owner.pod
  }

  get podIP(): string {
    return this.owner.record.podIP
  }

  probeFailed(record: ContainerRecord, message: string): void {
    this.owner.say('Warning', 'Unhealthy', message, record)
  }

  probesChanged(): void {
    this.followed.sync()
  }

  unhealthy(record: ContainerRecord, kind: DecidingKind): void {
    this.followed.stopFor(record, kind)
    this.followed.sync()
  }
}
