// How one may ask as another: as the node one runs on, as any node, as a service account, as somebody else; or, as of old, by the one verb
// `impersonate`. The constrained modes need two rights: to take that identity, and to do this very thing with it.
// Upstream: apiserver pkg/endpoints/filters/impersonation/mode.go

import { goQuote } from '../../api/go/goQuote'
import { domainPathErrors, dnsSubdomainErrors } from '../../api/validation/names'
import type { UserInfo } from '../requestContext'
import { accountGroups } from '../../api/kinds/serviceaccount/tokens'
import type { ServerState } from '../serverState'
import { authorize, rightTo, type Verdict } from './authorize'
import type { Attributes } from './rbac'

export interface Wanted {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

interface Denied {
  /** The right that was missing. */
  readonly asked: Attributes
  readonly verdict: Verdict
}

/** Null where a mode is not for this user. */
type Mode = (wanted: Wanted, a: Attributes, server: ServerState) => { readonly user: UserInfo } | Denied | null

const AUTHENTICATION = 'authentication.k8s.io'
/** From so many values on, one right to all of them is looked for first. */
const MANY = 4
const NODE = 'system:node:'
const NODE_NAME = 'authentication.kubernetes.io/node-name'

export const modes: readonly Mode[] = [
  constrained('associated-node', (wanted, user) => {
    const node = nodeOf(wanted.name)
    const [own, ...more] = user.extra?.[NODE_NAME] ?? []
    return onlyName(wanted) && node !== null && accountOf(user.name) !== null && more.length === 0 && own === node
  }),
  constrained('arbitrary-node', (wanted) => onlyName(wanted) && nodeOf(wanted.name) !== null),
  constrained('serviceaccount', (wanted) => onlyName(wanted) && accountOf(wanted.name) !== null),
  constrained('user-info', ({ name }) => nodeOf(name) === null && accountOf(name) === null),
  (wanted, a, server) => identity(wanted, a, server, 'impersonate', false),
]

function constrained(mode: string, applies: (wanted: Wanted, user: UserInfo) => boolean): Mode {
  return (wanted, a, server) => {
    if (!applies(wanted, a.user)) return null
    // Upstream hides which node the asker's account is bound to, so that its cache holds for all of them: only the keys stay.
    const keys = Object.keys(a.user.extra ?? {}).sort()
    const asker =
      mode === 'associated-node' ? { ...a, user: { ...a.user, extra: { 'authentication.kubernetes.io/associated-node-keys': keys } } } : a
    return (
      refusalOf(server, { ...asker, verb: `impersonate-on:${mode}:${a.verb}` }) ??
      identity(wanted, asker, server, `impersonate:${mode}`, true)
    )
  }
}

/** Checks name, uid, groups and extra, each by a right of its own. */
function identity(wanted: Wanted, a: Attributes, server: ServerState, verb: string, strict: boolean): { readonly user: UserInfo } | Denied {
  const right = (apiGroup: string, resource: string, name: string, more: Partial<Attributes> = {}) =>
    rightTo({ user: a.user, verb, apiGroup, resource, name, ...more })
  const group = strict ? AUTHENTICATION : ''
  const account = accountOf(wanted.name)
  const node = strict ? nodeOf(wanted.name) : null
  const named = account
    ? right(group, 'serviceaccounts', account.name, { namespace: account.namespace })
    : node === null
      ? right(group, 'users', wanted.name)
      : right(group, 'nodes', verb === 'impersonate:associated-node' ? '*' : node)
  const refused =
    refusalOf(server, named) ??
    (wanted.uid === '' ? null : refusalOf(server, right(AUTHENTICATION, 'uids', wanted.uid))) ??
    groupsRefusal(wanted.groups, strict, (name) => right(group, 'groups', name), server) ??
    extraRefusal(wanted.extra, strict, (subresource, name) => right(AUTHENTICATION, 'userextras', name, { subresource }), server)
  if (refused) return refused
  const { name, uid, extra } = wanted
  const groups = node !== null ? ['system:nodes'] : account && wanted.groups.length === 0 ? accountGroups(account.namespace) : wanted.groups
  return { user: { name, ...(uid ? { uid } : {}), groups: withEverybody(name, groups), ...(extra ? { extra } : {}) } }
}

function groupsRefusal(
  groups: readonly string[],
  strict: boolean,
  right: (name: string) => Attributes,
  server: ServerState,
): Denied | null {
  if (strict && groups.includes('')) return because(right(''), 'impersonating the empty string group is not allowed')
  if (strict && groups.includes('system:masters'))
    return because(right('system:masters'), 'impersonating the system:masters group is not allowed')
  if (strict && groups.length >= MANY && authorize(server, right('*')).allowed) return null
  return firstRefusal(groups.map(right), server)
}

function extraRefusal(
  extra: Wanted['extra'],
  strict: boolean,
  right: (key: string, value: string) => Attributes,
  server: ServerState,
): Denied | null {
  const entries = Object.entries(extra ?? {})
  const wrong = strict ? entries.map(([key, values]) => extraError(key, values)).find(Boolean) : undefined
  if (wrong) return because(right('', ''), wrong)
  const pairs = entries.flatMap(([key, values]) => values.map((value) => right(key, value)))
  if (strict && pairs.length >= MANY && authorize(server, right('*', '*')).allowed) return null
  return firstRefusal(pairs, server)
}

function extraError(key: string, values: readonly string[]): string | undefined {
  if (key === '') return 'impersonating the empty string key in extra is not allowed'
  const [error] = domainPathErrors(key)
  if (error) return `impersonating an invalid key in extra is not allowed: extra.key: Invalid value: ${goQuote(key)}: ${error}`
  return values.includes('') ? 'impersonating the empty string value in extra is not allowed' : undefined
}

function firstRefusal(rights: readonly Attributes[], server: ServerState): Denied | null {
  for (const right of rights) {
    const refused = refusalOf(server, right)
    if (refused) return refused
  }
  return null
}

function refusalOf(server: ServerState, asked: Attributes): Denied | null {
  const verdict = authorize(server, asked)
  return verdict.allowed ? null : { asked, verdict }
}

const because = (asked: Attributes, reason: string): Denied => ({ asked, verdict: { allowed: false, reason, by: null } })

const onlyName = ({ uid, groups, extra }: Wanted) => uid === '' && groups.length === 0 && !extra

function nodeOf(name: string): string | null {
  const node = name.slice(NODE.length)
  return name.startsWith(NODE) && dnsSubdomainErrors(node).length === 0 ? node : null
}

function accountOf(name: string): { readonly namespace: string; readonly name: string } | null {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name)
  return match ? { namespace: match[1]!, name: match[2]! } : null
}

function withEverybody(name: string, groups: readonly string[]): readonly string[] {
  const everybody = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  return groups.includes('system:unauthenticated') || groups.includes(everybody) ? groups : [...groups, everybody]
}
