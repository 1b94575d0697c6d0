import { expect, it } from 'vitest'
import { controllerRevision } from '.'
import type { ApiObject } from '../../object'

it('the data of a new revision are an object, and those of an old one stay as they are', () => {
  const revision = (data?: unknown) => ({ metadata: { name: 'a' }, revision: 1, data }) as unknown as ApiObject
  const told = (errors: readonly { readonly detail: string }[] | undefined) => errors?.map((e) => e.detail)
  expect(told(controllerRevision.validate?.(revision()))).toEqual(['data is mandatory'])
  expect(told(controllerRevision.validate?.(revision(3)))).toEqual(['data must be a valid JSON object'])
  expect(controllerRevision.validate?.(revision({}))).toEqual([])
  expect(told(controllerRevision.validateUpdate?.(revision(), revision({}), () => {}))).toEqual(['field is immutable'])
})
