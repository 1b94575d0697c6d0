// What must hold over any trace, whatever faults were in it: checked hop by hop. Tests only.

import type { ApiObject } from '../api/object'
import type { Hop } from '../base/hop'
import type { EtcdEvent, RequestId, WatchEvent } from '../base/wire'
import type { Cluster, RequestRecord } from '../cluster/types'

type Commit = Extract<Hop, { kind: 'commit' }>

export function historyProblems(cluster: Cluster): string[] {
  const { trace } = cluster
  const problems: string[] = []
  const commits: Commit[] = []
  const streams = new Map<RequestId, WatchEvent[]>()
  for (let index = 0; index < trace.length; index++) {
    const hop = trace.hop(index)
    if (hop.cause !== null && hop.cause >= index) problems.push(`hop ${index} comes before its cause ${hop.cause}`)
    if (hop.kind === 'commit') commits.push(hop)
    if (hop.kind !== 'send') continue
    // Only the apiserver, and a member another.
    if (isEtcd(hop.from) !== isEtcd(hop.to) && hop.from !== 'kube-apiserver' && hop.to !== 'kube-apiserver')
      problems.push(`${hop.from} speaks to ${hop.to} at hop ${index}`)
    const { message } = hop
    if (message.type === 'http.chunk' && typeof message.chunk !== 'string') {
      const events = streams.get(message.request)
      if (events) events.push(message.chunk)
      else streams.set(message.request, [message.chunk])
    }
  }
  return [
    ...problems,
    ...revisionProblems(commits),
    ...bindingProblems(commits),
    ...lostWrites(cluster, commits),
    ...[...streams].flatMap(([request, events]) => watchProblems(trace.request(request)!, events, commits)),
  ]
}

const isEtcd = (part: string) => part.startsWith('etcd')

/** [ST1] One revision for each write transaction. */
function revisionProblems(commits: readonly Commit[]): string[] {
  const problems: string[] = []
  let last = 1
  for (const { index, revision, events } of commits) {
    if (revision !== last + 1 || events.some(({ kv }) => kv.modRevision !== revision))
      problems.push(`commit at hop ${index} has revision ${revision} after ${last}`)
    last = revision
  }
  return problems
}

function bindingProblems(commits: readonly Commit[]): string[] {
  const nodes = new Map<string, string>()
  const problems: string[] = []
  for (const { index, events } of commits)
    for (const { type, kv } of events) {
      if (type !== 'PUT' || !kv.key.startsWith('/registry/pods/')) continue
      const pod = kv.value as ApiObject & { readonly spec: { readonly nodeName?: string } }
      const { uid = '' } = pod.metadata
      const before = nodes.get(uid)
      const now = pod.spec.nodeName ?? ''
      if (before && before !== now) problems.push(`${kv.key} is bound to ${before} and at hop ${index} to ${now || 'no node'}`)
      nodes.set(uid, now)
    }
  return problems
}

/** What was answered with success is in the history, at the revision that was answered. */
function lostWrites({ trace }: Cluster, commits: readonly Commit[]): string[] {
  const written = new Set(commits.flatMap(({ revision, events }) => events.map(({ kv }) => `${revision} ${kv.key.split('/').pop()!}`)))
  const problems: string[] = []
  for (const { http, response, about } of trace.allRequests()) {
    if (!response || response.status >= 300 || !['POST', 'PUT', 'PATCH'].includes(http.method) || !about || about.subresource) continue
    const { metadata } = (response.body ?? {}) as Partial<ApiObject>
    if (!metadata?.resourceVersion || http.path.includes('dryRun')) continue
    if (!written.has(`${metadata.resourceVersion} ${metadata.name ?? ''}`))
      problems.push(`${http.method} ${http.path} was answered with revision ${metadata.resourceVersion}, where ${metadata.name} is not`)
  }
  return problems
}

/** [ST6] A watch tells every change after its revision, in order, each once; after the initial state where it was asked for. */
function watchProblems({ id, http, about }: RequestRecord, events: readonly WatchEvent[], commits: readonly Commit[]): string[] {
  const problems: string[] = []
  const query = new URLSearchParams(http.path.split('?')[1])
  const initial = query.get('sendInitialEvents') === 'true' || !query.get('resourceVersion')
  const bookmark = events.findIndex((e) => e.type === 'BOOKMARK')
  // Without a bookmark, what came belongs to the initial state as far as anyone can tell.
  const told = initial ? (bookmark < 0 ? [] : events.slice(bookmark + 1)) : events
  const from = initial ? revisionOf(events[bookmark]) : Number(query.get('resourceVersion'))
  let last = from
  for (const event of told) {
    if (event.type === 'ERROR') break
    const revision = revisionOf(event)
    if (revision <= last) problems.push(`watch ${id} (${http.path}) tells ${event.type} of revision ${revision} after ${last}`)
    last = revision
  }
  if (query.has('fieldSelector') || query.has('labelSelector') || !about) return problems
  const wanted = commits
    .filter(({ revision }) => revision > from && revision <= last)
    .flatMap((commit) => commit.events.filter((e) => isOf(e, about.resource, about.namespace)).map(() => commit.revision))
  const given = told.filter((e) => e.type !== 'BOOKMARK' && e.type !== 'ERROR').map(revisionOf)
  if (wanted.join() !== given.join()) problems.push(`watch ${id} (${http.path}) tells revisions ${given.join()} of ${wanted.join()}`)
  return problems
}

const revisionOf = (event: WatchEvent | undefined) => Number((event?.object as ApiObject | undefined)?.metadata?.resourceVersion ?? 0)

const PREFIXES: Readonly<Record<string, string>> = { nodes: 'minions', services: 'services/specs', endpoints: 'services/endpoints' }

function isOf({ kv }: EtcdEvent, resource: string, namespace: string): boolean {
  const prefix = `/registry/${PREFIXES[resource] ?? resource}/`
  return kv.key.startsWith(namespace ? `${prefix}${namespace}/` : prefix)
}
