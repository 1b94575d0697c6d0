// Objects that stand although a user made and deleted them, by a delay that the real cluster knows as well: a create was answered with an error
// while its proposal was still under way to etcd's leader; the user asked again and went on, and once the object was gone, and its key free,
// the proposal came through. A run without faults has no such object. Tests only.
// Upstream: etcd server/etcdserver/v3_server.go (processInternalRaftRequestOnce: what timed out may be applied yet)

import { parentOf } from '../../api/kinds/ipaddress'
import type { ApiObject } from '../../api/object'
import type { HopIndex } from '../../base/hop'
import type { EtcdOp, RequestId } from '../../base/wire'
import type { Cluster, RequestRecord } from '../../cluster/types'

/** Only those that came back after they had gone, of a create that had been given up by then and was not asked for again; with what they own. */
export function lateCreates({ trace, history }: Cluster): readonly ApiObject[] {
  const there = new Map<string, ApiObject>()
  for (const { key, value } of history.list('/registry/', history.revision)) there.set(key, value as ApiObject)
  const came = new Map<string, HopIndex>()
  const deleted = new Map<string, HopIndex[]>()
  const creates = new Map<string, RequestId>()
  for (let index = 0; index < trace.length; index++) {
    const hop = trace.kept(index)
    if (hop.kind === 'send' && hop.message.type === 'etcd.call' && hop.message.request !== null)
      for (const uid of madeBy(hop.message.op)) creates.set(uid, hop.message.request)
    if (hop.kind !== 'commit') continue
    for (const { type, kv, previous } of hop.events) {
      if (type === 'DELETE') deleted.set(kv.key, [...(deleted.get(kv.key) ?? []), index])
      else if (!previous) came.set(kv.key, index)
    }
  }
  const isLate = (key: string, uid: string) => {
    const [at, id] = [came.get(key)!, creates.get(uid)]
    const request = id === undefined ? undefined : trace.request(id)
    if (request?.from !== 'user' || request.answeredAt === null || request.answeredAt > at) return false
    const wentBetween = (deleted.get(key) ?? []).some((gone) => gone > request.sentAt && gone < at)
    return wentBetween && ![...trace.allRequests()].some((other) => asksAgain(other, request, at))
  }
  const late = [...there].filter(([key, { metadata }]) => deleted.has(key) && isLate(key, metadata.uid ?? '')).map(([, object]) => object)
  return withOwned(late, [...there.values()])
}

/** The uids of what a transaction makes where nothing is. */
function madeBy(op: EtcdOp): readonly string[] {
  if (op.op !== 'txn' || !op.compare.every((key) => 'modRevision' in key && key.modRevision === 0)) return []
  return op.success.flatMap((put) => (put.op === 'put' ? ((put.value as ApiObject).metadata?.uid ?? []) : []))
}

const asksAgain = ({ http, response, answeredAt }: RequestRecord, first: RequestRecord, since: HopIndex) =>
  http.method === 'POST' &&
  http.path === first.http.path &&
  answeredAt !== null &&
  answeredAt > since &&
  [201, 409].includes(response?.status ?? 0)

function withOwned(objects: readonly ApiObject[], all: readonly ApiObject[]): readonly ApiObject[] {
  const found = new Set(objects)
  for (const { metadata } of found)
    for (const other of all) if (other.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid)) found.add(other)
  for (const service of found) if (service.kind === 'Service') for (const other of all) if (isMadeFor(service, other)) found.add(other)
  return [...found]
}

/** What a Service has and does not own: its Endpoints, by name, and its address. */
function isMadeFor({ metadata: { namespace, name } }: ApiObject, other: ApiObject): boolean {
  if (other.kind === 'Endpoints') return other.metadata.namespace === namespace && other.metadata.name === name
  const parent = other.kind === 'IPAddress' ? parentOf(other) : undefined
  return parent?.namespace === namespace && parent?.name === name
}
