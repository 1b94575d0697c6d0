import { describe, expect, it } from 'vitest'
import { get } from '../testing/ask'
import { PODS } from '../testing/builders'
import { asked, changeWeb, living, pass, removeWeb, said, SECOND, storedOf, webOf } from '../testing/livingPod'

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

describe('what is to end a Pod that is being started', () => {
  const slow = { ...web, lifecycle: { postStart: { sleep: { seconds: 20 } } } }
  /** Thirteen seconds after its start; it had ten. */
  const late = () => living({ activeDeadlineSeconds: 10, containers: [slow] }, 13 * SECOND)

  it('does so at a deadline that was brought forward meanwhile', () => {
    const cluster = late()
    changeWeb(cluster, { spec: { activeDeadlineSeconds: 8 } })
    pass(cluster, 20 * SECOND)
    expect(webOf(cluster).status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
  })

  it('is remembered where a deletion comes first', () => {
    const cluster = late()
    removeWeb(cluster)
    pass(cluster, 60 * SECOND)
    expect(storedOf(cluster).at(-1)).toContain('Failed DeadlineExceeded')
    expect(isGone(cluster)).toBe(true)
  })

  it('is remembered, with its grace, where a deletion comes after an eviction', () => {
    const cluster = living({ containers: [slow] }, 5 * SECOND)
    cluster.inject({ kind: 'shortage', node: 'worker-1', resource: 'memory' })
    pass(cluster, 11 * SECOND)
    removeWeb(cluster)
    pass(cluster, 90 * SECOND)
    expect(storedOf(cluster).at(-1)).toContain('Failed Evicted')
    const [first] = asked(cluster, 'StopContainer')
    expect(first?.params.timeout).toBeLessThan(5)
  })
})

describe('a Pod that ends while it waits for its volumes', () => {
  it.each([100, 150, 200, 300, 1000])('leaves no sandbox: deleted %i ms after its kubelet came back', (time) => {
    const cluster = living({ containers: [{ ...web, lifecycle: { preStop: { sleep: { seconds: 5 } } } }] }, 10 * SECOND)
    cluster.stop('worker-1')
    pass(cluster, 3 * SECOND)
    cluster.restart('worker-1')
    pass(cluster, time)
    removeWeb(cluster)
    pass(cluster, 60 * SECOND)
    expect(isGone(cluster)).toBe(true)
    expect(asked(cluster, 'RemovePodSandbox')).toHaveLength(1)
  })
})
