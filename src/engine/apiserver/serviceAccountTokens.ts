// Bound service account tokens: a JWT's claims, signed by a digest that stands for the real signature (this model has no private key).
// Leaves out: RSA, JWKS, legacy tokens of Secrets.
// Upstream: kubernetes pkg/serviceaccount/{jwt,claims}.go

import { base64OfText, fromUrlAlphabet, textOfBase64, toUrlAlphabet } from '../base/base64'
import type { JsonObject } from '../api/object'

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

/** Of every account of a namespace. */
export const accountGroups = (namespace: string) => ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]

export const KEY_ID = 'apiscope'
const HEADER = encode({ alg: 'RS256', kid: KEY_ID })

export function signToken(claims: TokenClaims, issuedAt: number): string {
  const { namespace, name, uid, audiences, expires, id, pod, node, secret } = claims
  const payload = encode({
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
    sub: `system:serviceaccount:${namespace}:${name}`,
  })
  return `${HEADER}.${payload}.${digest(`${HEADER}.${payload}`)}`
}

/** The claims of a token that this server signed; null for any other text. */
export function readToken(token: string): TokenClaims | null {
  const [header, payload, signature] = token.split('.')
  if (header !== HEADER || !payload || signature !== digest(`${header}.${payload}`)) return null
  const body = JSON.parse(textOfBase64(fromUrlAlphabet(payload))) as {
    aud: string[]
    exp: number
    jti: string
    'kubernetes.io': {
      namespace: string
      serviceaccount: { name: string; uid: string }
      pod?: BoundObject
      node?: BoundObject
      secret?: BoundObject
    }
  }
  const { namespace, serviceaccount, ...bound } = body['kubernetes.io']
  return { namespace, ...serviceaccount, audiences: body.aud, expires: body.exp, id: body.jti, ...bound }
}

/** A node that was not there when the token was made has no uid. */
const shown = ({ name, uid }: BoundObject): JsonObject => (uid === '' ? { name } : { name, uid })

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
