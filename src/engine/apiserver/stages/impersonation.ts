// Impersonate-* headers: to ask as someone else, if the asker may; in 1.37 the permission names the verb of the request itself.
// Upstream: apiserver pkg/endpoints/filters/impersonation

import { badRequest } from '../../api/status'
import { authorize, forbiddenRequest } from '../authorization/authorize'
import { passed, refused, type RequestContext, type StageResult, type UserInfo } from '../requestContext'
import type { ServerState } from '../serverState'

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/

export function impersonation(ctx: RequestContext, server: ServerState): StageResult {
  const { headers } = ctx.http
  const name = headers['impersonate-user'] ?? ''
  const group = headers['impersonate-group'] ?? ''
  const uid = headers['impersonate-uid'] ?? ''
  if (name === '' && group === '' && uid === '') return passed
  const groups = group === '' ? [] : group.split(', ')
  if (name === '')
    return refused(
      badRequest(
        `requested &user.DefaultInfo{Name:"", UID:"${uid}", Groups:[]string{${groups.map((g) => JSON.stringify(g)).join(', ')}}, Extra:map[string][]string(nil)} without impersonating a user name`,
      ),
    )
  const mode = ACCOUNT.test(name) ? 'serviceaccount' : name.startsWith('system:node:') ? 'arbitrary-node' : 'user-info'
  const verdict = authorize(server, {
    ...ctx.info,
    user: ctx.user,
    verb: 'impersonate',
    apiGroup: '',
    resource: mode === 'serviceaccount' ? 'serviceaccounts' : 'users',
    subresource: '',
    namespace: ACCOUNT.exec(name)?.[1] ?? '',
    name: ACCOUNT.exec(name)?.[2] ?? name,
    isResource: true,
  })
  const groupsAllowed = groups.every(
    (g) =>
      authorize(server, {
        ...ctx.info,
        user: ctx.user,
        verb: 'impersonate',
        apiGroup: '',
        resource: 'groups',
        subresource: '',
        namespace: '',
        name: g,
        isResource: true,
      }).allowed,
  )
  if (!verdict.allowed || !groupsAllowed) {
    return refused(forbiddenRequest({ ...ctx.info, user: ctx.user, verb: `impersonate-on:${mode}:${ctx.info.verb}` }, ''))
  }
  ctx.impersonator = ctx.user
  ctx.user = impersonated(name, groups, uid)
  return { outcome: 'changed', detail: { user: name, says: `${ctx.impersonator.name} → ${name}` } }
}

function impersonated(name: string, asked: readonly string[], uid: string): UserInfo {
  const account = ACCOUNT.exec(name)
  const own = asked.length > 0 || !account ? asked : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`]
  const everybody = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  return { name, ...(uid ? { uid } : {}), groups: own.includes(everybody) ? own : [...own, everybody] }
}
