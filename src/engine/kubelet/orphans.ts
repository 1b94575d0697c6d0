// What a runtime still has of Pods that its kubelet does not run: they went while no kubelet was here to stop them. Once all are known that
// are to run, the others are stopped, with no more time than is needed, and what is left of Pods that are gone is removed.
// Leaves out: the rounds after the first one, as nothing is left behind later on.
// Upstream: kubernetes pkg/kubelet/kubelet_pods.go (HandlePodCleanups), kubelet.go (SyncTerminatingRuntimePod),
// kuberuntime/kuberuntime_gc.go (evictSandboxes)

import type { Pod } from '../api/kinds/pod/types'
import { rfc3339 } from '../api/scalars/time'
import type { JsonObject } from '../base/json'
import type { PodContext } from './podContext'
import { PodKill } from './podKill'
import { adoptContainers, endedState, recordOf } from './podRecord'

/** Milliseconds: upstream's round of cleaning. */
const CLEANING = 2000
/** Seconds. */
const GRACE = 1

export class Orphans {
  constructor(
    private readonly context: Pick<PodContext, 'io' | 'runtime' | 'events'>,
    /** Whether the kubelet sees to the Pod. */
    private readonly isKnown: (uid: string) => boolean,
  ) {}

  clean(): void {
    this.context.io.after(CLEANING, () => this.look())
  }

  private look(): void {
    const { runtime } = this.context
    runtime.call('ListPodSandbox', {}, (reply) => {
      if (!reply.ok) return runtime.whenThere(() => this.look())
      const newest = new Map((reply.result.sandboxes as readonly JsonObject[]).map((sandbox) => [String(sandbox.uid), sandbox]))
      for (const [uid, sandbox] of newest) {
        if (this.isKnown(uid)) continue
        const remove = () => runtime.call('RemovePodSandbox', { sandbox: sandbox.id! }, () => {})
        if (sandbox.ready === true) this.stop(sandbox, remove)
        else remove()
      }
    })
  }

  private stop(sandbox: JsonObject, done: () => void): void {
    const { runtime } = this.context
    runtime.call('ListContainers', { uid: sandbox.uid! }, (reply) => {
      if (!reply.ok) return runtime.whenThere(() => this.stop(sandbox, done))
      const { events, io } = this.context
      const pod = podOf(sandbox, reply.result)
      const record = recordOf(pod, '', rfc3339(io.epochNow))
      adoptContainers(record, pod, reply.result)
      const kill = new PodKill(
        {
          pod,
          record,
          sandbox: String(sandbox.id),
          say: (type, reason, message, of) => events.event(pod, { type, reason, message, ...(of ? { fieldPath: of.fieldPath } : {}) }),
          ended: (of, ...how) => void (of.state = endedState(of, ...how)),
        },
        this.context,
      )
      kill.containers(record.containers, () => kill.sandbox(done), GRACE)
    })
  }
}

/** As much of it as the runtime knows. */
function podOf({ uid, name, namespace }: JsonObject, { containers }: JsonObject): Pod {
  const of = (containers as readonly JsonObject[]).map((c) => ({ name: String(c.name), image: String(c.image) }))
  const metadata = { uid: String(uid), name: String(name), namespace: String(namespace) }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: of }, status: {} }
}
