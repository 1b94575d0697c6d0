// Kinds that are asked and answered, never stored: may I, may they, who am I, is this token good, give me a token.
// Upstream: kubernetes pkg/registry/{authorization,authentication}, pkg/registry/core/serviceaccount/storage/token.go

import { updateManagedFields } from '../../api/managedFields'
import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { badRequest, invalid, notFound, type Status } from '../../api/status'
import { rfc3339 } from '../../api/time'
import { authorize } from '../authorization/authorize'
import type { Attributes } from '../authorization/rbac'
import { expectedOf } from '../body'
import type { RequestContext, UserInfo } from '../requestContext'
import { ISSUER, signToken } from '../serviceAccountTokens'
import type { ServerState } from '../serverState'
import { serviceAccountOf } from '../stages/authentication'

interface AccessSpec {
  readonly user?: string
  readonly groups?: readonly string[]
  readonly uid?: string
  readonly resourceAttributes?: {
    readonly namespace?: string
    readonly verb?: string
    readonly group?: string
    readonly resource?: string
    readonly subresource?: string
    readonly name?: string
  }
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string }
}

/** Fills in the answer; a Status if the question is wrong. */
export function answerReview(ctx: RequestContext, server: ServerState): Status | null {
  const { kind, group, version, schema } = expectedOf(ctx)
  const object = ctx.object as ApiObject
  const status = kind === 'TokenRequest' ? tokenRequest(ctx, server) : answers[kind]?.(ctx, server)
  if (!status) return badRequest(`${kind} is not modelled here`)
  if ('refusal' in status) return status.refusal as Status
  const named = kind === 'TokenRequest' ? (status.metadata as JsonObject) : {}
  const whole: ApiObject = {
    ...object,
    metadata: {
      ...object.metadata,
      ...named,
      creationTimestamp: kind === 'SelfSubjectReview' || kind === 'TokenRequest' ? server.nowText : object.metadata.creationTimestamp,
    },
    ...(status.spec ? { spec: status.spec } : {}),
    status: status.status,
  }
  const owned = updateManagedFields({
    before: null,
    after: object,
    manager: ctx.fieldManager,
    apiVersion: groupVersion(group, version),
    now: server.nowText,
    schema,
  })
  ctx.answer = {
    type: 'object',
    status: 201,
    object:
      kind === 'TokenRequest' || !owned.metadata.managedFields
        ? whole
        : { ...whole, metadata: { ...whole.metadata, managedFields: owned.metadata.managedFields } },
  }
  return null
}

type Answer = { readonly status: JsonObject; readonly spec?: JsonObject; readonly metadata?: JsonObject } | { readonly refusal: Status }
type Answerer = (ctx: RequestContext, server: ServerState) => Answer

const access =
  (self: boolean): Answerer =>
  ({ object, user, info }, server) => {
    const spec = ((object as ApiObject).spec ?? {}) as AccessSpec
    const { resourceAttributes: resource, nonResourceAttributes: path } = spec
    const kind = (object as ApiObject).kind ?? ''
    const either = (detail: string) => ({
      refusal: invalid('authorization.k8s.io', kind, '', [
        { type: 'FieldValueInvalid' as const, field: 'spec.resourceAttributes', value: null, detail },
      ]),
    })
    if (resource && path) return either('cannot be specified in combination with nonResourceAttributes')
    if (!resource && !path) return either('exactly one of nonResourceAttributes or resourceAttributes must be specified')
    const who: UserInfo = self ? user : { name: spec.user ?? '', groups: spec.groups ?? [] }
    const attributes: Attributes = resource
      ? {
          user: who,
          verb: resource.verb ?? '',
          apiGroup: resource.group ?? '',
          resource: resource.resource ?? '',
          subresource: resource.subresource ?? '',
          namespace: resource.namespace ?? (info.namespace || ''),
          name: resource.name ?? '',
          path: '',
          isResource: true,
        }
      : {
          user: who,
          verb: path?.verb ?? '',
          apiGroup: '',
          resource: '',
          subresource: '',
          namespace: '',
          name: '',
          path: path?.path ?? '',
          isResource: false,
        }
    const { allowed, reason } = authorize(server, attributes)
    return { status: { allowed, ...(reason ? { reason } : {}) } }
  }

