// The sandbox of a Pod, in which its containers run: made once its volumes are there, and stopped when they are down.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_sandbox.go (createPodSandbox)

import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import type { PodRecord } from './podRecord'
import type { RuntimeClient } from './runtimeClient'

export interface SandboxedPod {
  readonly pod: Pod
  readonly record: PodRecord
}

export class PodSandbox {
  /** The runtime's name of it; '' while there is none. */
  id = ''
  /** What its machine went down with: it is no longer up. */
  private lost: { readonly id: string; readonly attempt: number } | null = null

  constructor(
    private readonly target: SandboxedPod,
    private readonly runtime: RuntimeClient,
  ) {}

  /** Takes up what the runtime has of the Pod. */
  adopt(found: JsonObject): void {
    const { sandbox, ready, attempt } = found
    if (typeof sandbox !== 'string') return
    if (ready === true) this.id = sandbox
    else this.lost = { id: sandbox, attempt: Number(attempt) }
  }

  /** The one that is to be stopped when the Pod ends, up or not; '' where there is none. */
  get any(): string {
    return this.id || (this.lost?.id ?? '')
  }

  /** Whether there was one, which is not up: all begins anew in another one. */
  get changed(): boolean {
    return this.lost !== null
  }

  /** `done` hears why there is none, or null. */
  run(done: (problem: string | null) => void): void {
    const { target, runtime } = this
    const { namespace, name, uid } = target.pod.metadata
    const attempt = this.lost ? this.lost.attempt + 1 : 0
    runtime.call('RunPodSandbox', { namespace, name, uid, attempt }, (reply) => {
      if (!reply.ok) return done(reply.error)
      this.id = String(reply.result.sandbox)
      const { record } = target
      if (this.lost) beginInit(record)
      this.lost = null
      if (!target.pod.spec.hostNetwork) record.podIP = String(reply.result.ip)
      record.sandboxReady = record.sandboxEverReady = true
      done(null)
    })
  }

  stop(done: (ok: boolean) => void): void {
    this.runtime.call('StopPodSandbox', { sandbox: this.id }, (reply) => done(reply.ok))
  }
}

/** Init containers count no more that have run in a sandbox before. */
function beginInit({ containers }: PodRecord): void {
  for (const c of containers)
    if (c.init && c.state.terminated) {
      Object.assign(c, { state: { waiting: { reason: 'PodInitializing' } }, lastState: c.state, fresh: true })
      Object.assign(c, { ready: false, restarts: c.restarts + 1 })
    }
}
