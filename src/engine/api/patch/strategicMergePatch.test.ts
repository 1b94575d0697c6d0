import { expect, test } from 'vitest'
import type { JsonObject } from '../../base/json'
import { types } from '../kinds/types'
import { applyStrategicPatch } from './strategicMergePatch'

const deployment = types.struct('Deployment')

test('of a new struct nothing stays that carries $patch, but other directives do', () => {
  const patch = { spec: { a: { $patch: 'merge', x: 1 }, strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } } }
  expect(applyStrategicPatch({}, patch, deployment)).toEqual({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })
})

test('an order is for a list that the type has', () => {
  const ordered = (spec: JsonObject) => () => applyStrategicPatch({ spec: { replicas: 1 } }, { spec }, deployment)
  expect(ordered({ '$setElementOrder/nope': [] })).toThrow('unable to find api field in struct DeploymentSpec for the json field "nope"')
  expect(ordered({ '$setElementOrder/replicas': [] })).toThrow('expected a []interface {}, but received a int64')
})

test('items merge by the key of their type, and stand in the order that is asked for', () => {
  const pod = { spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }, { name: 'c' }] } }
  const containers = [{ name: 'd' }, { name: 'a', image: 'y' }, { name: 'b', $patch: 'delete' }]
  const patch = { spec: { '$setElementOrder/containers': [{ name: 'd' }, { name: 'a' }, { name: 'c' }], containers } }
  expect(applyStrategicPatch(pod, patch, types.struct('Pod'))).toEqual({
    spec: { containers: [{ name: 'd' }, { name: 'a', image: 'y' }, { name: 'c' }] },
  })
})
