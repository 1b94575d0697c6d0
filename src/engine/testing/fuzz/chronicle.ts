// What a trace says of keys, requests and streams, gathered in one pass for those who look for what is wrong with it. Tests only.

import { builtinKinds } from '../../api/kinds/builtin'
import type { ApiObject } from '../../api/object'
import type { Hop, RequestWords } from '../../base/hop'
import type { EtcdEvent, RequestId, Revision, WatchEvent } from '../../base/wire'
import type { Cluster, RequestRecord } from '../../cluster/types'

export type Commit = Extract<Hop, { kind: 'commit' }>

/** What became of a key with a revision; null: it was deleted. */
export interface Version {
  readonly revision: Revision
  readonly value: ApiObject | null
}

export interface Change extends EtcdEvent {
  readonly revision: Revision
  readonly at: number
}

export interface Chronicle {
  readonly cluster: Cluster
  readonly commits: readonly Commit[]
  /** By key, oldest first. */
  readonly versions: ReadonlyMap<string, readonly Version[]>
  readonly requests: readonly RequestRecord[]
  readonly streams: ReadonlyMap<RequestId, readonly WatchEvent[]>
  /** Streams that ended, whoever ended them. */
  readonly ended: ReadonlySet<RequestId>
  /** What changed under a prefix, in order. */
  changesOf(prefix: string): readonly Change[]
  /** The keys under a prefix that ever were. */
  keysOf(prefix: string): readonly string[]
}

/** `look` sees every hop. */
export function chronicleOf(cluster: Cluster, look: (hop: Hop) => void): Chronicle {
  const { trace } = cluster
  const commits: Commit[] = []
  const versions = new Map<string, Version[]>()
  const streams = new Map<RequestId, WatchEvent[]>()
  const ended = new Set<RequestId>()
  for (let index = 0; index < trace.length; index++) {
    const hop = trace.kept(index)
    look(hop)
    if (hop.kind === 'commit') {
      commits.push(hop)
      for (const { type, kv } of hop.events) {
        const version = { revision: hop.revision, value: type === 'PUT' ? (kv.value as ApiObject) : null }
        pushTo(versions, kv.key, version)
      }
    }
    if (hop.kind !== 'send') continue
    const { message } = hop
    if (message.type === 'http.chunk' && typeof message.chunk !== 'string') pushTo(streams, message.request, message.chunk)
    else if (message.type === 'http.end' || message.type === 'http.abort' || message.type === 'http.unreachable') ended.add(message.request)
  }
  const changesIn = new Map<string, Change[]>()
  for (const { events, revision, at } of commits)
    for (const event of events) pushTo(changesIn, resourceOf(event.kv.key), { ...event, revision, at })
  const keysIn = new Map<string, string[]>()
  for (const key of versions.keys()) pushTo(keysIn, resourceOf(key), key)
  const changes = new Map<string, readonly Change[]>()
  const keys = new Map<string, readonly string[]>()
  return {
    cluster,
    commits,
    versions,
    requests: [...trace.allRequests()],
    streams,
    ended,
    changesOf: (prefix) =>
      known(changes, prefix, () => (changesIn.get(resourceOf(prefix)) ?? []).filter(({ kv }) => kv.key.startsWith(prefix))),
    keysOf: (prefix) => known(keys, prefix, () => (keysIn.get(resourceOf(prefix)) ?? []).filter((key) => key.startsWith(prefix))),
  }
}

/** `pods` of `/registry/pods/default/web`; of a custom resource the group alone. */
const resourceOf = (key: string) => key.split('/', 3)[2]!

/** The key's version as of a revision. */
export function versionAt({ versions }: Chronicle, key: string, revision: Revision): Version | null {
  return versions.get(key)?.findLast((v) => v.revision <= revision) ?? null
}

/** What there was under a prefix at a revision. */
export function objectsAt(chronicle: Chronicle, prefix: string, revision: Revision, selects: (object: ApiObject) => boolean) {
  return chronicle.keysOf(prefix).flatMap((key) => {
    const version = versionAt(chronicle, key, revision)
    return version?.value && selects(version.value) ? [{ uid: version.value.metadata.uid, revision: version.revision }] : []
  })
}

/** Where a kind's objects are stored; null for what is not stored as it is served. */
export function prefixOf({ apiGroup, apiVersion, resource, namespace }: RequestWords): string | null {
  const kind = KINDS.get(`${resource}.${apiGroup}`)
  if (!kind) return apiGroup.includes('example.com') ? `/registry/${apiGroup}/${resource}/${namespace && `${namespace}/`}` : null
  if (!kind.storage || kind.storedAs || kind.version !== apiVersion) return null
  return `/registry/${kind.storage}/${namespace && kind.namespaced ? `${namespace}/` : ''}`
}

const KINDS = new Map(builtinKinds.toReversed().map((kind) => [`${kind.resource}.${kind.group}`, kind]))

/** Whether an answer holds what is stored; `metadata.resourceVersion`, `kind` and `apiVersion` apart. */
export function holds(served: object, stored: object): boolean {
  return (
    equalBut(served, stored, ['apiVersion', 'kind', 'metadata']) && equalBut(metadataOf(served), metadataOf(stored), ['resourceVersion'])
  )
}

const metadataOf = (object: object) => (object as { readonly metadata?: object }).metadata ?? {}

function equalBut(a: object, b: object, skipped: readonly string[]): boolean {
  const left = Object.entries(a).filter(([name, v]) => v !== undefined && !skipped.includes(name))
  const right = b as Readonly<Record<string, unknown>>
  const count = Object.keys(b).filter((name) => right[name] !== undefined && !skipped.includes(name)).length
  return left.length === count && left.every(([name, v]) => equal(v, right[name]))
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((v, i) => equal(v, b[i]))
  return equalBut(a, b, [])
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function known<V>(made: Map<string, V>, name: string, make: () => V): V {
  let value = made.get(name)
  if (value === undefined) made.set(name, (value = make()))
  return value
}
