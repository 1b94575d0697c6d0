// IP addresses and CIDRs as fields: what is odd in one is refused in new values, and warned of in old ones.
// Upstream: apimachinery pkg/util/validation/ip.go, kubernetes pkg/apis/core/validation (ValidateNonSpecialIP, ValidateEndpointIP)

import { goQuote } from '../go/goQuote'
import { isMasked, isWithin, parseCidr, parseIp, printBlock, printIp } from '../net/ipAddress'
import { NONE, wrong, type Errors, type Path } from './rules'

const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'

export function validateIp(text: string, at: Path): Errors {
  const ip = parseIp(text)
  if (!ip) return wrong(at, text, NO_ADDRESS)
  if (ip.zeros) return wrong(at, text, 'must not have leading 0s')
  return ip.mapped ? wrong(at, text, 'must not be an IPv4-mapped IPv6 address') : NONE
}

/** Of a new field: there is one way to write an address. */
export function validateCanonicalIp(text: string, at: Path): Errors {
  const errors = validateIp(text, at)
  if (errors.length > 0) return errors
  const canonical = printIp(parseIp(text)!.bytes)
  return text === canonical ? NONE : wrong(at, text, `must be in canonical form (${goQuote(canonical)})`)
}

export function validateCidr(text: string, at: Path): Errors {
  const block = parseCidr(text)
  if (!block) return wrong(at, text, NO_CIDR)
  if (block.zeros) return wrong(at, text, 'must not have leading 0s in IP or prefix length')
  if (block.mapped) return wrong(at, text, 'must not have an IPv4-mapped IPv6 address')
  return isMasked(block) ? NONE : wrong(at, text, 'must not have bits set beyond the prefix length')
}

/** Of a new field: there is one way to write a block. */
export function validateCanonicalCidr(text: string, at: Path): Errors {
  const errors = validateCidr(text, at)
  if (errors.length > 0) return errors
  const canonical = printBlock(parseCidr(text)!)
  return text === canonical ? NONE : wrong(at, text, `must be in canonical form (${goQuote(canonical)})`)
}

/** Whether the block holds the other one and more; null where one of them is none. */
export function holdsBlock(outer: string, inner: string): boolean | null {
  const [a, b] = [parseCidr(outer), parseCidr(inner)]
  return a && b ? a.bits < b.bits && isWithin(b.bytes, a) : null
}

/** Of an address that is read and might be read otherwise elsewhere. */
export function ipWarnings(text: string, at: Path): readonly string[] {
  const ip = parseIp(text)
  if (!ip) return []
  const canonical = printIp(ip.bytes)
  if (ip.zeros || ip.mapped) return [`${at}: non-standard IP address ${goQuote(text)} is invalid: use ${goQuote(canonical)}`]
  return canonical === text ? [] : [`${at}: IPv6 address ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`]
}

export function cidrWarnings(text: string, at: Path): readonly string[] {
  const block = parseCidr(text)
  if (!block) return []
  const [shown, canonical] = [goQuote(text), goQuote(printBlock(block))]
  const single = goQuote(`${printIp(block.bytes)}/${block.bytes.length * 8}`)
  const ambiguous = !isMasked(block)
  const odd = block.zeros || block.mapped
  return [
    ...(ambiguous ? [`${at}: CIDR value ${shown} is ambiguous in this context (should be ${canonical} or ${single}?)`] : []),
    ...(odd ? [`${at}: non-standard CIDR value ${shown} is invalid: use ${canonical}`] : []),
    ...(!ambiguous && !odd && shown !== canonical
      ? [`${at}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format (${canonical})`]
      : []),
  ]
}

/** An address that hosts elsewhere can be reached at. */
export function validateNonSpecialIp(text: string, at: Path): Errors {
  const bytes = parseIp(text)?.bytes
  if (!bytes) return wrong(at, text, 'must be a valid IP address')
  const four = bytes.length === 4
  const [a = 0, b = 0, c = 0] = bytes
  const rest = bytes.slice(0, -1).every((byte) => byte === 0)
  if (bytes.every((byte) => byte === 0)) return wrong(at, text, `may not be unspecified (${text})`)
  if (four ? a === 127 : rest && bytes[15] === 1) return wrong(at, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (four ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80)
    return wrong(at, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  if (four ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 2)
    return wrong(at, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')
  return NONE
}
