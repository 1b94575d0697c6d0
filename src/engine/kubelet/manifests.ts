// The folder of manifests on a node's disk: its kubelet runs the Pods that it finds there, and hears of each change at once.
// Leaves out: manifests from a URL; the hash is of the manifest's JSON (upstream: of Go's own print).
// Upstream: kubernetes pkg/kubelet/config/{file,file_linux,common}.go

import { goJson } from '../base/json'
import { pod as kind } from '../api/kinds/pod'
import type { Pod, Toleration } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { sha256 } from '../base/sha256'
import { namesApiObjects } from './apiReferences'

/** By which a static Pod is known, and which its mirror repeats. */
export const CONFIG_HASH = 'kubernetes.io/config.hash'
export const CONFIG_SEEN = 'kubernetes.io/config.seen'
const CONFIG_SOURCE = 'kubernetes.io/config.source'

/** Outlives the kubelet's process. */
export class ManifestFolder {
  private readonly files = new Map<string, JsonObject>()
  /** Set by the kubelet while it runs. */
  changed: ((file: string, manifest: JsonObject | null) => void) | null = null

  constructor(manifests: Readonly<Record<string, JsonObject>> = {}) {
    for (const file of Object.keys(manifests).sort()) this.files.set(file, manifests[file]!)
  }

  get all(): Iterable<readonly [file: string, manifest: JsonObject]> {
    return this.files
  }

  /** Null: the file is removed. */
  write(file: string, manifest: JsonObject | null): void {
    if (manifest) this.files.set(file, manifest)
    else this.files.delete(file)
    this.changed?.(file, manifest)
  }
}

/** The Pod that a manifest asks for on this node; null where the file's name begins with a dot, or it is not a valid one, or names objects of
 * the API: a kubelet passes over those. `seen`: RFC 3339. */
export function staticPodOf(file: string, manifest: JsonObject, node: string, seen: string): Pod | null {
  const { metadata, spec } = manifest as { readonly metadata?: Pod['metadata']; readonly spec?: Pod['spec'] }
  if (file.startsWith('.') || manifest.apiVersion !== 'v1' || manifest.kind !== 'Pod' || !metadata?.name || !spec?.containers) return null
  const uid = metadata.uid ?? digest(`${goJson(manifest)}host:${node}file:${file}`)
  const pod = kind.defaults!({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      ...metadata,
      uid,
      name: `${metadata.name}-${node.toLowerCase()}`,
      namespace: metadata.namespace ?? 'default',
      annotations: { ...metadata.annotations, [CONFIG_HASH]: uid, [CONFIG_SEEN]: seen, [CONFIG_SOURCE]: 'file' },
    },
    spec: { ...spec, nodeName: node, tolerations: [...(spec.tolerations ?? []).filter((t) => !sameToleration(t)), STAYS] },
    status: { phase: 'Pending' },
  } as Pod) as Pod
  return kind.validate!(pod).length === 0 && !namesApiObjects(pod) ? pod : null
}

/** Whether a Pod comes from its node itself, not from the API. */
export const isStatic = ({ metadata }: Pod): boolean => (metadata.annotations?.[CONFIG_SOURCE] ?? 'api') !== 'api'

const digest = (text: string) => Array.from(sha256(text).subarray(0, 16), (b) => b.toString(16).padStart(2, '0')).join('')

const STAYS: Toleration = { operator: 'Exists', effect: 'NoExecute' }
const sameToleration = ({ key = '', operator, effect, value = '' }: Toleration) =>
  key === '' && value === '' && operator === 'Exists' && effect === 'NoExecute'
