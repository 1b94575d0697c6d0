// Who asks: client certificate, then bearer tokens (static file, then service accounts), then nobody. A bad token is never nobody.
// Leaves out: front proxy headers, tokens in a websocket's protocol.
// Upstream: kubernetes pkg/kubeapiserver/authenticator/config.go, apiserver pkg/authentication/request

import { unauthorized } from '../../api/errors/status'
import { Recent } from '../../base/recent'
import type { HttpRequest } from '../../base/wire'
import type { Attempt } from '../../base/why'
import { authenticateToken } from '../authentication/tokens'
import { noted, refused, type RequestContext, type StageResult, type UserInfo } from '../requestContext'
import type { ServerState } from '../serverState'

const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
interface Detail {
  readonly user: string
  readonly groups: readonly string[]
  readonly says: string
}
const details = new Recent<string, Detail>(256)
const detailOf = new WeakMap<UserInfo, Detail>()

export function authentication(ctx: RequestContext, server: ServerState): StageResult {
  const attempted: Attempt[] = []
  const user = authenticate(ctx, server, attempted)
  if (!user) return refused({ status: unauthorized(), why: { kind: 'authentication', attempted } })
  ctx.user = user
  ctx.authenticated = true
  let detail = detailOf.get(user)
  if (!detail) detailOf.set(user, (detail = sharedDetail(user)))
  return noted(detail)
}

/** The same for all who are the same, as long as they ask. */
function sharedDetail({ name, groups }: UserInfo): Detail {
  const key = `${name} ${groups.join()}`
  return details.get(key) ?? details.add(key, { user: name, groups, says: name })
}

function authenticate({ http, warnings }: RequestContext, server: ServerState, attempted: Attempt[]): UserInfo | null {
  const { clientCertificate, headers } = http
  const expired = clientCertificate?.notAfter !== undefined && clientCertificate.notAfter <= server.io.epochNow
  if (expired) attempted.push({ authenticator: 'x509', verdict: 'refused', error: 'certificate has expired or is not yet valid' })
  else if (clientCertificate && clientCertificate.commonName !== '') return ofCertificate(clientCertificate)
  const token = bearerToken(headers.authorization)
  if (token === null) {
    if (isOverlooked(headers.authorization)) warnings.push(OVERLOOKED)
    if (expired)
      attempted.push({ authenticator: 'token file', verdict: 'notSent' }, { authenticator: 'service account token', verdict: 'notSent' })
    return expired ? null : ANONYMOUS
  }
  if (!clientCertificate) attempted.push({ authenticator: 'x509', verdict: 'notSent' })
  const found = authenticateToken(token, server, undefined, attempted)
  if (!('user' in found)) return null
  warnings.push(...(found.warnings ?? []))
  return found.user
}

const certificates = new WeakMap<object, UserInfo>()
function ofCertificate(certificate: NonNullable<HttpRequest['clientCertificate']>): UserInfo {
  let user = certificates.get(certificate)
  if (!user)
    certificates.set(certificate, (user = { name: certificate.commonName, groups: [...certificate.organizations, 'system:authenticated'] }))
  return user
}

/** Null for no credential: another scheme, or nothing after `Bearer` and its one space. */
function bearerToken(header: string | undefined): string | null {
  const match = /^\s*bearer (\S+)/i.exec(header ?? '')
  return match?.[1] ?? null
}

/** Two spaces, and the token is overlooked. */
const isOverlooked = (header: string | undefined) => /^\s*bearer {2,}\S/i.test(header ?? '')
const OVERLOOKED = 'the provided Authorization header contains extra space before the bearer token, and is ignored'
