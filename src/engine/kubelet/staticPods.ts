// Static Pods: those of the node's own manifests. Each has a mirror in the API, made by its kubelet for others to see; what is done to the
// mirror does nothing to the Pod: one that is deleted or differs is made anew.
// Upstream: kubernetes pkg/kubelet/kubelet.go (tryReconcileMirrorPods), kubelet_pods.go (HandlePodCleanups), pod/mirror_client.go

import { MIRROR } from '../api/kinds/pod/mirror'
import type { Node } from '../api/kinds/node'
import type { Pod } from '../api/kinds/pod/types'
import { rfc3339Micro } from '../api/scalars/time'
import type { JsonObject } from '../base/json'
import type { PartIo } from '../base/part'
import { create, remove } from '../client/requests'
import { ask, perform, type Sync } from '../client/sync'
import type { ClientApi } from '../client/types'
import { CONFIG_HASH, staticPodOf, type ManifestFolder } from './manifests'

/** Milliseconds: upstream's round of cleaning, and that in which a Pod is synced again though nothing changed. */
const CLEANING = 2000
const RESYNC = 60_000

export interface StaticPodsHost {
  readonly io: PartIo
  readonly client: ClientApi
  /** The kubelet's Node as the API has it; undefined before it is registered and once it is deleted. */
  node(): Node | undefined
  run(pod: Pod): void
  /** Its containers are to be stopped; `done` once nothing of it is left. */
  end(pod: Pod, done: () => void): void
  /** The mirror is new: it lacks the status. */
  tell(pod: Pod): void
}

/** One file and the Pod that runs because of it. */
interface Entry {
  pod: Pod | null
  ending: boolean
}

export class StaticPods {
  private readonly entries = new Map<string, Entry>()
  private readonly mirrors = new Map<string, Pod>()
  private readonly reconciling = new Set<string>()

  constructor(
    private readonly folder: ManifestFolder,
    private readonly nodeName: string,
    private readonly host: StaticPodsHost,
  ) {}

  start(): void {
    for (const [file, manifest] of this.folder.all) this.read(file, manifest)
    this.folder.changed = (file, manifest) => this.read(file, manifest)
  }

  /** The process ends; its Pods' containers do not. */
  stop(): void {
    this.folder.changed = null
  }

  /** The Node became known, or a mirror was told of by the watch. */
  mirrored(mirror: Pod): void {
    const key = nameOf(mirror)
    const known = this.mirrors.get(key)
    this.mirrors.set(key, mirror)
    const pod = this.podOf(key)
    if (!pod) return this.cleanLater()
    if (known?.metadata.uid !== mirror.metadata.uid && isMirrorOf(mirror, pod)) this.host.tell(pod)
    this.reconcile(pod)
  }

  unmirrored(mirror: Pod): void {
    const key = nameOf(mirror)
    this.mirrors.delete(key)
    const pod = this.podOf(key)
    if (pod) this.reconcile(pod)
  }

  reconcileAll(): void {
    for (const { pod, ending } of this.entries.values()) if (pod && !ending) this.reconcile(pod)
  }

  private read(file: string, manifest: JsonObject | null): void {
    const { io } = this.host
    const pod = manifest && staticPodOf(file, manifest, this.nodeName, rfc3339Micro(io.epochNow))
    const entry = this.entries.get(file) ?? { pod: null, ending: false }
    if (entry.pod?.metadata.uid === pod?.metadata.uid) return
    this.entries.set(file, entry)
    const { pod: old } = entry
    if (entry.ending) return
    if (!old) return this.begin(file, entry)
    entry.ending = true
    this.host.end(old, () => {
      entry.pod = null
      entry.ending = false
      this.begin(file, entry)
      this.cleanLater()
    })
  }

  /** The file as it is by now: it may have changed again while the Pod before it ended. */
  private begin(file: string, entry: Entry): void {
    const manifest = this.folder.get(file)
    const pod = manifest && staticPodOf(file, manifest, this.nodeName, rfc3339Micro(this.host.io.epochNow))
    if (!pod) return void this.entries.delete(file)
    entry.pod = pod
    this.host.run(pod)
    this.reconcile(pod)
  }

  private podOf(key: string): Pod | undefined {
    for (const { pod, ending } of this.entries.values()) if (pod && !ending && nameOf(pod) === key) return pod
    return undefined
  }

  /** What is not right yet is looked at again when the watch tells, and once a minute. */
  private reconcile(pod: Pod): void {
    const key = nameOf(pod)
    if (this.reconciling.has(key) || !this.host.node()) return
    const mirror = this.mirrors.get(key)
    if (mirror && isMirrorOf(mirror, pod) && !mirror.metadata.deletionTimestamp) return
    this.reconciling.add(key)
    perform(this.host.client, this.remade(pod, mirror), (made) => {
      this.reconciling.delete(key)
      const now = this.podOf(key)
      if (now && made) return this.reconcile(now)
      this.host.io.after(RESYNC, () => this.reconcileAll(), { background: true })
    })
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

  /** Mirrors of no Pod are deleted in the next round. */
  private cleanLater(): void {
    this.host.io.after(CLEANING, () => {
      const ending = new Set([...this.entries.values()].flatMap(({ pod }) => (pod ? [nameOf(pod)] : [])))
      for (const [key, mirror] of this.mirrors) {
        if (ending.has(key)) continue
        this.mirrors.delete(key)
        this.host.client.request(remove(pathOf(mirror), deleteNow()), () => {})
      }
    })
  }
}

const isMirrorOf = ({ metadata }: Pod, pod: Pod) => metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[CONFIG_HASH]

/** Whether the status of `pod` is to be told of the stored Pod: it is that, or its mirror. */
export const isReported = (stored: Pod, pod: Pod): boolean =>
  stored.metadata.uid === pod.metadata.uid || (pod.metadata.annotations?.[CONFIG_HASH] !== undefined && isMirrorOf(stored, pod))

const nameOf = ({ metadata: { namespace, name } }: Pod) => `${namespace}/${name}`
const pathOf = ({ metadata: { namespace, name } }: Pod) => `/api/v1/namespaces/${namespace}/pods/${name}`
const deleteNow = (uid?: string): JsonObject => ({
  gracePeriodSeconds: 0,
  preconditions: uid ? { uid } : {},
})
