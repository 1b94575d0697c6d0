import { describe, expect, it } from 'vitest'
import { get } from '../testing/ask'
import { PODS } from '../testing/builders'
import { asked, living, pass, removeWeb, said, SECOND, storedOf } from '../testing/livingPod'

const RUNTIME = 'worker-1/runtime'
const web = { name: 'web', image: 'nginx:1.27' }
/** When a request that is made now arrives, its image is being pulled. */
const starting = (container = web) => living({ terminationGracePeriodSeconds: 20, containers: [container] }, 400)

const isGone = (cluster: ReturnType<typeof living>) => get(cluster, `${PODS}/web`).status === 404

describe('a Pod that is deleted while it is being started', () => {
  it('is up first, and stopped then', () => {
    const cluster = starting()
    removeWeb(cluster)
    pass(cluster, 5 * SECOND)
    expect(storedOf(cluster).slice(-5)).toEqual([
      'Pending | sandbox True | ContainersNotReady | web ContainerCreating',
      'Pending terminating | sandbox True | ContainersNotReady | web ContainerCreating',
      'Running terminating | sandbox True |  | web running',
      'Succeeded terminating | sandbox False | PodCompleted | web Completed 0',
      'Succeeded terminating | sandbox False | PodCompleted | web Completed 0',
    ])
    const reasons = said(cluster).map((text) => text.replace(/:.*/, ''))
    expect(reasons).toEqual(['Pulling', 'Pulled', 'Created', 'Started', 'Killing'])
    expect(isGone(cluster)).toBe(true)
  })

  it('is stopped so as well when it is forced away, and out of the runtime then', () => {
    const cluster = starting()
    removeWeb(cluster, 0)
    pass(cluster, 8 * SECOND)
    expect(isGone(cluster)).toBe(true)
    expect(said(cluster).slice(-2)).toEqual(['Started: Container started', 'Killing: Stopping container web'])
    expect(asked(cluster, 'RemovePodSandbox')).toHaveLength(1)
  })

  it('has as long as was said last', () => {
    const cluster = starting()
    removeWeb(cluster)
    removeWeb(cluster, 5)
    pass(cluster, 8 * SECOND)
    expect(asked(cluster, 'StopContainer').map(({ params }) => params.timeout)).toEqual([5])
  })

  it('is not tried again where the start fails', () => {
    const cluster = starting({ ...web, image: 'nope:1' })
    removeWeb(cluster)
    pass(cluster, 20 * SECOND)
    expect(asked(cluster, 'PullImage')).toHaveLength(1)
    expect(isGone(cluster)).toBe(true)
  })

  it('is stopped when its runtime is back', () => {
    const cluster = starting()
    cluster.stop(RUNTIME)
    removeWeb(cluster)
    pass(cluster, 20 * SECOND)
    expect(isGone(cluster)).toBe(false)
    cluster.restart(RUNTIME)
    pass(cluster, 20 * SECOND)
    expect(isGone(cluster)).toBe(true)
    expect(asked(cluster, 'CreateContainer')).toEqual([])
  })
})

it('a Pod whose deadline is over while it is being started is up first, too', () => {
  const cluster = living({ activeDeadlineSeconds: 1, containers: [web, { ...web, name: 'other', image: 'nginx:1' }] }, 8 * SECOND)
  expect(storedOf(cluster).slice(-2)).toEqual([
    'Pending | sandbox True | PodFailed | other running | web running',
    'Failed DeadlineExceeded | sandbox False | PodFailed | other Completed 0 | web Completed 0',
  ])
})
