// The sandbox of a Pod, in which its containers run: made once its volumes are there, and stopped when they are down.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_sandbox.go (createPodSandbox)

import type { Pod } from '../api/kinds/pod/types'
import type { PodRecord } from './podRecord'
import type { RuntimeClient } from './runtimeClient'

export interface SandboxedPod {
  readonly pod: Pod
  readonly record: PodRecord
  /** The Pod is ending: nothing is started any more. */
  readonly ending: boolean
}

export class PodSandbox {
  /** The runtime's name of it; '' while there is none. */
  id = ''

  constructor(
    private readonly target: SandboxedPod,
    private readonly runtime: RuntimeClient,
  ) {}

  /** `done` hears why there is none, or null; nothing where the Pod has begun to end. */
  run(done: (problem: string | null) => void): void {
    const { target, runtime } = this
    const { namespace, name, uid } = target.pod.metadata
    runtime.call('RunPodSandbox', { namespace, name, uid, attempt: 0 }, (reply) => {
      if (!reply.ok) {
        if (!target.ending) done(reply.error)
        return
      }
      this.id = String(reply.result.sandbox)
      if (target.ending) return this.stop(() => {})
      const { record } = target
      if (!target.pod.spec.hostNetwork) record.podIP = String(reply.result.ip)
      record.sandboxReady = record.sandboxEverReady = true
      done(null)
    })
  }

  stop(done: () => void): void {
    this.runtime.call('StopPodSandbox', { sandbox: this.id }, () => done())
  }
}
