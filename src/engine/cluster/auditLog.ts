// The audit log of a cluster, written from its trace: one `audit.k8s.io/v1` Event for each request, at level RequestResponse.
// A watch is logged when its answer starts, a failed authentication too; all others when they are answered. RequestReceived is omitted.
// Leaves out: policies with other levels, the extra of users, managedFields in bodies are kept as they are.
// Upstream: apiserver pkg/apis/audit/v1/types.go, pkg/endpoints/filters/audit.go, pkg/audit/request.go

import { isObject, type JsonObject } from '../base/json'
import type { Stage, StageDetail } from '../base/hop'
import { parseJson } from '../api/serializer/parseJson'
import { rfc3339Micro } from '../api/scalars/time'
import type { Cluster, RequestRecord } from './types'

export interface AuditEvent extends JsonObject {
  readonly kind: 'Event'
  readonly apiVersion: 'audit.k8s.io/v1'
  readonly level: 'RequestResponse'
  readonly auditID: string
  readonly stage: 'ResponseStarted' | 'ResponseComplete'
  readonly requestURI: string
  readonly verb: string
  readonly user: JsonObject
  readonly requestReceivedTimestamp: string
  readonly stageTimestamp: string
}

/** Those of the `wanted` requests, in the order of completion, as a server writes them; requests that are not answered yet are not in it. */
export function auditLog(cluster: Cluster, wanted: (record: RequestRecord) => boolean = () => true): readonly AuditEvent[] {
  const answered = [...cluster.trace.allRequests()].filter((r) => r.answeredAt !== null && r.about !== null && wanted(r))
  return answered.sort((a, b) => a.answeredAt! - b.answeredAt!).map((record) => eventOf(cluster, record))
}

function eventOf(cluster: Cluster, record: RequestRecord): AuditEvent {
  const { http, about, response } = record
  const time = (hop: number) => rfc3339Micro(cluster.epoch + cluster.trace.hop(hop).at)
  const details = detailsOf(cluster, record)
  const failedAuthentication = record.refusedAt === 'authentication'
  const body = response?.body
  const userAgent = http.headers['user-agent']
  const requestObject = details.defaulted ?? sentObject(record)
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: auditId(record.id),
    stage: response?.streaming || failedAuthentication ? 'ResponseStarted' : 'ResponseComplete',
    requestURI: http.path,
    verb: about!.verb,
    user: failedAuthentication ? {} : { username: details.user, groups: details.groups },
    ...(details.impersonated ? { impersonatedUser: { username: details.impersonated } } : {}),
    sourceIPs: ['127.0.0.1'],
    ...(userAgent ? { userAgent } : {}),
    ...(about!.resource ? { objectRef: objectRef(record) } : {}),
    responseStatus: responseStatus(record),
    ...(requestObject && record.refusedAt !== 'authorization' ? { requestObject } : {}),
    ...(isObject(body) ? { responseObject: body } : {}),
    requestReceivedTimestamp: time(record.sentAt),
    stageTimestamp: time(record.answeredAt!),
    ...(failedAuthentication
      ? {}
      : {
          annotations: {
            'authorization.k8s.io/decision': record.refusedAt === 'authorization' ? 'forbid' : 'allow',
            'authorization.k8s.io/reason': record.refusedAt === 'authorization' ? '' : details.reason,
          },
        }),
  }
}

interface Details {
  readonly user: string
  readonly groups: readonly string[]
  readonly impersonated: string | null
  readonly reason: string
  readonly defaulted: JsonObject | undefined
}

/** What the stages said of the request. */
function detailsOf({ trace }: Cluster, record: RequestRecord): Details {
  const said = new Map<string, StageDetail>()
  for (const index of trace.hopsOf(record.id)) {
    const hop = trace.hop(index)
    if (hop.kind === 'stage' && hop.detail) said.set(hop.stage, hop.detail)
  }
  const reason = said.get('authorization')?.says ?? ''
  return {
    user: said.get('authentication')?.user ?? '',
    groups: said.get('authentication')?.groups ?? [],
    impersonated: said.get('impersonation')?.user ?? null,
    reason: reason.startsWith('RBAC:') ? reason : '',
    defaulted: said.get('defaulting')?.changes?.[0]?.after,
  }
}

/** The body as it was sent, whether a component built it or a person wrote it. */
function sentObject({ http: { body } }: RequestRecord): JsonObject | undefined {
  if (typeof body !== 'string') return body
  const parsed = parseJson(body)
  return 'value' in parsed && isObject(parsed.value) ? parsed.value : undefined
}

const BEFORE_DECODED: ReadonlySet<Stage> = new Set<Stage>([
  'requestInfo',
  'authentication',
  'audit',
  'impersonation',
  'priorityAndFairness',
  'authorization',
])

function objectRef(record: RequestRecord): JsonObject {
  const { about, response } = record
  const { resource, namespace, name, apiGroup, apiVersion, subresource } = about!
  const body = response?.body
  const created =
    name === '' && about!.verb === 'create' && isObject(body) && body.kind !== 'Status'
      ? ((body.metadata as JsonObject | undefined)?.name as string | undefined)
      : undefined
  const sent = (sentObject(record)?.metadata as JsonObject | undefined)?.name as string | undefined
  // A request that was refused before it was decoded has no name but the URL's.
  const known = name || created || (record.refusedAt && BEFORE_DECODED.has(record.refusedAt) ? undefined : sent)
  return {
    resource,
    ...(namespace ? { namespace } : {}),
    ...(known ? { name: known } : {}),
    ...(apiGroup ? { apiGroup } : {}),
    apiVersion,
    ...(subresource ? { subresource } : {}),
  }
}

function responseStatus({ response }: RequestRecord): JsonObject {
  const body = response?.body
  if (!isObject(body) || body.kind !== 'Status') return { metadata: {}, code: response?.status ?? 0 }
  const { kind: _kind, apiVersion: _apiVersion, ...status } = body
  return { ...status, code: response?.status ?? 0 }
}

/** A UUID's shape that follows from the request's number. */
function auditId(id: number): string {
  const hex = id.toString(16).padStart(12, '0')
  return `00000000-0000-4000-8000-${hex}`
}
