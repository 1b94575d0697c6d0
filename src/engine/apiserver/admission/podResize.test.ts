import { expect, it } from 'vitest'
import { ask, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'

it('refuses more than the node could hold', () => {
  const cluster = aWholeCluster(1)
  const sized = (cpu: string) => ({ containers: [{ name: 'web', image: 'nginx', resources: { requests: { cpu } } }] })
  post(cluster, PODS, aPod('web', sized('100m')))
  cluster.run()
  const resize = (cpu: string) =>
    ask(cluster, admin, {
      method: 'PATCH',
      path: `${PODS}/web/resize`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { spec: sized(cpu) },
    })
  expect(resize('200m').status).toBe(200)
  expect(resize('400')).toMatchObject({
    status: 403,
    body: {
      message: expect.stringMatching(/node didn't have enough allocatable resources: cpu, requested: 400000, allocatable: \d+$/) as string,
      details: { causes: [{ reason: 'NodeCapacity' }] },
    },
  })
})
