// Static Pods: those of the node's own manifests. Each has a mirror in the API, made by its kubelet for others to see; what is done to the
// mirror does nothing to the Pod: one that is deleted or differs is made anew as long as the Pod runs.
// Simplified: a Pod in place of another is let in and started when that one has ended (upstream: let in at once, started at the next of its
// tries, ten seconds apart and more); none waits for the API's list of Pods before it is stopped; a mirror that was forced away is made anew at
// once, not with the Pod's next sync; its status is told at once, also where none is known, and dates its conditions anew.
// Upstream: kubernetes pkg/kubelet/kubelet.go (tryReconcileMirrorPods, fastStaticPodsRegistration), kubelet_pods.go (HandlePodCleanups),
// pod/mirror_client.go

import { isMirror, MIRROR } from '../api/kinds/pod/mirror'
import type { Node } from '../api/kinds/node'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import type { PartIo, Timer } from '../base/part'
import { create, remove } from '../client/requests'
import { ask, perform, type Sync } from '../client/sync'
import type { ClientApi } from '../client/types'
import { FileSource, nameOf } from './fileSource'
import { CONFIG_HASH, isStatic, type ManifestFolder } from './manifests'

/** Milliseconds: upstream's round of cleaning, and that in which a Pod is synced again though nothing changed. */
const CLEANING = 2000
const RESYNC = 60_000

export interface StaticPodsHost {
  readonly io: PartIo
  readonly client: ClientApi
  /** The kubelet's Node as the API has it; undefined before it is registered and once it is deleted. */
  node(): Node | undefined
  run(pod: Pod): void
  /** Another version of the same Pod. */
  update(pod: Pod): void
  /** Whether it was let in and has not begun to end. */
  isSynced(pod: Pod): boolean
  /** Its containers are to be stopped; `done` once nothing of it is left. */
  end(pod: Pod, done: () => void): void
  /** The mirror is new: it lacks the status. */
  tell(pod: Pod): void
  /** The mirror is known, and somebody may have written into its status. */
  compare(pod: Pod, mirror: () => Pod): void
}

/** The Pod that runs under a name: as it is, or as it was while it ends. */
interface Entry {
  pod: Pod
  ending: boolean
}

export class StaticPods {
  private readonly source: FileSource
  private readonly entries = new Map<string, Entry>()
  private readonly mirrors = new Map<string, Pod>()
  /** Those whose mirror is being put right; true: to be looked at again after that. */
  private readonly reconciling = new Map<string, boolean>()
  private resync: Timer | null = null

  constructor(
    folder: ManifestFolder,
    private readonly nodeName: string,
    private readonly host: StaticPodsHost,
  ) {
    this.source = new FileSource(folder, nodeName, host.io, (name) => this.changed(name))
  }

  start(): void {
    this.source.start()
  }

  /** The process ends; its Pods' containers do not. */
  stop(): void {
    this.source.stop()
  }

  /** Each Pod has a mirror from now on, even one that was not let in. */
  registered(): void {
    for (const { pod, ending } of this.entries.values()) if (!ending) this.mirror(pod)
  }

  /** The Pod runs: it is to have its mirror. */
  reconcile(pod: Pod): void {
    if (this.host.isSynced(pod)) this.mirror(pod)
  }

  /** A mirror was told of by the watch. */
  mirrored(mirror: Pod): void {
    const key = nameOf(mirror)
    const known = this.mirrors.get(key)
    this.mirrors.set(key, mirror)
    const pod = this.podOf(key)
    if (!pod) return this.cleanLater()
    if (isMirrorOf(mirror, pod)) {
      if (known?.metadata.uid !== mirror.metadata.uid) this.host.tell(pod)
      else this.host.compare(pod, () => this.mirrors.get(key) ?? mirror)
    }
    this.reconcile(pod)
  }

  unmirrored(mirror: Pod): void {
    const key = nameOf(mirror)
    this.mirrors.delete(key)
    const pod = this.podOf(key)
    if (pod) this.reconcile(pod)
  }

