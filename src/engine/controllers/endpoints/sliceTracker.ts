// What a controller knows of the slices that it wrote and that its watch may not have brought yet.
// Upstream: endpointslice util/endpointslice_tracker.go

import type { EndpointSlice } from './types'
import { SERVICE_NAME } from './types'

const GONE = -1

export class SliceTracker {
  /** By `namespace/service`: uid → generation, or that it is expected to go. */
  private readonly services = new Map<string, Map<string, number>>()

  wrote(slice: EndpointSlice): void {
    this.entry(slice).set(slice.metadata.uid!, slice.metadata.generation ?? 0)
  }

  /** One that was written before this began and is right: as if it had been written by it. */
  know(slice: EndpointSlice): void {
    if (!this.entry(slice).has(slice.metadata.uid!)) this.wrote(slice)
  }

  deleted(slice: EndpointSlice): void {
    this.entry(slice).set(slice.metadata.uid!, GONE)
  }

  /** Whether somebody else changed it. */
  isNews({ metadata }: EndpointSlice, key: string): boolean {
    const generation = this.services.get(key)?.get(metadata.uid!)
    return generation === undefined || (metadata.generation ?? 0) > generation
  }

  /** A slice went; whether that was not expected. */
  went({ metadata }: EndpointSlice, key: string): boolean {
    const generations = this.services.get(key)
    const generation = generations?.get(metadata.uid!)
    generations?.delete(metadata.uid!)
    return generation !== undefined && generation !== GONE
  }

  /** Whether these slices are older than what was written. */
  isStale(key: string, slices: readonly EndpointSlice[]): boolean {
    const generations = this.services.get(key)
    if (!generations) return false
    const given = new Map(slices.map(({ metadata }) => [metadata.uid!, metadata.generation ?? 0]))
    for (const [uid, generation] of generations) {
      const at = given.get(uid)
      if (generation === GONE ? at !== undefined : at === undefined || at < generation) return true
    }
    return false
  }

  forget(key: string): void {
    this.services.delete(key)
  }

  private entry(slice: EndpointSlice): Map<string, number> {
    const key = serviceKeyOf(slice)
    let generations = this.services.get(key)
    if (!generations) this.services.set(key, (generations = new Map()))
    return generations
  }
}

export const serviceKeyOf = ({ metadata }: EndpointSlice): string => `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME] ?? ''}`
