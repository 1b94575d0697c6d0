import { expect, it } from 'vitest'
import { fitsFormat } from './formats'

const fitting = (format: string, ...texts: string[]) => texts.filter((text) => fitsFormat(text, format))

it('reads addresses as Go does: leading zeros are let through, and an IPv4 address may be written as IPv6', () => {
  expect(fitting('ipv4', '10.0.0.1', '010.0.0.01', '::ffff:10.0.0.1', '::1', '10.0.0.256', '10.0.0.1.')).toEqual([
    '10.0.0.1',
    '010.0.0.01',
    '::ffff:10.0.0.1',
  ])
  expect(fitting('ipv6', '::1', 'fe80::1:2', '::ffff:10.0.0.1', '10.0.0.1', '1::2::3')).toEqual(['::1', 'fe80::1:2', '::ffff:10.0.0.1'])
  expect(fitting('cidr', '10.0.0.0/8', 'fd00::/64', '10.0.0.0', '10.0.0.0/33', 'fd00::/129')).toEqual(['10.0.0.0/8', 'fd00::/64'])
})

it('counts the digits of books and cards, and wants two letters at the end of a name with dots', () => {
  expect(fitting('isbn', '0321751043', '978-0321751041', '9783161484100', '9783161484101', '!!')).toEqual([
    '0321751043',
    '978-0321751041',
    '9783161484100',
  ])
  expect(fitting('creditcard', '4111111111111111', '4111 1111 1111 1111', '4111111111111112')).toEqual([
    '4111111111111111',
    '4111 1111 1111 1111',
  ])
  expect(fitting('hostname', 'a', 'a.bc', 'a.b', '-a', 'a_b', `${'a'.repeat(63)}.de`, `${'a'.repeat(64)}.de`)).toEqual([
    'a',
    'a.bc',
    `${'a'.repeat(63)}.de`,
  ])
})
