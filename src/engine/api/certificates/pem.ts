// PEM text: blocks of base64 between BEGIN and END, and what Go says of a certificate with its key.
// Leaves out: headers inside blocks, whether a key belongs to its certificate.
// Upstream: Go encoding/pem, crypto/tls (X509KeyPair)

import { bytesOfBase64 } from '../../base/base64'

interface PemBlock {
  readonly type: string
  readonly bytes: Uint8Array
}

const BEGIN = '-----BEGIN '
const END = '-----END '
const DASHES = '-----'

/** Every well-formed block, in order; text between them is passed over. Each stretch up to an END is read once: hostile text costs its length. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const out: PemBlock[] = []
  let from = 0
  for (let end = text.indexOf(END); end >= 0; end = text.indexOf(END, from)) {
    const stretch = text.slice(from, end)
    from = end + END.length
    const begin = stretch.lastIndexOf(BEGIN)
    const lineEnd = begin < 0 ? -1 : stretch.indexOf('\n', begin)
    if (lineEnd < 0) continue
    const head = stretch.slice(begin + BEGIN.length, lineEnd).trimEnd()
    const type = head.slice(0, -DASHES.length)
    if (!head.endsWith(DASHES) || !text.startsWith(type + DASHES, from)) continue
    const bytes = bytesOf(stretch.slice(lineEnd + 1).replace(/\s+/g, ''))
    if (bytes) out.push({ type, bytes })
  }
  return out
}

/** As a list, so that it can be a warning; empty for a pair that looks right. */
export function keyPairErrors(certificate: string, key: string): readonly string[] {
  return blockError(certificate, 'certificate', (type) => type === 'CERTIFICATE') ?? blockError(key, 'key', isKey) ?? []
}

const isKey = (type: string) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY')

function blockError(text: string, what: 'certificate' | 'key', wanted: (type: string) => boolean): readonly string[] | null {
  const types = pemBlocks(text).map((b) => b.type)
  if (types.some(wanted)) return null
  if (types.length === 0) return [`tls: failed to find any PEM data in ${what} input`]
  if (what === 'certificate' && types.length === 1 && isKey(types[0]!))
    return ['tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched']
  if (what === 'key' && types.length === 1 && types[0] === 'CERTIFICATE')
    return ['tls: found a certificate rather than a key in the PEM for the private key']
  const wantedText = what === 'certificate' ? '"CERTIFICATE" PEM block' : 'PEM block with type ending in "PRIVATE KEY"'
  return [`tls: failed to find ${wantedText} in ${what} input after skipping PEM blocks of the following types: [${types.join(' ')}]`]
}

function bytesOf(base64: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return null
  return bytesOfBase64(base64)
}
