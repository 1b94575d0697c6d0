// A PKCS#10 certificate request: as much of its DER as is needed to know whom it asks a certificate for.
// Leaves out: its signature and extensions.
// Upstream: Go crypto/x509 (ParseCertificateRequest), kubernetes pkg/apis/certificates/helpers.go

import { textOfBase64 } from '../../base/base64'
import { pemBlocks } from './pem'

interface CertificateSubject {
  readonly commonName: string
  readonly organizations: readonly string[]
}

interface Item {
  readonly tag: number
  readonly compound: boolean
  readonly content: Uint8Array
  /** Where the next one begins. */
  readonly end: number
}

const SEQUENCE = 16
const COMMON_NAME = '550403'
const ORGANIZATION = '55040a'

/** Of the base64 in spec.request; the error in Go's words. */
export function parseCertificateRequest(request: string): CertificateSubject | { readonly error: string } {
  const [block] = pemBlocks(textOf(request))
  if (block?.type !== 'CERTIFICATE REQUEST') return { error: 'PEM block type must be CERTIFICATE REQUEST' }
  const outer = itemAt(block.bytes, 0)
  if (typeof outer === 'string') return { error: outer }
  if (outer.tag !== SEQUENCE || !outer.compound) return { error: mismatch(block.bytes[0]!, outer) }
  if (outer.end < block.bytes.length) return { error: 'asn1: syntax error: trailing data' }
  const info = itemAt(outer.content, 0)
  const version = typeof info === 'string' ? info : itemAt(info.content, 0)
  const subject = typeof version === 'string' ? version : itemAt((info as Item).content, version.end)
  if (typeof subject === 'string') return { error: subject }
  return named(subject.content)
}

function named(name: Uint8Array): CertificateSubject | { readonly error: string } {
  const found: Record<string, string[]> = { [COMMON_NAME]: [], [ORGANIZATION]: [] }
  for (let at = 0; at < name.length;) {
    const set = itemAt(name, at)
    if (typeof set === 'string') return { error: set }
    at = set.end
    for (let inner = 0; inner < set.content.length;) {
      const pair = itemAt(set.content, inner)
      const type = typeof pair === 'string' ? pair : itemAt(pair.content, 0)
      const value = typeof type === 'string' ? type : itemAt((pair as Item).content, type.end)
      if (typeof value === 'string') return { error: value }
      inner = (pair as Item).end
      found[hex((type as Item).content)]?.push(new TextDecoder().decode(value.content))
    }
  }
  return { commonName: found[COMMON_NAME]!.at(-1) ?? '', organizations: found[ORGANIZATION]! }
}

/** One DER item, or what is wrong with it. */
function itemAt(bytes: Uint8Array, at: number): Item | string {
  const [first, second] = [bytes[at], bytes[at + 1]]
  if (first === undefined || second === undefined) return 'asn1: syntax error: truncated tag or length'
  let start = at + 2
  let length = second
  if (second > 0x7f) {
    const count = second & 0x7f
    if (count === 0) return 'asn1: syntax error: indefinite length found (not DER)'
    if (count > 3) return 'asn1: structure error: length too large'
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0)
    start += count
  }
  if (start + length > bytes.length) return 'asn1: syntax error: data truncated'
  return { tag: first & 0x1f, compound: (first & 0x20) !== 0, content: bytes.subarray(start, start + length), end: start + length }
}

const mismatch = (first: number, { tag, content, compound }: Item) =>
  `asn1: structure error: tags don't match (16 vs {class:${first >> 6} tag:${tag} length:${content.length} isCompound:${compound}}) {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} certificateRequest @2`

const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')

function textOf(base64: string): string {
  try {
    return textOfBase64(base64)
  } catch {
    return ''
  }
}
