import { expect, it } from 'vitest'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { Path } from '../../validation/rules'
import { coerced, validateEmbedded } from './embedded'
import type { JsonSchema } from './jsonSchema'

const whole: JsonSchema = { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }
const schema: JsonSchema = { type: 'object', properties: { pods: { type: 'array', items: whole } } }

it('asks of an object inside what it asks of any object, but for a name', () => {
  const pods = [{ apiVersion: 'v1', kind: 'Pod', metadata: {} }, { apiVersion: 'a/b/c', kind: '' }, {}]
  expect(validateEmbedded({ pods }, schema).map(fieldErrorText)).toEqual([
    'pods[1].apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
    'pods[1].kind: Invalid value: "": must not be empty',
    'pods[2].apiVersion: Required value',
    'pods[2].kind: Required value',
  ])
})

it('reads metadata inside as Go does: what is unknown is dropped and named, what cannot be read refused', () => {
  const [unknown, errors] = [new Set<string>(), new Set<string>()]
  const read = (metadata: object) => coerced({ pods: [{ metadata: { ...metadata } }] }, schema, Path.root(), unknown, errors)
  expect(read({ name: 'a', rust: 1 })).toEqual({ pods: [{ metadata: { name: 'a' } }] })
  expect([...unknown]).toEqual(['pods[0].metadata.rust'])
  read({ labels: 'x' })
  expect(errors.size).toBe(1)
})
