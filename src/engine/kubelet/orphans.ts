// What a runtime still has of Pods that its kubelet does not run: they went while no kubelet was here to stop them, or while the runtime was
// not there. Once all are known that are to run, the others are stopped, with no more time than is needed, and what is left of Pods that are
// gone is removed.
// Leaves out: all rounds but the first one and those after the runtime was away; at other times nothing is left behind.
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
  private complete = false
  private readonly stopping = new Set<string>()

  constructor(
    private readonly context: Pick<PodContext, 'io' | 'runtime' | 'events'>,
    /** Whether the kubelet sees to the Pod. */
    private readonly isKnown: (uid: string) => boolean,
  ) {}

  /** All Pods are known that are to run here: from now on the others may be stopped. */
  allKnown(): void {
    this.complete = true
  }

  clean(): void {
    if (this.complete) this.context.io.after(CLEANING, () => this.look())
  }

  private look(): void {
    const { runtime } = this.context
    runtime.call('ListPodSandbox', {}, (reply) => {
      if (!reply.ok) return runtime.whenThere(() => this.look())
      const newest = new Map((reply.result.sandboxes as readonly JsonObject[]).map((sandbox) => [String(sandbox.uid), sandbox]))
      for (const [uid, sandbox] of newest) {
        if (this.isKnown(uid) || this.stopping.has(uid)) continue
        const remove = () => runtime.call('RemovePodSandbox', { sandbox: sandbox.id! }, () => {})
        if (sandbox.ready === true) this.stop(sandbox, remove)
        else remove()
      }
    })
  }

  private stop(sandbox: JsonObject, done: () => void): void {
    const { runtime } = this.context
    const uid = String(sandbox.uid)
    this.stopping.add(uid)
    runtime.call('ListContainers', { uid }, (reply) => {
      if (!reply.ok) return runtime.whenThere(() => this.stop(sandbox, done))
      // It has gone since it was listed.
      if (reply.result.sandbox === undefined) return void this.stopping.delete(uid)
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
      const stopped = () => {
        this.stopping.delete(uid)
        done()
      }
      kill.containers(record.containers, () => kill.sandbox(stopped), GRACE)
    })
  }
}

/** As much of it as the runtime knows. */
function podOf({ uid, name, namespace }: JsonObject, { containers }: JsonObject): Pod {
  const of = (containers as readonly JsonObject[]).map((c) => ({ name: String(c.name), image: String(c.image) }))
  const metadata = { uid: String(uid), name: String(name), namespace: String(namespace) }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: of }, status: {} }
}
