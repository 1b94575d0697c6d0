// Bearer tokens: the static file, then service accounts. What a token was good for is remembered for ten seconds, as upstream does:
// for so long it outlives its account.
// Leaves out: bootstrap tokens, OIDC, webhooks.
// Upstream: kubernetes pkg/kubeapiserver/authenticator/config.go, pkg/serviceaccount/claims.go, apiserver pkg/authentication/token/cache

import { goQuote } from '../../api/go/goQuote'
import type { Attempt } from '../../base/why'
import type { ServerState } from '../serverState'
import { wrongAudience } from './audiences'
import { legacyAccount } from './legacyTokens'
import type { Authenticated } from './tokenCache'
import { accountGroups, accountUsername, ISSUER, readToken, type TokenClaims } from '../../api/kinds/serviceaccount/tokens'

/** Claims are taken to be this many seconds late or early. */
const LEEWAY = 60

/** For whom a token speaks; else what the authenticators had against it (nothing, if none of them knows such tokens). */
export function authenticateToken(
  token: string,
  server: ServerState,
  audiences: readonly string[] = [ISSUER],
  attempted: Attempt[] = [],
): Authenticated | { readonly errors: readonly string[] } {
  const now = server.io.epochNow
  const key = `${audiences.join('\u0000')}\u0000\u0000${token}`
  const remembered = server.tokenCache.get(key, now)
  if (remembered) return remembered
  const listed = server.tokens.get(token)
  if (listed && audiences.includes(ISSUER)) return { user: listed, audiences: [ISSUER] }
  attempted.push({ authenticator: 'token file', verdict: listed ? 'otherAudience' : 'unknown' })
  const claims = readToken(token)
  if (!claims) {
    attempted.push({ authenticator: 'service account token', verdict: 'unknown' })
    return { errors: [] }
  }
  const found = 'secretName' in claims ? legacyAccount(token, claims, server, audiences) : accountOf(claims, server, audiences)
  if ('error' in found) {
    attempted.push({ authenticator: 'service account token', verdict: 'refused', error: found.error })
    return { errors: [found.error] }
  }
  server.tokenCache.keep(key, found, now)
  return found
}

function accountOf(claims: TokenClaims, server: ServerState, asked: readonly string[]): Authenticated | { readonly error: string } {
  const { namespace, name, uid } = claims
  const audiences = asked.filter((a) => claims.audiences.includes(a))
  if (audiences.length === 0) return { error: wrongAudience(claims.audiences, asked) }
  const error = claimsError(claims, server)
  if (error) return { error }
  return {
    audiences,
    user: {
      name: accountUsername(namespace, name),
      uid,
      groups: [...accountGroups(namespace), 'system:authenticated'],
      extra: extraOf(claims),
    },
  }
}

function claimsError({ namespace, name, uid, expires, pod, node, secret }: TokenClaims, server: ServerState): string | null {
  if ((expires + LEEWAY) * 1000 < server.io.epochNow) return 'service account token has expired'
  const account = server.cached('serviceaccounts', namespace, name)
  if (!account) return `serviceaccounts ${goQuote(name)} not found`
  const { metadata } = account
  if (metadata.uid !== uid) return `service account UID (${metadata.uid}) does not match claim (${uid})`
  const bound = [
    secret ? { ...secret, what: 'secret', kind: 'secret', storage: 'secrets', namespace } : null,
    pod ? { ...pod, what: 'pod', kind: 'pod', storage: 'pods', namespace } : null,
    // The node of a Pod is only told of, not looked up.
    node && !pod ? { ...node, what: 'node', kind: 'node', storage: 'minions', namespace: '' } : null,
  ]
  for (const ref of bound) {
    if (!ref) continue
    const found = server.cached(ref.storage, ref.namespace, ref.name)?.metadata
    if (!found || deletedLongAgo(found.deletionTimestamp, server)) return 'service account token has been invalidated'
    if (found.uid !== ref.uid) return `${ref.what} UID (${found.uid}) does not match service account ${ref.kind} ref claim (${ref.uid})`
  }
  return null
}

/** What is on its way out is good until its time is over, and a little longer. */
function deletedLongAgo(timestamp: string | undefined, server: ServerState): boolean {
  return timestamp !== undefined && Date.parse(timestamp) < server.io.epochNow - LEEWAY * 1000
}

function extraOf({ id, pod, node }: TokenClaims): Readonly<Record<string, readonly string[]>> {
  const about = (what: string, value: string) => (value === '' ? {} : { [`authentication.kubernetes.io/${what}`]: [value] })
  return {
    ...about('credential-id', `JTI=${id}`),
    ...(node ? { ...about('node-name', node.name), ...about('node-uid', node.uid) } : {}),
    ...(pod ? { ...about('pod-name', pod.name), ...about('pod-uid', pod.uid) } : {}),
  }
}
