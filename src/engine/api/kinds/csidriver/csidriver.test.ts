import { expect, it } from 'vitest'
import { csiDriver } from '.'
import type { ApiObject } from '../../object'

it('tokens that a driver is shown among the attributes of volumes are warned of, when they are new', () => {
  const driver = (spec: object) => ({ metadata: { name: 'a' }, spec }) as unknown as ApiObject
  const tokens = driver({ tokenRequests: [{ audience: 'a' }] })
  expect(csiDriver.warnings?.(tokens, null)).toHaveLength(1)
  expect(csiDriver.warnings?.(tokens, driver({}))).toHaveLength(1)
  expect(csiDriver.warnings?.(tokens, tokens)).toEqual([])
  expect(csiDriver.warnings?.(driver({ tokenRequests: [{ audience: 'a' }], serviceAccountTokenInSecrets: false }), null)).toEqual([])
})
