// Tokens that stand in Secrets: good for the API server alone, and as long as the Secret has them. The day of their last use is noted on it.
// Leaves out: that the request waits for that note.
// Upstream: kubernetes pkg/serviceaccount/legacy.go

import { goQuote } from '../../api/go/goQuote'
import {
  accountGroups,
  accountUsername,
  ISSUER,
  type LegacyClaims,
  type ServiceAccount,
  type TokenSecret,
} from '../../api/kinds/serviceaccount/tokens'
import type { ApiObject } from '../../api/object'
import { textOfBase64 } from '../../base/base64'
import { loopback, SELF } from '../loopback'
import type { ServerState } from '../serverState'
import { wrongAudience } from './audiences'
import type { Authenticated } from './tokenCache'

const LAST_USED = 'kubernetes.io/legacy-token-last-used'
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since'
const DAY = 86_400_000

export function legacyAccount(
  token: string,
  claims: LegacyClaims,
  server: ServerState,
  asked: readonly string[],
): Authenticated | { readonly error: string } {
  if (!asked.includes(ISSUER)) return { error: wrongAudience([ISSUER], asked) }
  const { namespace, name, uid, secretName } = claims
  const secret = server.cached('secrets', namespace, secretName) as TokenSecret | undefined
  if (!secret || secret.metadata.deletionTimestamp) return { error: 'Token has been invalidated' }
  if (textOfBase64(secret.data?.token ?? '') !== token) return { error: "Token does not match server's copy" }
  const account = server.cached('serviceaccounts', namespace, name) as ServiceAccount | undefined
  if (!account) return { error: `serviceaccounts ${goQuote(name)} not found` }
  if (account.metadata.deletionTimestamp) return { error: `ServiceAccount ${namespace}/${name} has been deleted` }
  if (account.metadata.uid !== uid) return { error: `ServiceAccount UID (${account.metadata.uid}) does not match claim (${uid})` }
  noteUse(secret, server)
  if (secret.metadata.labels?.[INVALID_SINCE]) return { error: markedInvalid(claims) }
  return {
    audiences: [ISSUER],
    user: { name: accountUsername(namespace, name), uid, groups: [...accountGroups(namespace), 'system:authenticated'] },
    ...(account.secrets?.some((ref) => ref.name === secretName) ? { warnings: [NOT_ASKED_FOR] } : {}),
  }
}

const NOT_ASKED_FOR =
  'Use tokens from the TokenRequest API or manually created secret-based tokens instead of auto-generated secret-based tokens.'

const markedInvalid = ({ namespace, name, secretName }: LegacyClaims) =>
  `the token in secret ${namespace}/${secretName} for service account ${namespace}/${name} has been marked invalid. ` +
  'Use tokens from the TokenRequest API or manually created secret-based tokens, ' +
  `or remove the '${INVALID_SINCE}' label from the secret to temporarily allow use of this token`

/** Once a day. */
function noteUse({ metadata }: ApiObject, server: ServerState): void {
  const { name = '', namespace = '', uid = '', labels } = metadata
  const day = (ahead: number) => new Date(server.io.epochNow + ahead).toISOString().slice(0, 10)
  const today = day(0)
  const lastUsed = labels?.[LAST_USED]
  if (lastUsed === today || lastUsed === day(DAY)) return
  const request = loopback({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/secrets/${name}`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { kind: 'Secret', apiVersion: 'v1', metadata: { name, namespace, uid, labels: { [LAST_USED]: today } } },
  })
  server.ask(SELF, request, null, () => {})
}
