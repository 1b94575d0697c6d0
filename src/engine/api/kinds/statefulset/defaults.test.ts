import { expect, it } from 'vitest'
import type { JsonObject } from '../../../base/json'
import { statefulSet } from '.'

const strategyOf = (updateStrategy?: JsonObject) => {
  const spec = { template: {}, ...(updateStrategy ? { updateStrategy } : {}) }
  return statefulSet.defaults!({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {}, spec }).spec
}

it.each([
  [undefined, { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } }],
  [{ type: 'RollingUpdate' }, { type: 'RollingUpdate' }],
  [
    { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    { type: 'RollingUpdate', rollingUpdate: { partition: 2, maxUnavailable: 1 } },
  ],
  [{ type: 'OnDelete' }, { type: 'OnDelete' }],
])('of the strategy %j becomes %j', (given, stored) => {
  expect(strategyOf(given)).toMatchObject({ updateStrategy: stored })
  expect((strategyOf(given) as { updateStrategy: object }).updateStrategy).toEqual(stored)
})
