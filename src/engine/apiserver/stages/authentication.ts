// Who asks: client certificate, then bearer tokens (static file, then service accounts), then nobody. A bad token is never nobody.
// Leaves out: front proxy headers, bootstrap tokens, OIDC, webhooks; tokens are read each time (upstream caches them some seconds).
// Upstream: kubernetes pkg/kubeapiserver/authenticator/config.go, apiserver pkg/authentication/request

import { unauthorized } from '../../api/status'
import type { HttpRequest } from '../../base/wire'
import { noted, refused, type RequestContext, type StageResult, type UserInfo } from '../requestContext'
import type { ServerState } from '../serverState'
import { ISSUER, readToken } from '../serviceAccountTokens'

const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
const details = new Map<string, { readonly user: string; readonly groups: readonly string[]; readonly says: string }>()

export function authentication(ctx: RequestContext, server: ServerState): StageResult {
  const attempted: { authenticator: string; result: string }[] = []
  const user = authenticate(ctx.http, server, attempted)
  if (!user) return refused(unauthorized(), { why: { kind: 'authentication', attempted } })
  ctx.user = user
  ctx.authenticated = true
  const key = `${user.name} ${user.groups.join()}`
  let detail = details.get(key)
  if (!detail) details.set(key, (detail = { user: user.name, groups: user.groups, says: user.name }))
  return noted(detail)
}

function authenticate(
  { clientCertificate, headers }: HttpRequest,
  server: ServerState,
  attempted: { authenticator: string; result: string }[],
): UserInfo | null {
  if (clientCertificate && clientCertificate.commonName !== '') return ofCertificate(clientCertificate)
  const token = bearerToken(headers.authorization)
  if (token === null) return ANONYMOUS
  const known = server.tokens.get(token)
  if (known) return known
  attempted.push({ authenticator: 'token file', result: 'not in the file' })
  const account = serviceAccountOf(token, server)
  if (typeof account !== 'string') return account
  attempted.push({ authenticator: 'service account token', result: account })
  return null
}

const certificates = new WeakMap<object, UserInfo>()
function ofCertificate(certificate: NonNullable<HttpRequest['clientCertificate']>): UserInfo {
  let user = certificates.get(certificate)
  if (!user)
    certificates.set(certificate, (user = { name: certificate.commonName, groups: [...certificate.organizations, 'system:authenticated'] }))
  return user
}

/** Null for no credential: another scheme, or nothing after `Bearer`. */
function bearerToken(header: string | undefined): string | null {
  const match = /^bearer +(\S+)/i.exec(header ?? '')
  return match?.[1] ?? null
}

/** The account that a token speaks for, or why it speaks for none. Also TokenReview's answer. */
export function serviceAccountOf(token: string, server: ServerState, audiences: readonly string[] = [ISSUER]): UserInfo | string {
  const claims = readToken(token)
  if (!claims) return 'not signed by this server'
  if (claims.expires * 1000 <= server.io.epochNow) return 'expired'
  if (!claims.audiences.some((a) => audiences.includes(a))) return 'meant for another audience'
  const { namespace, name, pod, node } = claims
  const account = server.cached('serviceaccounts', namespace, name)
  if (account && account.metadata.uid !== claims.uid) return 'the account was made anew'
  if (pod && server.cached('pods', namespace, pod.name)?.metadata.uid !== pod.uid) return 'its Pod is gone'
  const about = (what: string, value: string) => ({ [`authentication.kubernetes.io/${what}`]: [value] })
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid: claims.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {
      ...about('credential-id', `JTI=${claims.id}`),
      ...(node ? { ...about('node-name', node.name), ...about('node-uid', node.uid) } : {}),
      ...(pod ? { ...about('pod-name', pod.name), ...about('pod-uid', pod.uid) } : {}),
    },
  }
}
