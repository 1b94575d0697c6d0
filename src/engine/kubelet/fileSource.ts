// What a kubelet has read of its folder of manifests. A Pod is known there by its name: of two files that name the same one, that counts
// which was read last. A file that changes is read at once, all of them every 20 seconds.
// Upstream: kubernetes pkg/kubelet/config/{file,file_linux,config}.go

import type { Pod } from '../api/kinds/pod/types'
import { rfc3339Micro } from '../api/scalars/time'
import { equalJson } from '../base/equal'
import type { JsonObject } from '../base/json'
import type { Millis, PartIo, Timer } from '../base/part'
import { CONFIG_SEEN, staticPodOf, type ManifestFolder } from './manifests'

/** Milliseconds. */
const LISTING = 20_000

export class FileSource {
  private pods = new Map<string, Pod>()
  /** The Pod that each file named when it was read last. */
  private readonly names = new Map<string, string>()
  private startedAt: Millis = 0
  private listing: Timer | null = null

  /** `changed`: there is another Pod of this name, another version of it, or none. */
  constructor(
    private readonly folder: ManifestFolder,
    private readonly node: string,
    private readonly io: PartIo,
    private readonly changed: (name: string) => void,
  ) {}

  start(): void {
    this.startedAt = this.io.now
    this.folder.changed = (file, manifest) => this.heard(file, manifest)
    this.list()
  }

  stop(): void {
    this.folder.changed = null
  }

  get(name: string): Pod | undefined {
    return this.pods.get(name)
  }

  private heard(file: string, manifest: JsonObject | null): void {
    const name = manifest ? this.read(file, manifest, this.pods) : this.names.get(file)
    if (!manifest) this.names.delete(file)
    if (name !== undefined && (manifest || this.pods.delete(name))) this.changed(name)
    this.listLater()
  }

  /** Takes in the Pod of a file and says its name; nothing where it is not a valid one. */
  private read(file: string, manifest: JsonObject, into: Map<string, Pod>): string | undefined {
    const pod = staticPodOf(file, manifest, this.node, rfc3339Micro(this.io.epochNow))
    if (!pod) return undefined
    const name = nameOf(pod)
    this.names.set(file, name)
    into.set(name, kept(this.pods.get(name), pod))
    return name
  }

  private list(): void {
    const before = this.pods
    this.pods = this.listed()
    for (const name of new Set([...before.keys(), ...this.pods.keys()])) if (before.get(name) !== this.pods.get(name)) this.changed(name)
  }

  private listed(): Map<string, Pod> {
    const pods = new Map<string, Pod>()
    for (const [file, manifest] of [...this.folder.all].sort(([a], [b]) => (a < b ? -1 : 1))) this.read(file, manifest, pods)
    return pods
  }

  /** Where the folder has something else than was made of what was heard, that comes out when all of it is read again. */
  private listLater(): void {
    this.listing?.cancel()
    const pods = this.listed()
    if (pods.size === this.pods.size && [...pods].every(([name, pod]) => this.pods.get(name) === pod)) return
    const left = LISTING - ((this.io.now - this.startedAt) % LISTING)
    this.listing = this.io.after(left, () => this.list())
  }
}

export const nameOf = ({ metadata: { namespace, name } }: Pod) => `${namespace}/${name}`

/** The Pod as it is known, where nothing that counts has changed; it was seen when it was seen first. */
function kept(known: Pod | undefined, pod: Pod): Pod {
  if (!known || known.metadata.uid !== pod.metadata.uid) return pod
  const annotations = { ...pod.metadata.annotations, [CONFIG_SEEN]: known.metadata.annotations![CONFIG_SEEN]! }
  const same =
    equalJson(known.spec, pod.spec) &&
    equalJson(known.metadata.labels ?? {}, pod.metadata.labels ?? {}) &&
    equalJson(known.metadata.annotations ?? {}, annotations)
  return same ? known : { ...pod, metadata: { ...pod.metadata, annotations } }
}
