// IP addresses and CIDRs as fields.
// Upstream: apimachinery pkg/util/validation/ip.go, kubernetes pkg/apis/core/validation (ValidateNonSpecialIP)

import { NONE, wrong, type Errors, type Path } from './rules'

const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'

/** The four bytes, or null: leading zeros are refused. */
export function ipv4(text: string): readonly number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) < 256)) return null
  return parts.map(Number)
}

export function isIpv6(text: string): boolean {
  if (!text.includes(':') || !/^[0-9a-fA-F:.]+$/.test(text)) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const fine = groups.flat().every((g, i, all) => /^[0-9a-fA-F]{1,4}$/.test(g) || (i === all.length - 1 && ipv4(g) !== null))
  const width = groups.flat().reduce((sum, g) => sum + (g.includes('.') ? 2 : 1), 0)
  return fine && (halves.length === 2 ? width < 8 : width === 8)
}

export function validateIp(text: string, at: Path): Errors {
  return ipv4(text) || isIpv6(text) ? NONE : wrong(at, text, NO_ADDRESS)
}

export function validateCidr(text: string, at: Path): Errors {
  const [address = '', bits = '', ...rest] = text.split('/')
  const most = ipv4(address) ? 32 : isIpv6(address) ? 128 : -1
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most ? NONE : wrong(at, text, NO_CIDR)
}

/** An address that hosts elsewhere can be reached at. */
export function validateNonSpecialIp(text: string, at: Path): Errors {
  const bytes = ipv4(text)
  const lower = text.toLowerCase()
  if (!bytes && !isIpv6(text)) return wrong(at, text, 'must be a valid IP address')
  if (bytes ? bytes.every((b) => b === 0) : lower === '::') return wrong(at, text, `may not be unspecified (${text})`)
  if (bytes ? bytes[0] === 127 : lower === '::1') return wrong(at, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (bytes ? bytes[0] === 169 && bytes[1] === 254 : lower.startsWith('fe80'))
    return wrong(at, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  if (bytes ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0 : lower.startsWith('ff02'))
    return wrong(at, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')
  return NONE
}
