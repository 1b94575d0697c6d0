import { expect, it } from 'vitest'
import type { ApiObject } from '../../object'
import { validateNode, validateNodeUpdate } from './validation'

const node = (spec: object, status: object = {}) => ({ metadata: { name: 'a' }, spec, status }) as unknown as ApiObject

it('features that a node declares are named as features are, each once and in order', () => {
  const errors = validateNode(node({}, { declaredFeatures: ['B', 'A', 'A', 'bad name'] })).map((e) => `${e.field} ${e.type} ${e.detail}`)
  expect(errors).toEqual([
    'status.declaredFeatures[1] FieldValueInvalid list must be sorted alphabetically',
    'status.declaredFeatures[2] FieldValueDuplicate ',
    expect.stringMatching(
      /^status\.declaredFeatures\[3\] FieldValueInvalid invalid feature name "bad name": must start with an UpperCamelCase/,
    ),
  ])
})

it('the external id of a node stays as it is', () => {
  expect(validateNodeUpdate(node({ externalID: 'b' }), node({ externalID: 'a' })).map((e) => `${e.field} ${e.detail}`)).toEqual([
    'spec.externalID may not be updated',
  ])
  expect(validateNodeUpdate(node({}), node({}))).toEqual([])
})
