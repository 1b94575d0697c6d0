// The machine under a kubelet, as far as the model has one: what its kubelet keeps on its disk, and what it runs short of.
// It outlives the kubelet's process.

import { sha256 } from '../base/sha256'
import type { Allocations } from './allocation'
import type { ManifestFolder } from './manifests'

/** What a node can run short of, by the resource that its kubelet then reclaims. */
export type Scarce = 'memory' | 'ephemeral-storage' | 'pids'

export class Machine {
  /** What the kubelet has set aside for its Pods. */
  readonly allocations: Allocations = new Map()
  private boots = 1
  private readonly short = new Set<Scarce>()
  /** Set by the kubelet while it runs. */
  shortageChanged: (() => void) | null = null

  constructor(readonly manifests: ManifestFolder) {}

  /** What somebody other than its Pods has used up, in the order in which a kubelet takes it on: memory first. */
  get shortOf(): readonly Scarce[] {
    return (['memory', 'ephemeral-storage', 'pids'] as const).filter((resource) => this.short.has(resource))
  }

  /** Of this start of the machine: a kubelet sees by it that there was another. A UUID. */
  bootID(node: string): string {
    const hex = Array.from(sha256(`boot ${this.boots} of ${node}`).subarray(0, 16), (b) => b.toString(16).padStart(2, '0')).join('')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }

  powerLost(): void {
    this.boots++
  }

  setShort(resource: Scarce, short: boolean): void {
    if (short) this.short.add(resource)
    else this.short.delete(resource)
    this.shortageChanged?.()
  }
}
