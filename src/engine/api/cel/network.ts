// CEL's addresses and networks: ip(), cidr() and what can be asked of them.
// Upstream: apiserver pkg/cel/library/{ip,cidr}.go

import { addressProblem, blockProblem } from '../net/addressProblem'
import { goQuote } from '../go/goQuote'
import { isWithin, masked, parseCidr, parseIp, printIp } from '../net/ipAddress'
import { CelAddress, type CelValue, type Implementation } from './expression'
import { CelError, noOverload, textArgument } from './values'

const address = (value: CelValue | undefined): CelAddress => (value instanceof CelAddress ? value : noOverload())

/** What is odd is refused: leading zeros, IPv4 written as IPv6. */
function ipOf(text: string): CelAddress | null {
  const ip = parseIp(text)
  return ip && !ip.zeros && !ip.mapped ? bare(ip.bytes) : null
}

function cidrOf(text: string): CelAddress | null {
  const block = parseCidr(text)
  return block && !block.zeros && !block.mapped ? network(block.bytes, block.bits) : null
}

const bare = (bytes: readonly number[]) => new CelAddress(printIp(bytes), bytes)
const network = (bytes: readonly number[], bits: number) => new CelAddress(`${printIp(bytes)}/${bits}`, bytes, bits)

function holds({ bytes, bits = 0 }: CelAddress, inner: CelAddress): boolean {
  return (inner.bits ?? bits) >= bits && isWithin(inner.bytes, { bytes, bits })
}

const mappedText = (text: string) => `IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`

function ipProblem(text: string): string {
  if (parseIp(text)?.mapped) return mappedText(text)
  return `IP Address ${goQuote(text)} parse error during conversion from string: ${addressProblem(text)}`
}

const PARSING = 'network address parse error during conversion from string: '

/** Told twice where it cannot be read at all, as upstream does. */
function cidrProblem(text: string): string {
  if (parseCidr(text)?.mapped) return `${PARSING}${mappedText(text)}`
  return `${PARSING}${PARSING}${blockProblem(text, (address) => ipOf(address) !== null || parseIp(address)?.mapped === true)}`
}

function inside(value: CelValue | undefined, of: (text: string) => CelAddress | null, problem: (text: string) => string): CelAddress {
  if (value instanceof CelAddress) return value
  const text = textArgument(value)
  const made = of(text)
  if (made) return made
  throw new CelError(problem(text))
}

const is = (value: CelValue | undefined, cidr: string) => holds(cidrOf(cidr)!, address(value))
const v4 = (value: CelValue | undefined) => address(value).bytes.length === 4

export const networkFunctions: Readonly<Record<string, Implementation>> = {
  ip: (a) => (a instanceof CelAddress && a.bits !== undefined ? bare(a.bytes) : inside(a, ipOf, ipProblem)),
  isIP: (a) => ipOf(textArgument(a)) !== null,
  'ip.isCanonical': (a) => ipOf(textArgument(a))?.text === a,
  cidr: (a) => inside(a, cidrOf, cidrProblem),
  isCIDR: (a) => cidrOf(textArgument(a)) !== null,
  family: (a) => (v4(a) ? 4 : 6),
  isUnspecified: (a) => address(a).bytes.every((b) => b === 0),
  isLoopback: (a) => (v4(a) ? is(a, '127.0.0.0/8') : is(a, '::1/128')),
  isLinkLocalMulticast: (a) => (v4(a) ? is(a, '224.0.0.0/24') : is(a, 'ff02::/16')),
  isLinkLocalUnicast: (a) => (v4(a) ? is(a, '169.254.0.0/16') : is(a, 'fe80::/10')),
  isGlobalUnicast: (a) => {
    const plain = v4(a) ? !is(a, '224.0.0.0/4') && address(a).text !== '255.255.255.255' : !is(a, 'ff00::/8')
    return plain && !networkFunctions.isUnspecified!(a!) && !networkFunctions.isLoopback!(a!) && !networkFunctions.isLinkLocalUnicast!(a!)
  },
  containsIP: (a, b) => holds(address(a), inside(b, ipOf, ipProblem)),
  containsCIDR: (a, b) => holds(address(a), inside(b, cidrOf, cidrProblem)),
  prefixLength: (a) => address(a).bits ?? noOverload(),
  masked: (a) => {
    const { bytes, bits = 0 } = address(a)
    return network(masked({ bytes, bits }), bits)
  },
}
