// The union of authorizers: system:masters, Node, RBAC. The first that allows decides; none can deny; nobody allowing is a refusal.
// Upstream: apiserver pkg/authorization/union, kubernetes pkg/kubeapiserver/authorizer/reload.go

import { aggregated } from '../../api/errors/aggregated'
import { goQuote } from '../../api/go/goQuote'
import { failure, forbidden, resourceText, type Status } from '../../api/errors/status'
import type { Why } from '../../base/why'
import type { Refusal } from '../refusal'
import type { ServerState } from '../serverState'
import type { Attributes } from './rbac'

export interface Verdict {
  readonly allowed: boolean
  /** The text for the audit log; `` for system:masters and the Node authorizer. */
  readonly reason: string
  readonly by: 'system:masters' | 'Node' | 'RBAC' | null
}

const MASTERS: Verdict = { allowed: true, reason: '', by: 'system:masters' }
const NODE: Verdict = { allowed: true, reason: '', by: 'Node' }

export function authorize(server: ServerState, attributes: Attributes): Verdict {
  if (attributes.user.groups.includes('system:masters')) return MASTERS
  const node = server.nodes.authorize(attributes)
  if (node?.allowed) return NODE
  const rbac = server.rbac.authorize(attributes)
  if (rbac !== null) return { allowed: true, reason: rbac, by: 'RBAC' }
  const dangling = server.rbac.dangling(attributes.user, attributes.namespace)
  const reasons = [node?.reason ? `node: ${node.reason}` : '', dangling.length === 0 ? '' : `RBAC: ${aggregated(dangling)}`]
  return { allowed: false, reason: reasons.filter(Boolean).join('\n'), by: null }
}

/** A right that is asked for beside that to the request itself. */
export const rightTo = (right: Pick<Attributes, 'user' | 'verb' | 'apiGroup' | 'resource' | 'name'> & Partial<Attributes>): Attributes => ({
  subresource: '',
  namespace: '',
  path: '',
  isResource: true,
  ...right,
})

/** For the reader: each authorizer's word, the bindings that were read, and those that were not. */
export function explain(server: ServerState, a: Attributes, verdict: Verdict): Why {
  const { user, verb, resource, subresource, apiGroup, namespace, name } = a
  const node = server.nodes.authorize(a)
  const { bindings, notRead } = server.rbac.explain(a)
  const rbac = verdict.by === 'RBAC' ? verdict.reason : ''
  return {
    kind: 'authorization',
    allowed: verdict.allowed,
    user: user.name,
    groups: user.groups,
    verb,
    resource: a.isResource ? (subresource ? `${resource}/${subresource}` : resource) : a.path,
    apiGroup,
    namespace,
    name,
    authorizers: [
      { name: 'system:masters', decision: verdict.by === 'system:masters' ? 'allow' : 'noOpinion', reason: '' },
      { name: 'Node', decision: node?.allowed ? 'allow' : 'noOpinion', reason: node && !node.allowed ? node.reason : '' },
      { name: 'RBAC', decision: verdict.by === 'RBAC' ? 'allow' : 'noOpinion', reason: rbac },
    ],
    bindings,
    notRead,
  }
}

/** The 403 of the authorization filter. */
export const forbiddenRequest = (server: ServerState, a: Attributes, verdict: Verdict): Refusal => ({
  status: forbiddenStatus(a, verdict.reason),
  why: explain(server, a, verdict),
})

/** The 403 of a handler, which asks for a right beside that to the request itself; `why` is what it says of it. */
export const forbiddenBeside = (server: ServerState, a: Attributes, verdict: Verdict, why = verdict.reason): Refusal => ({
  status: forbidden({ group: a.apiGroup, resource: a.resource }, a.name, why),
  why: explain(server, a, verdict),
})

function forbiddenStatus(a: Attributes, reason: string): Status {
  const { user, verb, apiGroup, resource, subresource, namespace, name } = a
  const inner = a.isResource
    ? `User ${goQuote(user.name)} cannot ${verb} resource ${goQuote(subresource ? `${resource}/${subresource}` : resource)} in API group ${goQuote(apiGroup)} ${namespace ? `in the namespace ${goQuote(namespace)}` : 'at the cluster scope'}`
    : `User ${goQuote(user.name)} cannot ${verb} path ${goQuote(a.path)}`
  const why = escaped(inner) + (reason ? `: ${reason}` : '')
  if (!a.isResource) return failure(403, 'Forbidden', `forbidden: ${why}`, {})
  const what = resourceText({ group: apiGroup, resource })
  return failure(403, 'Forbidden', `${name ? `${what} ${goQuote(name)}` : what} is forbidden: ${why}`, {
    ...(name ? { name } : {}),
    ...(apiGroup ? { group: apiGroup } : {}),
    kind: resource,
  })
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escaped = (text: string) => text.replace(/[&<>]/g, (c) => ESCAPES[c]!)
