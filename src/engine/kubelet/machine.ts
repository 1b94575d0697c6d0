// The machine under a kubelet, as far as the model has one: the folder of manifests on its disk, and what it runs short of.
// It outlives the kubelet's process.

import type { ManifestFolder } from './manifests'

/** What a node can run short of, by the resource that its kubelet then reclaims. */
export type Scarce = 'memory' | 'ephemeral-storage' | 'pids'

export class Machine {
  private readonly short = new Set<Scarce>()
  /** Set by the kubelet while it runs. */
  shortageChanged: (() => void) | null = null

  constructor(readonly manifests: ManifestFolder) {}

  /** What somebody other than its Pods has used up, in the order in which a kubelet takes it on: memory first. */
  get shortOf(): readonly Scarce[] {
    return (['memory', 'ephemeral-storage', 'pids'] as const).filter((resource) => this.short.has(resource))
  }

  setShort(resource: Scarce, short: boolean): void {
    if (short) this.short.add(resource)
    else this.short.delete(resource)
    this.shortageChanged?.()
  }
}
