import { expect, it } from 'vitest'
import { addressProblem, blockProblem } from './addressProblem'
import { isIp } from './ipAddress'

it.each([
  ['x', 'ParseAddr("x"): unable to parse IP'],
  ['1.2.3', 'ParseAddr("1.2.3"): IPv4 address too short'],
  ['1.2.3.4.5', 'ParseAddr("1.2.3.4.5"): IPv4 address too long'],
  ['1.02.3.4', 'ParseAddr("1.02.3.4"): IPv4 field has octet with leading zero'],
  ['1..2.3', 'ParseAddr("1..2.3"): IPv4 field must have at least one digit (at ".2.3")'],
  ['fd00::1::2', 'ParseAddr("fd00::1::2"): multiple :: in address (at ":2")'],
  ['fd00:1', 'ParseAddr("fd00:1"): address string too short'],
  ['fd00::x', 'ParseAddr("fd00::x"): each colon-separated field must have at least one digit (at "x")'],
])('says of %s what Go says', (text, says) => expect(addressProblem(text)).toBe(says))

it.each([
  ['10.0.0.0', 'netip.ParsePrefix("10.0.0.0"): no \'/\''],
  ['10.0.0.0/33', 'netip.ParsePrefix("10.0.0.0/33"): prefix length out of range'],
  ['10.0.0.0/08', 'netip.ParsePrefix("10.0.0.0/08"): bad bits after slash: "08"'],
])('says of the block %s what Go says', (text, says) => expect(blockProblem(text, isIp)).toBe(says))
