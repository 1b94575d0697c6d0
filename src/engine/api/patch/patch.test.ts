import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../base/json'
import { types } from '../kinds/types'
import { applyJsonPatch } from './jsonPatch'
import { applyMergePatch } from './mergePatch'
import { createStrategicPatch } from './strategicDiff'
import { applyStrategicPatch } from './strategicMergePatch'

const document: JsonObject = { data: { a: '1' }, list: ['x', 'y', 'z'] }
const json = (...operations: JsonObject[]) => applyJsonPatch(document, operations)

test.each<[string, JsonObject, Json]>([
  ['replace adds what is not there', { op: 'replace', path: '/data/b', value: '2' }, { a: '1', b: '2' }],
  ['what stands before the first slash is not read', { op: 'remove', path: 'x/data/a' }, {}],
  ['a copy of nothing is null', { op: 'copy', from: '/data/none', path: '/data/b' }, { a: '1', b: null }],
  ['nothing equals null', { op: 'test', path: '/data/none', value: null }, { a: '1' }],
])('JSON patch: %s', (_, operation, data) => {
  expect(json(operation).data).toEqual(data)
})

test('JSON patch: indexes may be negative, or have a sign', () => {
  expect(json({ op: 'remove', path: '/list/-1' }).list).toEqual(['x', 'y'])
  expect(json({ op: 'add', path: '/list/-1', value: 'end' }).list).toEqual(['x', 'y', 'z', 'end'])
  expect(json({ op: 'replace', path: '/list/+1', value: 'q' }).list).toEqual(['x', 'q', 'z'])
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
])('JSON patch refuses %o', (operation) => {
  expect(() => json(operation)).toThrow()
})

test('merge patch: what goes in unmerged loses its nulls, also in lists', () => {
  expect(applyMergePatch({ a: 1 }, { a: { b: null, c: 1 }, list: [{ x: null, y: [null, 2] }], gone: null })).toEqual({
    a: { c: 1 },
    list: [{ y: [null, 2] }],
  })
})

const deployment = types.struct('Deployment')

test('strategic merge patch: of a new struct nothing stays that carries $patch, but other directives do', () => {
  const patch = { spec: { a: { $patch: 'merge', x: 1 }, strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } } }
  expect(applyStrategicPatch({}, patch, deployment)).toEqual({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })
})

test('strategic merge patch: an order is for a list that the type has', () => {
  const ordered = (spec: JsonObject) => () => applyStrategicPatch({ spec: { replicas: 1 } }, { spec }, deployment)
  expect(ordered({ '$setElementOrder/nope': [] })).toThrow('unable to find api field in struct DeploymentSpec for the json field "nope"')
  expect(ordered({ '$setElementOrder/replicas': [] })).toThrow('expected a []interface {}, but received a int64')
})

test('a strategic patch names the order of a list, one for all that have the same', () => {
  const statusOf = (ready: string, ...more: string[]) => ({
    conditions: [{ type: 'Ready', status: ready }, ...more.map((type) => ({ type }))],
  })
  const orderFor = (...more: string[]) =>
    createStrategicPatch(statusOf('False', ...more), statusOf('True', ...more), types.struct('Pod').field('status'))[
      '$setElementOrder/conditions'
    ]
  expect(orderFor('Initialized')).toEqual([{ type: 'Ready' }, { type: 'Initialized' }])
  expect(orderFor('Initialized')).toBe(orderFor('Initialized'))
  expect(orderFor('PodScheduled')).toEqual([{ type: 'Ready' }, { type: 'PodScheduled' }])
})
