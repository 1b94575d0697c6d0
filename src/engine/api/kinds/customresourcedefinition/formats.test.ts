import { expect, it } from 'vitest'
import { fitsFormat } from './formats'

it('reads addresses as Go does: leading zeros are let through, and an IPv4 address may be written as IPv6', () => {
  const fitting = (format: string, ...texts: string[]) => texts.filter((text) => fitsFormat(text, format))
  expect(fitting('ipv4', '10.0.0.1', '010.0.0.01', '::ffff:10.0.0.1', '::1', '10.0.0.256', '10.0.0.1.')).toEqual([
    '10.0.0.1',
    '010.0.0.01',
    '::ffff:10.0.0.1',
  ])
  expect(fitting('ipv6', '::1', 'fe80::1:2', '::ffff:10.0.0.1', '10.0.0.1', '1::2::3')).toEqual(['::1', 'fe80::1:2', '::ffff:10.0.0.1'])
  expect(fitting('cidr', '10.0.0.0/8', 'fd00::/64', '10.0.0.0', '10.0.0.0/33', 'fd00::/129')).toEqual(['10.0.0.0/8', 'fd00::/64'])
})
