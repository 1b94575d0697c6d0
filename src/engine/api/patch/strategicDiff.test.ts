import { expect, test } from 'vitest'
import { types } from '../kinds/types'
import { createStrategicPatch, createThreeWayPatch } from './strategicDiff'

const pod = types.struct('Pod')
const withContainers = (...containers: { name: string; image?: string }[]) => ({ spec: { containers } })

test('an item that is gone is deleted by its key, one that changed says its key and what changed', () => {
  const before = withContainers({ name: 'a', image: 'x' }, { name: 'b' })
  expect(createStrategicPatch(before, withContainers({ name: 'a', image: 'y' }), pod)).toEqual({
    spec: {
      '$setElementOrder/containers': [{ name: 'a' }],
      containers: [
        { name: 'a', image: 'y' },
        { name: 'b', $patch: 'delete' },
      ],
    },
  })
})

test('of a list of primitives what is new and what is gone is named', () => {
  const finalizers = (...list: string[]) => ({ metadata: { finalizers: list } })
  expect(createStrategicPatch(finalizers('a', 'b'), finalizers('b', 'c'), pod)).toEqual({
    metadata: {
      finalizers: ['c'],
      '$deleteFromPrimitiveList/finalizers': ['a'],
      '$setElementOrder/finalizers': ['b', 'c'],
    },
  })
})

test('three-way: what others added stays, what was applied last and is no more goes', () => {
  const live = withContainers({ name: 'a', image: 'x' }, { name: 'theirs' }, { name: 'old' })
  const patch = createThreeWayPatch(withContainers({ name: 'a' }, { name: 'old' }), live, withContainers({ name: 'a', image: 'y' }), pod)
  expect(patch).toEqual({
    spec: {
      '$setElementOrder/containers': [{ name: 'a' }],
      containers: [
        { name: 'a', image: 'y' },
        { name: 'old', $patch: 'delete' },
      ],
    },
  })
})

test('names the order of a list, one for all that have the same', () => {
  const statusOf = (ready: string, ...more: string[]) => ({
    conditions: [{ type: 'Ready', status: ready }, ...more.map((type) => ({ type }))],
  })
  const orderFor = (...more: string[]) =>
    createStrategicPatch(statusOf('False', ...more), statusOf('True', ...more), pod.field('status'))['$setElementOrder/conditions']
  expect(orderFor('Initialized')).toEqual([{ type: 'Ready' }, { type: 'Initialized' }])
  expect(orderFor('Initialized')).toBe(orderFor('Initialized'))
  expect(orderFor('PodScheduled')).toEqual([{ type: 'Ready' }, { type: 'PodScheduled' }])
})
