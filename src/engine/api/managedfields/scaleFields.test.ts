import { expect, test } from 'vitest'
import { entriesOfParent, entriesOfScale } from './scaleFields'

const PATH = ['spec', 'replicas']
const entry = (manager: string, fields: object, more: object = {}) =>
  ({ manager, operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': fields }, ...more }) as never
const maker = entry('maker', { 'f:replicas': {}, 'f:paused': {} })
const scaler = entry('scaler', { 'f:replicas': {} }, { operation: 'Apply', apiVersion: 'autoscaling/v1', subresource: 'scale', time: 'T' })

test('a Scale is owned by who owns the replicas of its parent', () => {
  expect(entriesOfScale([maker, entry('other', { 'f:paused': {} })], PATH)).toEqual([
    entry('maker', { 'f:replicas': {} }, { apiVersion: 'autoscaling/v1' }),
  ])
})

test('who lost them in the Scale loses them in the parent; a new owner is written in the words of the parent, without a time', () => {
  const inParent = entry('scaler', { 'f:replicas': {} }, { operation: 'Apply', subresource: 'scale' })
  expect(entriesOfParent([maker], [scaler], PATH, 'apps/v1')).toEqual([inParent, entry('maker', { 'f:paused': {} })])
  expect(entriesOfParent([maker], [...entriesOfScale([maker], PATH), scaler], PATH, 'apps/v1')).toEqual([inParent, maker])
})
