import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../base/json'
import { applyJsonPatch, JsonPatchError } from './jsonPatch'

const document: JsonObject = { data: { a: '1' }, list: ['x', 'y', 'z'] }
const patched = (...operations: JsonObject[]) => applyJsonPatch(document, operations)

test.each<[string, JsonObject, Json]>([
  ['replace adds what is not there', { op: 'replace', path: '/data/b', value: '2' }, { a: '1', b: '2' }],
  ['what stands before the first slash is not read', { op: 'remove', path: 'x/data/a' }, {}],
  ['a copy of nothing is null', { op: 'copy', from: '/data/none', path: '/data/b' }, { a: '1', b: null }],
  ['nothing equals null', { op: 'test', path: '/data/none', value: null }, { a: '1' }],
])('%s', (_, operation, data) => {
  expect(patched(operation).data).toEqual(data)
})

test('indexes may be negative, or have a sign', () => {
  expect(patched({ op: 'remove', path: '/list/-1' }).list).toEqual(['x', 'y'])
  expect(patched({ op: 'add', path: '/list/-1', value: 'end' }).list).toEqual(['x', 'y', 'z', 'end'])
  expect(patched({ op: 'replace', path: '/list/+1', value: 'q' }).list).toEqual(['x', 'q', 'z'])
})

test.each<JsonObject>([
  { op: 'add', path: '', value: {} },
  { op: 'remove', path: '/list/3' },
  { op: 'remove', path: '/data/none' },
  { op: 'move', from: '/data/none', path: '/data/b' },
  { op: 'add', path: '/none/b', value: 1 },
  { op: 'add', path: '/data/a/b', value: 1 },
  { op: 'replace', path: '', value: 'text' },
  { op: 'test', path: '/data/a', value: null },
  { op: 'add', path: 5, value: 1 },
  { op: 'add', value: 1 },
])('refuses %o', (operation) => {
  expect(() => patched(operation)).toThrow(JsonPatchError)
})

test('says which operation failed, and leaves the target as it was', () => {
  const operations = [
    { op: 'add', path: '/data/b', value: '2' },
    { op: 'remove', path: '/list/3' },
  ]
  expect(() => patched(...operations)).toThrow(expect.objectContaining({ operation: 1 }))
  expect(document).toEqual({ data: { a: '1' }, list: ['x', 'y', 'z'] })
})
