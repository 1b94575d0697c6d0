// Kinds that are asked and answered, never stored: may I, may they, who am I, is this token good, give me a token.
// Upstream: kubernetes pkg/registry/{authorization,authentication}

import { aggregated } from '../../api/errors/aggregated'
import { updateManagedFields } from '../../api/managedfields/managedFields'
import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { UNRESET } from '../../api/managedfields/resetFields'
import { badRequest } from '../../api/errors/status'
import { authenticateToken } from '../authentication/tokens'
import { expectedOf } from '../body/expected'
import { lacking, refusal } from '../refusal'
import { passed, refused, type RequestContext, type StageResult, type UserInfo } from '../requestContext'
import type { ServerState } from '../serverState'
import { ISSUER } from '../../api/kinds/serviceaccount/tokens'
import { localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview, subjectAccessReview } from './accessReviews'
import type { Answerer } from './answer'
import { tokenRequest } from './tokenRequest'

/** What Go writes of a question where nothing was asked, when it is more than the schema tells. */
const BLANK: Readonly<Record<string, JsonObject>> = { TokenRequest: { spec: { boundObjectRef: null } } }

/** Fills in the answer; a refusal if the question is wrong. */
export function answerReview(ctx: RequestContext, server: ServerState): StageResult {
  const { kind, group, version, schema } = expectedOf(ctx)
  const blank = BLANK[kind]
  const object = updateManagedFields({
    before: null,
    ...(blank ? { blank } : {}),
    after: ctx.object as ApiObject,
    manager: ctx.fieldManager,
    apiVersion: groupVersion(group, version),
    now: server.nowText,
    schema,
    resets: UNRESET,
    subresource: ctx.info.subresource,
  })
  ctx.object = object
  const answer = answers[kind]?.(ctx, server)
  if (!answer) return refused(refusal(badRequest(`${kind} is not modelled here`), 'notModelled', { kind }))
  if ('refusal' in answer) return refused(answer.refusal)
  const { managedFields } = object.metadata
  const owned = managedFields && !answer.anew ? { managedFields } : {}
  const metadata = { ...(answer.metadata ?? (object.metadata as JsonObject)), ...owned }
  const whole: ApiObject = { ...object, metadata, ...(answer.spec ? { spec: answer.spec } : {}), status: answer.status }
  ctx.answer = { type: 'object', status: 201, object: whole }
  return passed
}

const userOf = ({ name, uid, groups, extra }: UserInfo): JsonObject => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups: [...groups],
  ...(extra ? { extra } : {}),
})

const answers: Readonly<Record<string, Answerer>> = {
  SelfSubjectAccessReview: selfSubjectAccessReview,
  SubjectAccessReview: subjectAccessReview,
  LocalSubjectAccessReview: localSubjectAccessReview,
  SelfSubjectRulesReview: selfSubjectRulesReview,
  SelfSubjectReview: ({ user }, server) => ({
    metadata: { creationTimestamp: server.nowText },
    status: { userInfo: userOf(user) },
  }),
  TokenReview: ({ object, warnings }, server) => {
    const { token = '', audiences } = ((object as ApiObject).spec ?? {}) as { token?: string; audiences?: readonly string[] }
    if (token === '') return { refusal: lacking(badRequest('token is required for TokenReview in authentication'), 'spec.token') }
    const asked = audiences?.length ? audiences : [ISSUER]
    const found = authenticateToken(token, server, asked)
    if ('errors' in found) {
      const errors = ['invalid bearer token', ...found.errors]
      return { status: { user: {}, error: aggregated(errors) } }
    }
    warnings.push(...(found.warnings ?? []))
    return { status: { authenticated: true, user: userOf(found.user), audiences: [...found.audiences] } }
  },
  TokenRequest: tokenRequest,
}