const userOf = ({ name, uid, groups, extra }: UserInfo): JsonObject => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups: [...groups],
  ...(extra ? { extra } : {}),
})

const answers: Readonly<Record<string, Answerer>> = {
  SelfSubjectAccessReview: access(true),
  SubjectAccessReview: access(false),
  LocalSubjectAccessReview: access(false),
  SelfSubjectReview: ({ user }) => ({ status: { userInfo: userOf(user) } }),
  SelfSubjectRulesReview: ({ object, user }, server) => {
    const { namespace = '' } = ((object as ApiObject).spec ?? {}) as { namespace?: string }
    const rules = server.rbac.rulesOf(user, namespace)
    return {
      status: {
        resourceRules: rules.filter((r) => r.resources).map((r) => ({ ...r })),
        nonResourceRules: rules.filter((r) => r.nonResourceURLs).map((r) => ({ verbs: r.verbs, nonResourceURLs: r.nonResourceURLs })),
        incomplete: false,
      },
    }
  },
  TokenReview: ({ object }, server) => {
    const { token = '', audiences } = ((object as ApiObject).spec ?? {}) as { token?: string; audiences?: readonly string[] }
    if (token === '') return { refusal: badRequest('token is required for TokenReview in authentication') }
    const user = server.tokens.get(token) ?? serviceAccountOf(token, server, audiences)
    if (typeof user === 'string') return { status: { user: {}, error: 'invalid bearer token' } }
    return { status: { authenticated: true, user: userOf(user), audiences: audiences ?? [ISSUER] } }
  },
}

const SHORTEST = 600
const DEFAULT = 3600

function tokenRequest({ info, object }: RequestContext, server: ServerState): Answer {
  const { namespace, name } = info
  const account = server.cached('serviceaccounts', namespace, name)
  if (!account) return { refusal: notFound({ group: '', resource: 'serviceaccounts' }, name) }
  const spec = ((object as ApiObject).spec ?? {}) as {
    audiences?: readonly string[]
    expirationSeconds?: number
    boundObjectRef?: { kind?: string; name?: string; uid?: string; apiVersion?: string }
  }
  const seconds = spec.expirationSeconds ?? DEFAULT
  if (seconds < SHORTEST)
    return {
      refusal: invalid('authentication.k8s.io', 'TokenRequest', '', [
        {
          type: 'FieldValueInvalid',
          field: 'spec.expirationSeconds',
          value: seconds,
          detail: 'may not specify a duration less than 10 minutes',
        },
      ]),
    }
  const ref = spec.boundObjectRef
  const pod = ref?.kind === 'Pod' ? server.cached('pods', namespace, ref.name ?? '') : undefined
  if (ref?.kind === 'Pod' && !pod) return { refusal: notFound({ group: '', resource: 'pods' }, ref.name ?? '') }
  const nodeName = (pod?.spec as { nodeName?: string } | undefined)?.nodeName
  const node = nodeName ? server.cached('minions', '', nodeName) : undefined
  const audiences = spec.audiences && spec.audiences.length > 0 ? spec.audiences : [ISSUER]
  const now = Math.floor(server.io.epochNow / 1000)
  const id = (o: ApiObject) => ({ name: o.metadata.name ?? '', uid: o.metadata.uid ?? '' })
  const token = signToken(
    {
      namespace,
      ...id(account),
      audiences,
      expires: now + seconds,
      id: server.io.random.uuid(),
      ...(pod ? { pod: id(pod) } : {}),
      ...(node ? { node: id(node) } : {}),
    },
    now,
  )
  return {
    metadata: { name, namespace },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: (ref ?? null) as JsonObject | null },
    status: { token, expirationTimestamp: rfc3339((now + seconds) * 1000) },
  }
}
