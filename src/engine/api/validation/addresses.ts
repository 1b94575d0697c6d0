// IP addresses and CIDRs as fields. Addresses are read as Go reads them; what is odd in one is refused in new values, and warned of in old ones.
// Upstream: apimachinery pkg/util/validation/ip.go, kubernetes pkg/apis/core/validation (ValidateNonSpecialIP, ValidateEndpointIP)

import { NONE, wrong, type Errors, type Path } from './rules'

const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
const MAPPED = [...new Array<number>(10).fill(0), 255, 255]

/** Four bytes or sixteen. `zeros`: a part of it has leading zeros, which some read as octal; `mapped`: IPv4 written as IPv6. */
interface Address {
  readonly bytes: readonly number[]
  readonly zeros: boolean
  readonly mapped: boolean
}
interface Block extends Address {
  readonly bits: number
}

/** The four bytes, or null: leading zeros are refused. */
export function ipv4(text: string): readonly number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) < 256)) return null
  return parts.map(Number)
}

export function isIpv6(text: string): boolean {
  return groupsOf(text) !== null
}

/** Whether it is read as an address at all. */
export const isIp = (text: string): boolean => parseIp(text) !== null

export const isIpv4Address = (text: string): boolean => parseIp(text)?.bytes.length === 4

function parseIp(text: string): Address | null {
  if (!text.includes(':')) {
    const parts = text.split('.')
    if (parts.length !== 4 || !parts.every((p) => /^\d{1,3}$/.test(p) && Number(p) < 256)) return null
    return { bytes: parts.map(Number), zeros: parts.some((p) => p.length > 1 && p.startsWith('0')), mapped: false }
  }
  const groups = groupsOf(text)
  if (!groups) return null
  const bytes = groups.flatMap((g) => [g >> 8, g & 255])
  const mapped = MAPPED.every((byte, i) => bytes[i] === byte)
  return { bytes: mapped ? bytes.slice(12) : bytes, zeros: false, mapped }
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): readonly number[] | null {
  if (!text.includes(':') || !/^[0-9a-fA-F:.]+$/.test(text)) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail = []] = halves.map((half, i) => numbersOf(half, i === halves.length - 1))
  if (!head || !tail) return null
  if (halves.length === 1) return head.length === 8 ? head : null
  const gap = 8 - head.length - tail.length
  return gap < 1 ? null : [...head, ...new Array<number>(gap).fill(0), ...tail]
}

/** Groups of hexadecimal digits; the last of all may be an IPv4 address. */
function numbersOf(half: string, last: boolean): readonly number[] | null {
  if (half === '') return []
  const groups = half.split(':')
  const four = last ? ipv4(groups.at(-1)!) : null
  const hex = four ? groups.slice(0, -1) : groups
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null
  return [...hex.map((group) => parseInt(group, 16)), ...(four ? [four[0]! * 256 + four[1]!, four[2]! * 256 + four[3]!] : [])]
}

function parseCidr(text: string): Block | null {
  const [address = '', bits = '', ...rest] = text.split('/')
  const ip = rest.length === 0 && /^\d{1,3}$/.test(bits) ? parseIp(address) : null
  if (!ip) return null
  const most = ip.bytes.length * 8
  const length = ip.mapped ? Number(bits) - 96 : Number(bits)
  if (length < 0 || length > most) return null
  return { ...ip, bits: length, zeros: ip.zeros || (bits.length > 1 && bits.startsWith('0')) }
}

/** As Go prints it: dotted, or RFC 5952. */
function printIp(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => bytes[2 * i]! * 256 + bytes[2 * i + 1]!)
  let [start, longest] = [-1, 1]
  for (let i = 0; i < groups.length; i++) {
    let end = i
    while (end < groups.length && groups[end] === 0) end++
    if (end - i > longest) [start, longest] = [i, end - i]
    i = Math.max(i, end - 1)
  }
  const hex = (list: readonly number[]) => list.map((g) => g.toString(16)).join(':')
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + longest))}`
}

const masked = ({ bytes, bits }: Block): readonly number[] =>
  bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff)

const printBlock = (block: Block) => `${printIp(masked(block))}/${block.bits}`

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
  return text === canonical ? NONE : wrong(at, text, `must be in canonical form (${JSON.stringify(canonical)})`)
}

export function validateCidr(text: string, at: Path): Errors {
  const block = parseCidr(text)
  if (!block) return wrong(at, text, NO_CIDR)
  if (block.zeros) return wrong(at, text, 'must not have leading 0s in IP or prefix length')
  if (block.mapped) return wrong(at, text, 'must not have an IPv4-mapped IPv6 address')
  return masked(block).every((byte, i) => byte === block.bytes[i])
    ? NONE
    : wrong(at, text, 'must not have bits set beyond the prefix length')
}

export function validateCanonicalCidr(text: string, at: Path): Errors {
  const errors = validateCidr(text, at)
  if (errors.length > 0) return errors
  const canonical = printBlock(parseCidr(text)!)
  return text === canonical ? NONE : wrong(at, text, `must be in canonical form (${JSON.stringify(canonical)})`)
}

/** Whether the block holds the other one and more; null where one of them is none. */
export function holdsBlock(outer: string, inner: string): boolean | null {
  const [a, b] = [parseCidr(outer), parseCidr(inner)]
  if (!a || !b) return null
  if (a.bytes.length !== b.bytes.length || a.bits >= b.bits) return false
  return masked({ ...b, bits: a.bits }).every((byte, i) => byte === masked(a)[i])
}

/** Of an address that is read and might be read otherwise elsewhere. */
export function ipWarnings(text: string, at: Path): readonly string[] {
  const ip = parseIp(text)
  if (!ip) return []
  const canonical = printIp(ip.bytes)
  if (ip.zeros || ip.mapped) return [`${at}: non-standard IP address ${JSON.stringify(text)} is invalid: use ${JSON.stringify(canonical)}`]
  return canonical === text
    ? []
    : [`${at}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`]
}

export function cidrWarnings(text: string, at: Path): readonly string[] {
  const block = parseCidr(text)
  if (!block) return []
  const [shown, canonical] = [JSON.stringify(text), JSON.stringify(printBlock(block))]
  const single = JSON.stringify(`${printIp(block.bytes)}/${block.bytes.length * 8}`)
  const ambiguous = !masked(block).every((byte, i) => byte === block.bytes[i])
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
