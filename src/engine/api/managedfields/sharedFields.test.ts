import { expect, it } from 'vitest'
import type { FieldsV1 } from '../object'
import { LEAF } from './fieldSets'
import { NO_FIELDS, remembered, sharedTree } from './sharedFields'

it('writes the elements of each level in the order of Go', () => {
  const tree = sharedTree({
    'f:b': {},
    'k:{"port":443,"protocol":"TCP"}': {},
    'v:"x"': {},
    'k:{"port":80,"protocol":"UDP"}': {},
    'k:{"port":80,"protocol":"TCP"}': {},
    'f:a': { 'f:z': {}, '.': {} },
    '.': {},
  })
  expect(Object.keys(tree)).toEqual([
    '.',
    'f:a',
    'f:b',
    'k:{"port":80,"protocol":"TCP"}',
    'k:{"port":80,"protocol":"UDP"}',
    'k:{"port":443,"protocol":"TCP"}',
    'v:"x"',
  ])
  expect(Object.keys(tree['f:a']!)).toEqual(['.', 'f:z'])
})

it('has one tree for a shape, whichever way it came', () => {
  const inner = NO_FIELDS.field('x', LEAF).tree
  const one = NO_FIELDS.field('a', LEAF).field('b', inner).tree
  const other = sharedTree({ 'f:b': { 'f:x': {} }, 'f:a': {} })
  expect(other).toBe(one)
  expect(sharedTree(one)).toBe(one)
  expect(NO_FIELDS.field('a', LEAF).tree).not.toBe(one)
})

it('keeps trees right whose elements are never the same', () => {
  for (let i = 0; i < 200; i++) {
    const tree = sharedTree({ 'f:ips': { [`k:{"ip":"10.0.0.${i}"}`]: { 'f:ip': {}, '.': {} }, '.': {} } })
    expect(JSON.stringify(tree)).toBe(`{"f:ips":{".":{},"k:{\\"ip\\":\\"10.0.0.${i}\\"}":{".":{},"f:ip":{}}}}`)
  }
})

it('does an operation once for the same two trees', () => {
  let times = 0
  const both = remembered((a, b) => {
    times++
    return { ...a, ...b } as FieldsV1
  })
  const [a, b] = [sharedTree({ 'f:a': {} }), sharedTree({ 'f:b': {} })]
  expect(both(a, b)).toBe(both(a, b))
  expect(times).toBe(1)
})
