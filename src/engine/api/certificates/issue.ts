// An X.509 certificate as the cluster's authority makes it of a request: the name and the key that were asked for, for a time and for some uses.
// Its signature is a digest, which stands for the real one: there is no key behind this authority.
// Leaves out: the authority's own key identifier; Go writes the parts of a name in an order of its own.
// Upstream: kubernetes pkg/controller/certificates/authority/{authority,policies}.go, Go crypto/x509 (CreateCertificate)

import { base64OfBytes } from '../../base/base64'
import { sha256OfBytes } from '../../base/sha256'
import type { CertificateRequest } from './certificateRequest'
import { BIT_STRING, bits, contextual, der, INTEGER, OCTET_STRING, oid, SEQUENCE, SET, timeItem, unsigned } from './der'

/** Numbers of bits. */
const KEY_USAGES: Readonly<Record<string, number>> = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
}

const KEY_PURPOSES = '1.3.6.1.5.5.7.3'
/** In the order in which they stand in a certificate. */
const EXTENDED_USAGES: readonly (readonly [usage: string, id: string])[] = [
  ['any', '2.5.29.37.0'],
  ['server auth', `${KEY_PURPOSES}.1`],
  ['client auth', `${KEY_PURPOSES}.2`],
  ['code signing', `${KEY_PURPOSES}.3`],
  ['email protection', `${KEY_PURPOSES}.4`],
  ['s/mime', `${KEY_PURPOSES}.4`],
  ['ipsec end system', `${KEY_PURPOSES}.5`],
  ['ipsec tunnel', `${KEY_PURPOSES}.6`],
  ['ipsec user', `${KEY_PURPOSES}.7`],
  ['timestamping', `${KEY_PURPOSES}.8`],
  ['ocsp signing', `${KEY_PURPOSES}.9`],
  ['microsoft sgc', '1.3.6.1.4.1.311.10.3.3'],
  ['netscape sgc', '2.16.840.1.113730.4.1'],
]

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** `--cluster-signing-duration` */
const LONGEST = 8760 * HOUR
const SHORTEST = 10 * MINUTE
const BACKDATE = 5 * MINUTE
/** A certificate for less is not shortened by what it is dated back. */
const SHORT = 8 * HOUR
const COLUMNS = 64

const UTF8_STRING = 0x0c
const COMMON_NAME = oid('2.5.4.3')
const ISSUER = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, new TextEncoder().encode('kubernetes')))))
const NULL = Uint8Array.of(0x05, 0)
const ALGORITHM = der(SEQUENCE, oid('1.2.840.113549.1.1.11'), NULL)
const VERSION_3 = der(contextual(0), der(INTEGER, Uint8Array.of(2)))
const TRUE = Uint8Array.of(0x01, 1, 0xff)

export interface Issue {
  readonly usages: readonly string[]
  readonly expirationSeconds: number | undefined
  /** Epoch milliseconds. */
  readonly now: number
  /** Sixteen bytes by chance. */
  readonly serial: Uint8Array
}

/** As PEM. */
export function issueCertificate(asked: CertificateRequest, { usages, expirationSeconds, now, serial }: Issue): string {
  const lasts = Math.max(SHORTEST, Math.min(LONGEST, expirationSeconds === undefined ? LONGEST : expirationSeconds * 1000))
  const ends = now + lasts - (lasts < SHORT ? 0 : BACKDATE)
  const validity = der(SEQUENCE, timeItem(now - BACKDATE), timeItem(ends))
  const told = der(
    SEQUENCE,
    VERSION_3,
    unsigned(serial),
    ALGORITHM,
    ISSUER,
    validity,
    asked.subject,
    asked.publicKey,
    der(contextual(3), der(SEQUENCE, ...extensions(asked, usages))),
  )
  const signature = der(BIT_STRING, Uint8Array.of(0), sha256OfBytes(told))
  const lines = base64OfBytes(der(SEQUENCE, told, ALGORITHM, signature)).match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function extensions({ otherNames }: CertificateRequest, usages: readonly string[]): readonly Uint8Array[] {
  const uses = usages.flatMap((usage) => KEY_USAGES[usage] ?? [])
  const purposes = new Set(EXTENDED_USAGES.filter(([usage]) => usages.includes(usage)).map(([, id]) => id))
  return [
    ...(uses.length > 0 ? [extension('2.5.29.15', bits(uses), true)] : []),
    ...(purposes.size > 0 ? [extension('2.5.29.37', der(SEQUENCE, ...[...purposes].map(oid)))] : []),
    extension('2.5.29.19', der(SEQUENCE), true),
    ...(otherNames.length > 0 ? [extension('2.5.29.17', otherNames)] : []),
  ]
}

const extension = (id: string, value: Uint8Array, critical = false) =>
  der(SEQUENCE, oid(id), ...(critical ? [TRUE] : []), der(OCTET_STRING, value))
