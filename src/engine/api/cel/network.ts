// CEL's addresses and networks: ip(), cidr() and what can be asked of them.
// Upstream: apiserver pkg/cel/library/{ip,cidr}.go

import { CelAddress, type CelValue, type Implementation } from './expression'
import { CelError } from './values'

const noOverload = (): never => {
  throw new CelError('no such overload')
}
const textOf = (value: CelValue | undefined): string => (typeof value === 'string' ? value : noOverload())
const address = (value: CelValue | undefined): CelAddress => (value instanceof CelAddress ? value : noOverload())

/** Bytes of an address in its usual forms; null for anything else: leading zeros, zones, v4 inside of v6. */
function bytesOf(text: string): readonly number[] | null {
  if (!text.includes(':')) {
    const parts = text.split('.')
    const fine = parts.length === 4 && parts.every((p) => /^(?:0|[1-9]\d{0,2})$/.test(p) && Number(p) <= 255)
    return fine ? parts.map(Number) : null
  }
  if (!/^[0-9a-fA-F:]+$/.test(text)) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const groups = halves.map((h) => (h === '' ? [] : h.split(':')))
  const count = groups.flat().length
  if (!groups.flat().every((g) => /^[0-9a-fA-F]{1,4}$/.test(g)) || (halves.length === 1 ? count !== 8 : count > 7)) return null
  const all = [...groups[0]!, ...Array<string>(8 - count).fill('0'), ...(groups[1] ?? [])]
  return all.flatMap((g) => [parseInt(g, 16) >> 8, parseInt(g, 16) & 255])
}

function ipOf(text: string): CelAddress | null {
  const bytes = bytesOf(text)
  return bytes && new CelAddress(canonical(bytes), bytes)
}

function cidrOf(text: string): CelAddress | null {
  const [ip = '', bits = '', ...rest] = text.split('/')
  const bytes = bytesOf(ip)
  if (!bytes || rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > bytes.length * 8) return null
  return new CelAddress(`${canonical(bytes)}/${bits}`, bytes, Number(bits))
}

function canonical(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16))
  const zeros = [...`${groups.join(':')}`.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)[0]
  if (!zeros) return groups.join(':')
  const text = groups.join(':')
  return `${text.slice(0, zeros.index)}::${text.slice(zeros.index + zeros[0].length).replace(/^:/, '')}`
}

/** The address with all bits behind the network's cleared. */
function masked(bytes: readonly number[], bits: number): readonly number[] {
  return bytes.map((b, i) => b & (255 << Math.max(0, Math.min(8, 8 - (bits - 8 * i)))) & 255)
}

function holds(network: CelAddress, inner: CelAddress): boolean {
  const { bits = 0 } = network
  if (network.bytes.length !== inner.bytes.length || (inner.bits ?? bits) < bits) return false
  return masked(network.bytes, bits).join() === masked(inner.bytes, bits).join()
}

const inside = (value: CelValue | undefined, of: (text: string) => CelAddress | null, what: string): CelAddress => {
  if (value instanceof CelAddress) return value
  const made = of(textOf(value))
  if (made) return made
  throw new CelError(`${what} ${JSON.stringify(value)} parse error during conversion from string: invalid`)
}

const is = (value: CelValue | undefined, cidr: string) => holds(cidrOf(cidr)!, address(value))
const v4 = (value: CelValue | undefined) => address(value).bytes.length === 4

export const networkFunctions: Readonly<Record<string, Implementation>> = {
  ip: (a) =>
    a instanceof CelAddress && a.bits !== undefined ? new CelAddress(canonical(a.bytes), a.bytes) : inside(a, ipOf, 'IP Address'),
  isIP: (a) => ipOf(textOf(a)) !== null,
  'ip.isCanonical': (a) => ipOf(textOf(a))?.text === a,
  cidr: (a) => inside(a, cidrOf, 'network address'),
  isCIDR: (a) => cidrOf(textOf(a)) !== null,
  family: (a) => (v4(a) ? 4 : 6),
  isUnspecified: (a) => address(a).bytes.every((b) => b === 0),
  isLoopback: (a) => (v4(a) ? is(a, '127.0.0.0/8') : is(a, '::1/128')),
  isLinkLocalMulticast: (a) => (v4(a) ? is(a, '224.0.0.0/24') : is(a, 'ff02::/16')),
  isLinkLocalUnicast: (a) => (v4(a) ? is(a, '169.254.0.0/16') : is(a, 'fe80::/10')),
  isGlobalUnicast: (a) => {
    const plain = v4(a) ? !is(a, '224.0.0.0/4') && address(a).text !== '255.255.255.255' : !is(a, 'ff00::/8')
    return plain && !networkFunctions.isUnspecified!(a!) && !networkFunctions.isLoopback!(a!) && !networkFunctions.isLinkLocalUnicast!(a!)
  },
  containsIP: (a, b) => holds(address(a), inside(b, ipOf, 'IP Address')),
  containsCIDR: (a, b) => holds(address(a), inside(b, cidrOf, 'network address')),
  prefixLength: (a) => address(a).bits ?? noOverload(),
  masked: (a) => {
    const { bytes, bits = 0 } = address(a)
    const clear = masked(bytes, bits)
    return new CelAddress(`${canonical(clear)}/${bits}`, clear, bits)
  },
}
