// Whether answers were true: what was acknowledged is in the history, a read tells what was there at one moment between question and answer,
// a list tells one moment's whole. Tests only.

import type { ApiObject } from '../../api/object'
import type { Revision } from '../../base/wire'
import type { RequestRecord } from '../../cluster/types'
import { holds, objectsAt, prefixOf, versionAt, type Chronicle } from './chronicle'
import { selectorOf } from './selects'

const WRITES = ['POST', 'PUT', 'PATCH']

export function requestProblems(chronicle: Chronicle): string[] {
  const acknowledged = new Acknowledged(chronicle)
  const problems: string[] = []
  for (const request of chronicle.requests) {
    const { http, response, about, answeredAt } = request
    if (!response || answeredAt === null || !about || http.path.includes('dryRun') || response.streaming) continue
    if (isPanic(response.body)) problems.push(`${request.from}: ${http.method} ${http.path} (request ${request.id}) broke the server`)
    const wrong =
      response.status < 300 && WRITES.includes(http.method)
        ? writeProblem(chronicle, request)
        : response.status < 300 && http.method === 'DELETE'
          ? deletionProblem(chronicle, request)
          : http.method === 'GET'
            ? readProblem(chronicle, request, acknowledged)
            : null
    if (wrong) problems.push(`${request.from}: ${http.method} ${http.path} (request ${request.id}) ${wrong}`)
  }
  return problems
}

const isPanic = (body: unknown) => typeof body === 'string' && body.startsWith('This request caused apiserver to panic')
const bodyOf = ({ response }: RequestRecord) => (response?.body ?? {}) as Partial<ApiObject> & { readonly items?: readonly ApiObject[] }

/** Written before it was answered, at the revision and with the content that was answered. */
function writeProblem({ commits, cluster }: Chronicle, request: RequestRecord): string | null {
  const body = bodyOf(request)
  const { subresource, name, namespace } = request.about!
  const { answeredAt } = request
  if (subresource === 'binding') {
    const pod = cluster.history.get(`/registry/pods/${namespace}/${name}`, cluster.trace.hop(answeredAt!).revision)
    return pod && !(pod.value as { readonly spec: { readonly nodeName?: string } }).spec.nodeName ? 'bound nothing' : null
  }
  if (!body.metadata?.uid || !body.metadata.resourceVersion) return null
  const revision = Number(body.metadata.resourceVersion)
  // Revisions count from 2, without gaps.
  const commit = commits[revision - 2]
  const event = commit?.events.find(({ kv }) => (kv.value as ApiObject).metadata.uid === body.metadata!.uid)
  if (!commit || !event) return `was answered with revision ${revision}, where ${body.metadata.name} is not`
  if (commit.index > answeredAt!) return `was answered before revision ${revision} was there`
  // The last finalizer was taken off: the object went, and the answer is what it would have been.
  if (body.metadata.deletionTimestamp && !body.metadata.finalizers?.length) return null
  const { kind, apiVersion } = event.kv.value as ApiObject
  if (kind !== body.kind || apiVersion !== body.apiVersion || event.type === 'DELETE') return null
  return holds(body, event.kv.value) ? null : `was answered with other content than revision ${revision} has`
}

/** Gone, or going, before it was answered. */
function deletionProblem(chronicle: Chronicle, request: RequestRecord): string | null {
  const { about, answeredAt } = request
  const prefix = about!.name === '' || about!.subresource ? null : prefixOf(about!)
  if (prefix === null) return null
  const version = versionAt(chronicle, prefix + about!.name, chronicle.cluster.trace.kept(answeredAt!).revision)
  if (!version?.value || version.value.metadata.deletionTimestamp) return null
  // One of the same name may have come since.
  const body = bodyOf(request) as { readonly details?: { readonly uid?: string }; readonly metadata?: { readonly uid?: string } }
  return (body.metadata?.uid ?? body.details?.uid) === version.value.metadata.uid ? 'was answered, and it is not going' : null
}

function readProblem(chronicle: Chronicle, request: RequestRecord, acknowledged: Acknowledged): string | null {
  const { about, http, response, answeredAt, sentAt } = request
  if (about!.subresource || !['get', 'list'].includes(about!.verb) || /as=(Table|Partial)/.test(http.headers.accept ?? '')) return null
  const prefix = prefixOf(about!)
  if (prefix === null) return null
  const query = new URLSearchParams(http.path.split('?')[1])
  const oldest = query.has('resourceVersion') ? 0 : acknowledged.before(sentAt)
  const newest = chronicle.cluster.trace.kept(answeredAt!).revision
  const body = bodyOf(request)
  if (about!.verb === 'list') {
    if (response!.status !== 200 || query.has('limit') || query.has('continue')) return null
    return listProblem(chronicle, prefix, query, body, oldest)
  }
  if (response!.status === 404) {
    const versions = (chronicle.versions.get(prefix + about!.name) ?? []).filter((v) => v.revision <= newest)
    const was = [...versions.filter((v) => v.revision > oldest), versionAt(chronicle, prefix + about!.name, oldest)]
    return versions.length > 0 && was.every((v) => v?.value) ? 'was answered with 404, and it was there all the time' : null
  }
  if (response!.status !== 200) return null
  const revision = Number(body.metadata?.resourceVersion)
  const versions = chronicle.versions.get(prefix + about!.name) ?? []
  const at = versions.findIndex((v) => v.revision === revision)
  const version = versions[at]
  if (!version?.value) return `was answered with revision ${revision}, which there is not`
  const next = versions[at + 1]
  if (next && next.revision <= oldest) return `was answered with revision ${revision}, and ${next.revision} was acknowledged before`
  return holds(body, version.value) ? null : `was answered with other content than revision ${revision} has`
}

function listProblem(
  chronicle: Chronicle,
  prefix: string,
  query: URLSearchParams,
  { metadata, items = [] }: ReturnType<typeof bodyOf>,
  oldest: Revision,
): string | null {
  const revision = Number(metadata?.resourceVersion)
  if (revision < oldest) return `lists revision ${revision}, and ${oldest} was acknowledged before`
  const selects = selectorOf(query)
  if (!selects) return null
  const wanted = objectsAt(chronicle, prefix, revision, selects).map((o) => `${o.uid} ${o.revision}`)
  const given = items.map((item) => `${item.metadata.uid} ${item.metadata.resourceVersion}`)
  return wanted.sort().join() === given.sort().join()
    ? null
    : `lists ${given.join()} at revision ${revision}, where there is ${wanted.join()}`
}

/** The newest revision that anybody had been told of before a hop. */
class Acknowledged {
  private readonly hops: number[] = []
  private readonly revisions: Revision[] = []

  constructor({ requests }: Chronicle) {
    const told = requests.flatMap(({ http, response, answeredAt }) => {
      const body = (response?.body ?? {}) as Partial<ApiObject>
      const isWrite = response && response.status < 300 && WRITES.includes(http.method) && body.metadata?.uid
      return isWrite && answeredAt !== null ? [[answeredAt, Number(body.metadata!.resourceVersion ?? 0)] as const] : []
    })
    let newest = 0
    for (const [hop, revision] of told.sort((a, b) => a[0] - b[0])) {
      newest = Math.max(newest, revision)
      this.hops.push(hop)
      this.revisions.push(newest)
    }
  }

  before(hop: number): Revision {
    let low = 0
    let high = this.hops.length
    while (low < high) {
      const mid = (low + high) >> 1
      if (this.hops[mid]! < hop) low = mid + 1
      else high = mid
    }
    return this.revisions[low - 1] ?? 0
  }
}
