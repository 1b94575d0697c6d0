// What a controller wrote for an object and when its caches have it: until then a look at the object would be a look at the past,
// and is put off.
// Upstream: kubernetes pkg/controller/util/consistency (StaleControllerConsistency… of v1.36)

import { objectOf, succeeded } from '../client/answers'
import type { Answered } from '../client/types'
import { GiveUp } from '../client/sync'
import type { Watched } from './watched'

type Cache = Pick<Watched<never>, 'revision'>

export class OwnWrites {
  private readonly byKey = new Map<string, Map<Cache, number>>()

  /** `answer` to a write that `cache` will show. */
  note(key: string, cache: Cache, answer: Answered): void {
    if (!succeeded(answer)) return
    const revision = Number(objectOf(answer).metadata.resourceVersion ?? 0)
    const written = this.byKey.get(key)
    if (!written) this.byKey.set(key, new Map([[cache, revision]]))
    else written.set(cache, Math.max(revision, written.get(cache) ?? 0))
  }

  /** Ends a sync that would not see what was written before. */
  mustBeSeen(key: string): void {
    const unseen = this.unseen(key)
    if (unseen !== null) throw new GiveUp(`the cache is behind ${String(unseen)}`)
  }

  /** The revision of a write that its cache does not show yet. */
  unseen(key: string): number | null {
    for (const [cache, revision] of this.byKey.get(key) ?? []) if (Number(cache.revision) < revision) return revision
    return null
  }

  forget(key: string): void {
    this.byKey.delete(key)
  }
}
