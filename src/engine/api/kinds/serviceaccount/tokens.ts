// Tokens of service accounts, bound to what they are for or kept in a Secret: a JWT's claims, signed by a digest that stands for the real
// signature (this model has no private key).
// Leaves out: RSA, JWKS.
// Upstream: kubernetes pkg/serviceaccount/{jwt,claims,legacy}.go

import { base64OfText, fromUrlAlphabet, textOfBase64, toUrlAlphabet } from '../../../base/base64'
import type { ApiObject, JsonObject } from '../../object'

export const ISSUER = 'https://kubernetes.default.svc.cluster.local'

export interface TokenClaims {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly audiences: readonly string[]
  /** Epoch seconds. */
  readonly expires: number
  readonly id: string
  readonly pod?: BoundObject
  readonly node?: BoundObject
  readonly secret?: BoundObject
}

export interface BoundObject {
  readonly name: string
  readonly uid: string
}

/** Of a token that stands in a Secret: it is good for the API server, and as long as the Secret has it. */
export interface LegacyClaims {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** The Secret's name. */
  readonly secretName: string
}

/** The type of a Secret that holds a token, and the annotations that say whose. */
export const TOKEN_SECRET = 'kubernetes.io/service-account-token'
export const ACCOUNT_NAME = 'kubernetes.io/service-account.name'
export const ACCOUNT_UID = 'kubernetes.io/service-account.uid'

export const isTokenSecret = (secret: ApiObject): boolean => (secret as { readonly type?: string }).type === TOKEN_SECRET

export interface TokenSecret extends ApiObject {
  readonly data?: Readonly<Record<string, string>>
}

export interface ServiceAccount extends ApiObject {
  readonly secrets?: readonly { readonly name?: string }[]
}

/** What an account is called as a user. Upstream: apiserver pkg/authentication/serviceaccount/util.go MakeUsername */
export const accountUsername = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`

/** Of every account of a namespace. */
export const accountGroups = (namespace: string) => ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]

export const KEY_ID = 'apiscope'
const HEADER = encode({ alg: 'RS256', kid: KEY_ID })

export function signToken(claims: TokenClaims, issuedAt: number): string {
  const { namespace, name, uid, audiences, expires, id, pod, node, secret } = claims
  return signed({
    aud: audiences,
    exp: expires,
    iat: issuedAt,
    iss: ISSUER,
    jti: id,
    'kubernetes.io': {
      namespace,
      ...(node ? { node: shown(node) } : {}),
      ...(pod ? { pod: shown(pod) } : {}),
      ...(secret ? { secret: shown(secret) } : {}),
      serviceaccount: { name, uid },
    },
    nbf: issuedAt,
    sub: accountUsername(namespace, name),
  })
}

const LEGACY_ISSUER = 'kubernetes/serviceaccount'
const LEGACY = 'kubernetes.io/serviceaccount'

export const signLegacyToken = ({ namespace, name, uid, secretName }: LegacyClaims): string =>
  signed({
    iss: LEGACY_ISSUER,
    [`${LEGACY}/namespace`]: namespace,
    [`${LEGACY}/secret.name`]: secretName,
    [`${LEGACY}/service-account.name`]: name,
    [`${LEGACY}/service-account.uid`]: uid,
    sub: accountUsername(namespace, name),
  })

/** The claims of a token that this cluster signed; null for any other text. */
export function readToken(token: string): TokenClaims | LegacyClaims | null {
  const [header, payload, signature] = token.split('.')
  if (header !== HEADER || !payload || signature !== digest(`${header}.${payload}`)) return null
  const body = JSON.parse(textOfBase64(fromUrlAlphabet(payload))) as BoundPayload | LegacyPayload
  if (body.iss === LEGACY_ISSUER) {
    const claim = (of: string) => (body as LegacyPayload)[`${LEGACY}/${of}`] ?? ''
    return {
      namespace: claim('namespace'),
      name: claim('service-account.name'),
      uid: claim('service-account.uid'),
      secretName: claim('secret.name'),
    }
  }
  return boundClaims(body as BoundPayload)
}

interface BoundPayload {
  readonly iss: string
  readonly aud: readonly string[]
  readonly exp: number
  readonly jti: string
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: BoundObject
    readonly pod?: BoundObject
    readonly node?: BoundObject
    readonly secret?: BoundObject
  }
}
type LegacyPayload = Readonly<Record<string, string>>

function boundClaims(body: BoundPayload): TokenClaims {
  const { namespace, serviceaccount, ...bound } = body['kubernetes.io']
  return { namespace, ...serviceaccount, audiences: body.aud, expires: body.exp, id: body.jti, ...bound }
}

/** A node that was not there when the token was made has no uid. */
const shown = ({ name, uid }: BoundObject): JsonObject => (uid === '' ? { name } : { name, uid })

function signed(claims: JsonObject): string {
  const payload = encode(claims)
  return `${HEADER}.${payload}.${digest(`${HEADER}.${payload}`)}`
}

function encode(value: JsonObject): string {
  return toUrlAlphabet(base64OfText(JSON.stringify(value)))
}

/** 256 bits of FNV-1a with different seeds: enough that no text passes by chance, and no claim of more. */
function digest(text: string): string {
  let out = ''
  for (let seed = 0; seed < 8; seed++) {
    let h = 0x811c9dc5 ^ (seed * 0x9e3779b1)
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
    out += (h >>> 0).toString(16).padStart(8, '0')
  }
  return out
}
