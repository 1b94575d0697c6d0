import { describe, expect, it } from 'vitest'
import { fieldErrorText } from '../errors/fieldErrorText'
import { cidrWarnings, holdsBlock, ipWarnings, validateCanonicalIp, validateCidr, validateIp } from './addresses'
import { Path, type Validate } from './rules'

const at = Path.root('a')
const texts = (rule: Validate<string>, text: string) => rule(text, at).map(fieldErrorText)

describe('addresses', () => {
  it.each([
    [validateIp, '10.0.0.1', []],
    [validateIp, '010.0.0.1', ['a: Invalid value: "010.0.0.1": must not have leading 0s']],
    [validateIp, '::ffff:10.0.0.1', ['a: Invalid value: "::ffff:10.0.0.1": must not be an IPv4-mapped IPv6 address']],
    [validateIp, '1::2::3', ['a: Invalid value: "1::2::3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    [validateCanonicalIp, 'FD00:0:0:0::1', ['a: Invalid value: "FD00:0:0:0::1": must be in canonical form ("fd00::1")']],
    [validateCanonicalIp, 'fd00:0:1::', []],
    [validateCidr, '10.0.0.1/8', ['a: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length']],
    [validateCidr, '10.0.0.0/08', ['a: Invalid value: "10.0.0.0/08": must not have leading 0s in IP or prefix length']],
  ] as const)('%o says of %s: %j', (rule, text, expected) => {
    expect(texts(rule, text)).toEqual(expected)
  })

  it('are warned of where others may read them otherwise', () => {
    expect(ipWarnings('01.2.3.4', at)).toEqual(['a: non-standard IP address "01.2.3.4" is invalid: use "1.2.3.4"'])
    expect(cidrWarnings('fd00::0/8', at)).toEqual(['a: IPv6 CIDR value "fd00::0/8" should be in RFC 5952 canonical format ("fd00::/8")'])
    expect(cidrWarnings('10.1.2.3/16', at)).toEqual([
      'a: CIDR value "10.1.2.3/16" is ambiguous in this context (should be "10.1.0.0/16" or "10.1.2.3/32"?)',
    ])
  })

  it('hold a block that is a part of them', () => {
    expect([holdsBlock('10.0.0.0/8', '10.1.0.0/16'), holdsBlock('10.0.0.0/8', '10.0.0.0/8'), holdsBlock('fd00::/8', 'x')]).toEqual([
      true,
      false,
      null,
    ])
  })
})
