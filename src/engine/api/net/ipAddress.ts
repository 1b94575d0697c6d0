// IP addresses and blocks of them as Go reads and prints them: their bytes, and what is odd in their text.
// Leaves out: zones.
// Upstream: Go net/netip, k8s.io/utils/net (ParseIPSloppy, ParseCIDRSloppy)

const MAPPED = [...new Array<number>(10).fill(0), 255, 255]

/** Four bytes or sixteen. `zeros`: a part of it has leading zeros, which some read as octal; `mapped`: IPv4 written as IPv6. */
export interface Address {
  readonly bytes: readonly number[]
  readonly zeros: boolean
  readonly mapped: boolean
}
export interface Block extends Address {
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

export function parseIp(text: string): Address | null {
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

export function parseCidr(text: string): Block | null {
  const [address = '', bits = '', ...rest] = text.split('/')
  const ip = rest.length === 0 && /^\d{1,3}$/.test(bits) ? parseIp(address) : null
  if (!ip) return null
  const most = ip.bytes.length * 8
  const length = ip.mapped ? Number(bits) - 96 : Number(bits)
  if (length < 0 || length > most) return null
  return { ...ip, bits: length, zeros: ip.zeros || (bits.length > 1 && bits.startsWith('0')) }
}

/** As Go prints it: dotted, or RFC 5952. */
export function printIp(bytes: readonly number[]): string {
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

type Bits = Pick<Block, 'bytes' | 'bits'>

/** With all bits behind the block's own cleared. */
export const masked = ({ bytes, bits }: Bits): readonly number[] =>
  bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff)

const isSame = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

/** Whether it has no bits behind its own. */
export const isMasked = (block: Bits): boolean => isSame(masked(block), block.bytes)

/** Whether an address lies in a block. */
export const isWithin = (bytes: readonly number[], block: Bits): boolean => isSame(masked({ ...block, bytes }), masked(block))

export const printBlock = (block: Bits) => `${printIp(masked(block))}/${block.bits}`