  private changed(name: string): void {
    const entry = this.entries.get(name)
    if (!entry) return this.begin(name)
    if (entry.ending) return
    const pod = this.source.get(name)
    if (pod?.metadata.uid === entry.pod.metadata.uid) {
      entry.pod = pod!
      return this.host.update(pod!)
    }
    entry.ending = true
    this.host.end(entry.pod, () => {
      this.entries.delete(name)
      this.begin(name)
      this.cleanLater()
    })
  }

  /** The Pod of the name by now: its file may have changed again while the Pod before it ended. */
  private begin(name: string): void {
    const pod = this.source.get(name)
    if (!pod) return
    this.entries.set(name, { pod, ending: false })
    this.host.run(pod)
  }

  private podOf(key: string): Pod | undefined {
    const entry = this.entries.get(key)
    return entry && !entry.ending ? entry.pod : undefined
  }

  /** What is not right yet is looked at again when the watch tells, and once a minute. */
  private mirror(pod: Pod): void {
    const key = nameOf(pod)
    if (this.reconciling.has(key)) return void this.reconciling.set(key, true)
    const mirror = this.mirrors.get(key)
    if (mirror && isMirrorOf(mirror, pod) && !mirror.metadata.deletionTimestamp) return
    this.reconciling.set(key, false)
    perform(this.host.client, this.remade(pod, mirror), (made) => {
      const changed = this.reconciling.get(key)
      this.reconciling.delete(key)
      const now = this.podOf(key)
      if (now && (made || changed)) return this.reconcile(now)
      this.resync ??= this.host.io.after(RESYNC, () => this.reconcileAll(), { background: true })
    })
  }

  private reconcileAll(): void {
    this.resync = null
    for (const { pod, ending } of this.entries.values()) if (!ending) this.reconcile(pod)
  }

  private *remade(pod: Pod, mirror: Pod | undefined): Sync<boolean> {
    if (mirror) {
      const { status } = yield* ask(remove(pathOf(mirror), deleteNow(mirror.metadata.uid)))
      if (status !== 200) return false
      this.mirrors.delete(nameOf(mirror))
    }
    const node = this.host.node()
    if (!node || node.metadata.deletionTimestamp) return false
    const owner = { apiVersion: 'v1', kind: 'Node', name: this.nodeName, uid: node.metadata.uid, controller: true }
    const annotations = { ...pod.metadata.annotations, [MIRROR]: pod.metadata.annotations![CONFIG_HASH]! }
    const body = { ...pod, metadata: { ...pod.metadata, annotations, ownerReferences: [owner] } } as JsonObject
    const { status } = yield* ask(create(`/api/v1/namespaces/${pod.metadata.namespace}/pods`, body))
    return status === 201
  }

  /** Mirrors of no Pod are deleted in the next round; those that could not be in one after that. */
  private cleanLater(again = false): void {
    const clean = () => {
      for (const [key, mirror] of this.mirrors) {
        if (this.entries.has(key)) continue
        this.mirrors.delete(key)
        this.host.client.request(remove(pathOf(mirror), deleteNow()), ({ status }) => {
          if (status === 200 || status === 404) return
          if (!this.mirrors.has(key)) this.mirrors.set(key, mirror)
          this.cleanLater(true)
        })
      }
    }
    this.host.io.after(CLEANING, clean, { background: again })
  }
}

const isMirrorOf = ({ metadata }: Pod, pod: Pod) => metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[CONFIG_HASH]

/** Whether the status of `pod` is to be told of the stored Pod of its name: it is that, or its mirror, though of an older manifest. */
export const isReported = (stored: Pod, pod: Pod): boolean =>
  stored.metadata.uid === pod.metadata.uid || (isStatic(pod) && isMirror(stored))

const pathOf = ({ metadata: { namespace, name } }: Pod) => `/api/v1/namespaces/${namespace}/pods/${name}`
const deleteNow = (uid?: string): JsonObject => ({
  gracePeriodSeconds: 0,
  preconditions: uid ? { uid } : {},
})
