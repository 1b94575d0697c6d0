// What a recorder does with an event before it is sent: one that was said before becomes a count, many that differ only in their text become
// one, and who says too much of one object is not heard for a while. One memory for all three, by object: it holds no text of its own.
// Leaves out: upstream remembers 4096 of each of the three kinds, here the objects that were spoken of longest ago are forgotten whole.
// Upstream: client-go tools/record/events_cache.go

import type { ApiObject } from '../api/object'
import type { Millis } from '../base/part'

const INTERVAL: Millis = 600_000
/** So many texts of one kind within the interval are no longer told one by one. */
const SIMILAR = 10
const COMBINED = '(combined from similar events): '
/** Of one type (Normal or Warning) at once about one object, and after that one in five minutes. */
const BURST = 25
const REFILL: Millis = 300_000
const REMEMBERED = 4096

export interface Correlated {
  /** What is the same event: its next is a PATCH of the one that was posted. */
  readonly event: ToldEvent
  readonly message: string
  /** Otherwise it is not sent. */
  readonly heard: boolean
}

/** An event as its recorder knows it. */
export interface ToldEvent {
  readonly fieldPath: string
  /** Null for the one that many similar ones became. */
  readonly message: string | null
  /** The stored Event's name; null until it is first told. */
  name: string | null
  /** Its firstTimestamp. */
  firstAt: string
  /** How often it was told: also when nobody heard. */
  count: number
}

/** Events of one object that differ in their text. Lists are made anew with each one more: nearly all have one. */
interface Group {
  readonly type: string
  readonly reason: string
  /** Those of the interval. */
  texts: readonly string[]
  lastAt: Millis
  told: readonly ToldEvent[]
}

/** What may still be told of one type: so many at that time. */
interface Bucket {
  readonly type: string
  tokens: number
  at: Millis
}

interface Memory {
  buckets: readonly Bucket[]
  groups: readonly Group[]
}

export class EventCorrelator {
  private readonly memories = new Map<string, Memory>()

  correlate(about: ApiObject, type: string, reason: string, message: string, fieldPath: string, now: Millis): Correlated {
    const memory = this.memoryOf(about)
    const group = groupIn(memory, type, reason, now)
    const many = isOneOfMany(group, message, now)
    return {
      event: many ? toldIn(group, '', null) : toldIn(group, fieldPath, message),
      message: many ? `${COMBINED}${message}` : message,
      heard: mayPass(bucketIn(memory, type, now), now),
    }
  }

  private memoryOf({ kind = '', apiVersion = '', metadata }: ApiObject): Memory {
    // A uid is an object's alone, but a kubelet speaks of its Node by the name.
    const { uid, name = '', namespace = '' } = metadata
    const key = uid && uid !== name ? uid : [kind, namespace, name, apiVersion].join('\0')
    const memory = this.memories.get(key) ?? { buckets: [], groups: [] }
    // Behind all others: the first of them is the next to be forgotten.
    this.memories.delete(key)
    this.memories.set(key, memory)
    if (this.memories.size > REMEMBERED) this.memories.delete(this.memories.keys().next().value!)
    return memory
  }
}

function groupIn(memory: Memory, type: string, reason: string, now: Millis): Group {
  const known = memory.groups.find((group) => group.type === type && group.reason === reason)
  if (known) return known
  const group: Group = { type, reason, texts: [], lastAt: now, told: [] }
  memory.groups = memory.groups.concat(group)
  return group
}

function toldIn(group: Group, fieldPath: string, message: string | null): ToldEvent {
  const known = group.told.find((event) => event.message === message && event.fieldPath === fieldPath)
  if (known) return known
  const event: ToldEvent = { fieldPath, message, name: null, firstAt: '', count: 0 }
  group.told = group.told.concat(event)
  return event
}

function isOneOfMany(group: Group, message: string, now: Millis): boolean {
  const recent = now - group.lastAt > INTERVAL ? [] : group.texts
  const texts = recent.includes(message) ? recent : recent.concat(message)
  const many = texts.length >= SIMILAR
  group.texts = many ? texts.slice(1) : texts
  group.lastAt = now
  return many
}

function bucketIn(memory: Memory, type: string, now: Millis): Bucket {
  const known = memory.buckets.find((bucket) => bucket.type === type)
  if (known) return known
  const bucket: Bucket = { type, tokens: BURST, at: now }
  memory.buckets = memory.buckets.concat(bucket)
  return bucket
}

function mayPass(bucket: Bucket, now: Millis): boolean {
  bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL)
  bucket.at = now
  if (bucket.tokens < 1) return false
  bucket.tokens--
  return true
}
