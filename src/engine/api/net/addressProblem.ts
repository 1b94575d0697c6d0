// Why Go reads no address or block in a text, in its words.
// Leaves out: zones.
// Upstream: Go net/netip (ParseAddr, ParsePrefix)

import { goQuote } from '../go/goQuote'

interface Problem {
  readonly says: string
  /** The rest of the text from where it went wrong. */
  readonly at?: string
}

export function addressProblem(text: string): string {
  const { says, at } = problemOf(text)
  return `ParseAddr(${goQuote(text)}): ${says}${at ? ` (at ${goQuote(at)})` : ''}`
}

function problemOf(text: string): Problem {
  const mark = /[.:%]/.exec(text)?.[0]
  if (mark === '.') return ipv4Problem(text) ?? { says: 'unable to parse IP' }
  if (mark === ':') return ipv6Problem(text)
  return { says: mark ? 'missing IPv6 address' : 'unable to parse IP' }
}

function ipv4Problem(text: string): Problem | null {
  let [value, digits, fields] = [0, 0, 0]
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (/\d/.test(c)) {
      if (digits === 1 && value === 0) return { says: 'IPv4 field has octet with leading zero' }
      value = value * 10 + Number(c)
      digits++
      if (value > 255) return { says: 'IPv4 field has value >255' }
    } else if (c === '.') {
      if (digits === 0 || i === text.length - 1) return { says: 'IPv4 field must have at least one digit', at: text.slice(i) }
      if (fields === 3) return { says: 'IPv4 address too long' }
      fields++
      value = digits = 0
    } else return { says: 'unexpected character', at: text.slice(i) }
  }
  return fields < 3 ? { says: 'IPv4 address too short' } : null
}

function ipv6Problem(text: string): Problem {
  let rest = text.startsWith('::') ? text.slice(2) : text
  let gap = rest !== text
  let groups = 0
  while (groups < 8) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)![0].length
    if (digits > 4) return { says: 'each group must have 4 or less digits', at: rest }
    if (digits === 0) return { says: 'each colon-separated field must have at least one digit', at: rest }
    if (rest[digits] === '.') {
      if (!gap && groups !== 6) return { says: 'embedded IPv4 address must replace the final 2 fields of the address', at: rest }
      if (groups > 6) return { says: 'too many hex fields to fit an embedded IPv4 at the end of the address', at: rest }
      const problem = ipv4Problem(rest)
      if (problem) return problem
      rest = ''
      groups += 2
      break
    }
    groups++
    rest = rest.slice(digits)
    if (rest === '') break
    if (!rest.startsWith(':')) return { says: 'unexpected character, want colon', at: rest }
    if (rest.length === 1) return { says: 'colon must be followed by more characters', at: rest }
    rest = rest.slice(1)
    if (!rest.startsWith(':')) continue
    if (gap) return { says: 'multiple :: in address', at: rest }
    gap = true
    rest = rest.slice(1)
    if (rest === '') break
  }
  if (rest !== '') return { says: 'trailing garbage after address', at: rest }
  return { says: groups < 8 ? 'address string too short' : 'the :: must expand to at least one field of zeros' }
}

/** `isRead`: whether what stands before the slash is an address. */
export function blockProblem(text: string, isRead: (address: string) => boolean): string {
  const slash = text.lastIndexOf('/')
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)]
  const says =
    slash < 0
      ? "no '/'"
      : !isRead(address)
        ? addressProblem(address)
        : /^(?:\d|[1-9]\d{0,17})$/.test(bits)
          ? 'prefix length out of range'
          : `bad bits after slash: ${goQuote(bits)}`
  return `netip.ParsePrefix(${goQuote(text)}): ${says}`
}
