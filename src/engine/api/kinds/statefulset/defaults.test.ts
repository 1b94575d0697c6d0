import { expect, it } from 'vitest'
import { statefulSet } from '.'

const strategyOf = (updateStrategy?: object) =>
  statefulSet.defaults!({ metadata: {}, spec: { template: {}, updateStrategy } } as never).spec

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
