// What a recorder does with an event before it is sent: one that was said before becomes a count, many that differ only in their text become
// one, and who says too much of one object is not heard for a while.
// Upstream: client-go tools/record/events_cache.go

import type { ApiObject } from '../api/object'
import type { Millis } from '../base/part'

const INTERVAL: Millis = 600_000
/** So many texts of one kind within the interval are no longer told one by one. */
const SIMILAR = 10
const COMBINED = '(combined from similar events): '
/** At once about one object, and after that one in five minutes. */
const BURST = 25
const REFILL: Millis = 300_000
/** Of each kind of memory; the oldest goes first. */
const REMEMBERED = 4096

export interface Correlated {
  /** What is the same event: its next is a PATCH of the one that was posted. */
  readonly key: string
  readonly message: string
}

interface Group {
  readonly texts: Set<string>
  lastAt: Millis
}

interface Bucket {
  tokens: number
  at: Millis
}

export class EventCorrelator {
  private readonly groups = new Map<string, Group>()
  private readonly buckets = new Map<string, Bucket>()

  /** Null: it is not sent. */
  correlate(about: ApiObject, type: string, reason: string, message: string, fieldPath: string, now: Millis): Correlated | null {
    const { kind = '', apiVersion = '', metadata } = about
    const object = [kind, metadata.namespace ?? '', metadata.name ?? '', metadata.uid ?? '', apiVersion]
    const group = [...object, type, reason].join('\0')
    const correlated = this.isOneOfMany(group, message, now)
      ? { key: group, message: `${COMBINED}${message}` }
      : { key: [group, fieldPath, message].join('\0'), message }
    return this.mayPass(object.join('\0'), now) ? correlated : null
  }

  private isOneOfMany(key: string, message: string, now: Millis): boolean {
    let group = this.groups.get(key)
    if (!group || now - group.lastAt > INTERVAL) remember(this.groups, key, (group = { texts: new Set(), lastAt: now }))
    group.texts.add(message)
    group.lastAt = now
    if (group.texts.size < SIMILAR) return false
    dropOldest(group.texts)
    return true
  }

  private mayPass(key: string, now: Millis): boolean {
    let bucket = this.buckets.get(key)
    if (!bucket) remember(this.buckets, key, (bucket = { tokens: BURST, at: now }))
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}

/** Sets a key of a map that holds the newest few thousand. */
export function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > REMEMBERED) dropOldest(map)
}

function dropOldest(memory: Map<string, unknown> | Set<string>): void {
  const [oldest] = memory.keys()
  if (oldest !== undefined) memory.delete(oldest)
}
