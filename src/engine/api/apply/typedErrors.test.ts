import { expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import { types } from '../kinds/types'
import { typedError } from './typedErrors'

const pod = (spec: JsonObject) => typedError({ spec }, types.struct('Pod'))

it('names every item that repeats a key, and what is wrong in it', () => {
  expect(pod({ containers: [{ name: 'a' }, { name: 'a', image: 5 }, { name: 'b', stdin: 'x' }] })).toBe(
    'errors:\n  .spec.containers: duplicate entries for key [name="a"]\n' +
      '  .spec.containers[name="a"].image: expected string, got &value.valueUnstructured{Value:5}\n' +
      '  .spec.containers[name="b"].stdin: expected boolean, got &{x}',
  )
})

it('looks no further in a list where an item has no key', () => {
  expect(typedError({ metadata: { finalizers: ['a', {}, [], 'a'], labels: 5 } }, types.struct('Pod'))).toBe(
    "errors:\n  .metadata.finalizers: element 1: associative list without keys has an element that's a map type\n" +
      '  .metadata.labels: expected map, got &{5}',
  )
  expect(typedError({ metadata: { finalizers: [[]] } }, types.struct('Pod'))).toBe(
    '.metadata.finalizers: element 0: not supported: associative list with lists as elements',
  )
})

it('nor after a field that nobody declared', () => {
  expect(pod({ one: 1, two: 2 })).toBe('.spec.one: field not declared in schema')
})
