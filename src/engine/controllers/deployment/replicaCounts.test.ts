import { describe, expect, it } from 'vitest'
import { maxSurge, maxUnavailable, newReplicas, proportions } from './replicaCounts'
import type { Deployment, ReplicaSet } from '../workloads'

const aDeployment = (replicas: number, surge: number | string, unavailable: number | string): Deployment => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: {},
    template: { spec: { containers: [] } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
  },
  status: {},
})
const aSet = (name: string, replicas: number, max?: number | string): ReplicaSet => ({
  metadata: {
    name,
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations: max === undefined ? {} : { 'deployment.kubernetes.io/max-replicas': String(max) },
  },
  spec: { replicas, selector: {}, template: { spec: { containers: [] } } },
  status: { replicas },
})

const named = (sizes: ReadonlyMap<ReplicaSet, number>) => [...sizes].map(([{ metadata }, size]) => [metadata.name, size])

describe('the arithmetic of a rollout', () => {
  it.each([
    [4, '25%', '25%', 1, 1],
    [3, '25%', '25%', 1, 0],
    [10, '30%', '30%', 3, 3],
    [1, 0, 0, 0, 1],
    [0, '25%', '25%', 0, 0],
    [2, 0, 5, 0, 2],
  ] as const)('%i replicas, surge %s, unavailable %s: %i above, %i below', (replicas, surge, unavailable, above, below) => {
    const deployment = aDeployment(replicas, surge, unavailable)
    expect([maxSurge(deployment), maxUnavailable(deployment)]).toEqual([above, below])
  })

  it('the new ReplicaSet takes the room that surge leaves, never more than is desired', () => {
    const deployment = aDeployment(10, 3, 0)
    expect(newReplicas(deployment, [aSet('old', 10)], 0)).toBe(3)
    expect(newReplicas(deployment, [aSet('old', 2), aSet('new', 9)], 9)).toBe(10)
    expect(newReplicas(deployment, [aSet('old', 13)], 0)).toBe(0)
  })

  it('scaling in the middle of a rollout gives each ReplicaSet its share, and the largest what rounding leaves', () => {
    const sizes = proportions(aDeployment(15, 3, 2), [aSet('old', 8, 13), aSet('new', 5, 13)])
    expect(named(sizes)).toEqual([
      ['old', 11],
      ['new', 7],
    ])
  })

  it('takes the size of now for what an annotation says that is zero or no number', () => {
    const deployment = { ...aDeployment(15, 3, 2), status: { replicas: 13 } }
    for (const max of ['0', '-13', '13x', '99999999999']) {
      const sets = [aSet('old', 8, max), aSet('new', 5, max)]
      expect(named(proportions(deployment, sets))).toEqual([
        ['old', 11],
        ['new', 7],
      ])
    }
  })
})
