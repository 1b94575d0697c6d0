// A PKCS#10 certificate request: whom it asks a certificate for, with which key, and under which other names.
// Leaves out: its signature.
// Upstream: Go crypto/x509 (ParseCertificateRequest), kubernetes pkg/apis/certificates/helpers.go

import { textOfBase64 } from '../../base/base64'
import { itemAt, itemsIn, SEQUENCE, type DerItem } from './der'
import { pemBlocks } from './pem'

export interface CertificateRequest {
  readonly commonName: string
  readonly organizations: readonly string[]
  /** As DER: the whole name, the key with its algorithm, and the other names (GeneralNames), empty if there are none. */
  readonly subject: Uint8Array
  readonly publicKey: Uint8Array
  readonly otherNames: Uint8Array
}

const COMMON_NAME = '550403'
const ORGANIZATION = '55040a'
const EXTENSION_REQUEST = '2a864886f70d01090e'
const SUBJECT_ALTERNATIVE_NAME = '551d11'
const NONE = new Uint8Array()

/** Of the base64 in spec.request; the error in Go's words. */
export function parseCertificateRequest(request: string): CertificateRequest | { readonly error: string } {
  const [block] = pemBlocks(textOf(request))
  if (block?.type !== 'CERTIFICATE REQUEST') return { error: 'PEM block type must be CERTIFICATE REQUEST' }
  const outer = itemAt(block.bytes, 0)
  if (typeof outer === 'string') return { error: outer }
  if (outer.identifier !== SEQUENCE) return { error: mismatch(outer) }
  if (outer.end < block.bytes.length) return { error: 'asn1: syntax error: trailing data' }
  const info = itemAt(outer.content, 0)
  const parts = typeof info === 'string' ? info : itemsIn(info.content)
  if (typeof parts === 'string') return { error: parts }
  const [, subject, publicKey, attributes] = parts
  if (!subject) return { error: 'asn1: syntax error: truncated tag or length' }
  const named = namesIn(subject.content)
  if (typeof named === 'string') return { error: named }
  return {
    commonName: named.get(COMMON_NAME)?.at(-1) ?? '',
    organizations: named.get(ORGANIZATION) ?? [],
    subject: subject.whole,
    publicKey: publicKey?.whole ?? NONE,
    otherNames: otherNamesIn(attributes?.content ?? NONE),
  }
}

/** The values of a name by their types. */
function namesIn(name: Uint8Array): ReadonlyMap<string, readonly string[]> | string {
  const found = new Map<string, string[]>()
  const sets = itemsIn(name)
  if (typeof sets === 'string') return sets
  for (const set of sets) {
    const pairs = itemsIn(set.content)
    if (typeof pairs === 'string') return pairs
    for (const pair of pairs) {
      const parts = itemsIn(pair.content)
      if (typeof parts === 'string') return parts
      const [type, value] = parts
      if (!type || !value) return 'asn1: syntax error: truncated tag or length'
      const values = found.get(hex(type.content)) ?? []
      found.set(hex(type.content), [...values, new TextDecoder().decode(value.content)])
    }
  }
  return found
}

/** From the extensions that the attributes ask for. */
function otherNamesIn(attributes: Uint8Array): Uint8Array {
  for (const [type, values] of partsOfEach(attributes)) {
    if (!type || hex(type.content) !== EXTENSION_REQUEST) continue
    const [extensions] = known(values?.content)
    for (const extension of partsOfEach(extensions?.content ?? NONE))
      if (hex(extension[0]?.content ?? NONE) === SUBJECT_ALTERNATIVE_NAME) return extension.at(-1)!.content
  }
  return NONE
}

const partsOfEach = (content: Uint8Array) => known(content).map((item) => known(item.content))

function known(content: Uint8Array = NONE): readonly DerItem[] {
  const items = itemsIn(content)
  return typeof items === 'string' ? [] : items
}

const mismatch = ({ identifier, content }: DerItem) =>
  `asn1: structure error: tags don't match (16 vs {class:${identifier >> 6} tag:${identifier & 0x1f} length:${content.length} isCompound:${(identifier & 0x20) !== 0}}) {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} certificateRequest @2`

const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')

function textOf(base64: string): string {
  try {
    return textOfBase64(base64)
  } catch {
    return ''
  }
}
