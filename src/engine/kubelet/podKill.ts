// Stops what runs of a Pod, and its sandbox. What the runtime could not do is said and tried again, and nothing goes on before it is done.
// Upstream: kubernetes pkg/kubelet/kubelet.go (SyncTerminatingPod), kuberuntime/kuberuntime_manager.go (killPodWithSyncResult),
// pod_workers.go (completeWork)

import { goQuote } from '../api/go/goQuote'
import type { Pod } from '../api/kinds/pod/types'
import { stopContainers } from './containerStop'
import type { PodContext } from './podContext'
import type { ContainerRecord, PodRecord } from './podRecord'

/** Milliseconds; upstream adds up to half, at random. */
const RETRY = 10_000 * 1.3

export interface KilledPod {
  readonly pod: Pod
  readonly record: PodRecord
  /** The runtime's name of its sandbox; '' where there is none. */
  readonly sandbox: string
  say(type: 'Normal' | 'Warning', reason: string, message: string, record?: ContainerRecord): void
  ended(record: ContainerRecord, exitCode: number, startedAt: number, finishedAt: number): void
}

export class PodKill {
  /** What is being stopped, and who waits until nothing is. */
  private busy = 0
  private waiting: (() => void)[] = []

  constructor(
    private readonly target: KilledPod,
    private readonly context: Pick<PodContext, 'io' | 'runtime'>,
  ) {}

  /** The containers first, then the sidecars from last to first; `grace`: seconds, whatever the Pod says. */
  containers(records: readonly ContainerRecord[], done: () => void, grace?: number): void {
    this.stopAll(records, this.begun(done), grace)
  }

  sandbox(done: () => void): void {
    this.stopBox(this.begun(done))
  }

  /** `act` comes now, or when all is stopped that is being stopped, and what follows from that as well. */
  whenIdle(act: () => void): void {
    if (this.busy === 0) act()
    else this.waiting.push(act)
  }

  private begun(done: () => void): () => void {
    this.busy++
    return () => {
      done()
      this.busy--
      if (this.busy > 0) return
      for (const act of this.waiting.splice(0)) act()
    }
  }

  private stopAll(records: readonly ContainerRecord[], done: () => void, grace: number | undefined): void {
    const { target } = this
    const { io, runtime } = this.context
    const { pod, record } = target
    const stopping = {
      io,
      runtime,
      pod,
      grace,
      podIP: record.podIP,
      say: (...said: Parameters<KilledPod['say']>) => target.say(...said),
      ended: (...end: Parameters<KilledPod['ended']>) => target.ended(...end),
    }
    const running = records.filter((c) => c.state.running)
    stopContainers(running, stopping, (problems) => {
      if (problems.length === 0) return done()
      this.stopSandbox((more) => this.failed([...problems, ...more], () => this.stopAll(records, done, grace)))
    })
  }

  private stopBox(done: () => void): void {
    this.stopSandbox((problems) => (problems.length === 0 ? done() : this.failed(problems, () => this.stopBox(done))))
  }

  private stopSandbox(done: (problems: readonly string[]) => void): void {
    const { pod, sandbox } = this.target
    if (sandbox === '') return done([])
    this.context.runtime.call('StopPodSandbox', { sandbox }, (reply) =>
      done(
        reply.ok
          ? []
          : [`failed to "KillPodSandbox" for ${goQuote(pod.metadata.uid ?? '')} with KillPodSandboxError: ${goQuote(reply.error)}`],
      ),
    )
  }

  private failed(problems: readonly string[], again: () => void): void {
    const { io, runtime } = this.context
    const [first = '', ...others] = problems
    this.target.say('Warning', 'FailedKillPod', `error killing pod: ${others.length > 0 ? `[${problems.join(', ')}]` : first}`)
    io.after(RETRY, () => runtime.whenThere(again))
  }
}
