import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../testing/builders'
import { asked, changeWeb, living, pass, removeWeb, said, SECOND, storedOf, webOf } from '../testing/livingPod'

const web = { name: 'web', image: 'nginx:1.27' }

const changeStatus = (cluster: Cluster, status: JsonObject) =>
  ask(cluster, admin, {
    method: 'PATCH',
    path: `${PODS}/web/status`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: JSON.stringify({ status }),
  })

describe('a Pod that is forced away', () => {
  const sleeping = (seconds: number) => ({ ...web, lifecycle: { preStop: { sleep: { seconds } } } })

  it('goes on to end as it was ending, and is out of the runtime then', () => {
    const cluster = living({ terminationGracePeriodSeconds: 60, containers: [sleeping(40)] }, 5 * SECOND)
    const since = cluster.now
    removeWeb(cluster)
    pass(cluster, 3 * SECOND)
    removeWeb(cluster, 0)
    pass(cluster, 20 * SECOND)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
    expect(asked(cluster, 'StopPodSandbox')).toEqual([])
    pass(cluster, 40 * SECOND)
    const times = ['StopContainer', 'StopPodSandbox', 'RemovePodSandbox'].map((method) => asked(cluster, method).map(({ at }) => at))
    expect(times.map((t) => t.length)).toEqual([1, 1, 1])
    expect(times.flat()).toEqual(times.flat().toSorted((a, b) => a - b))
    expect(times[0]![0]! - since).toBeGreaterThanOrEqual(40 * SECOND)
  })

  it('has a second for its hook', () => {
    const cluster = living({ terminationGracePeriodSeconds: 60, containers: [sleeping(40)] }, 5 * SECOND)
    const since = cluster.now
    removeWeb(cluster, 0)
    pass(cluster, 10 * SECOND)
    const [stop] = asked(cluster, 'StopContainer')
    expect(Math.floor((stop!.at - since) / SECOND)).toBe(1)
    expect(asked(cluster, 'RemovePodSandbox')).toHaveLength(1)
  })
})

describe('a phase that others wrote', () => {
  it('is written over in the next round where nothing else has changed', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    changeStatus(cluster, { phase: 'Failed' })
    expect(webOf(cluster).status.phase).toBe('Failed')
    pass(cluster, 11 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Running')
    expect(asked(cluster, 'StopContainer')).toEqual([])
  })

  it('ends a Pod that a new kubelet finds running', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    cluster.stop('worker-1')
    changeStatus(cluster, { phase: 'Failed', reason: 'Mine' })
    cluster.restart('worker-1')
    pass(cluster, 40 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(1)
    expect(webOf(cluster).status).toMatchObject({ phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 0 } } }] })
  })

  it('ends a Pod that is looked at anew', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    changeStatus(cluster, { phase: 'Succeeded' })
    changeWeb(cluster, { metadata: { labels: { a: 'b' } } })
    pass(cluster, 40 * SECOND)
    expect(said(cluster)).toContain('Killing: Stopping container web')
    expect(webOf(cluster).status).toMatchObject({ phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0 } } }] })
  })
})

it('has ended as soon as it is down, where its deadline is over', () => {
  const cluster = living({ activeDeadlineSeconds: 5, containers: [web] }, 12 * SECOND)
  expect(storedOf(cluster).slice(-3)).toEqual([
    'Running | sandbox True |  | web running',
    'Running | sandbox True | PodFailed | web running',
    'Failed DeadlineExceeded | sandbox False | PodFailed | web Completed 0',
  ])
})

describe('containers that wait when their Pod ends and nobody deletes it', () => {
  const deadline = (seconds: number, spec: JsonObject) => living({ activeDeadlineSeconds: seconds, ...spec }, (seconds + 7) * SECOND)

  it('are told to wait, and then that they are not to be found', () => {
    expect(storedOf(deadline(8, { containers: [{ ...web, image: 'nope:1' }] })).slice(-3)).toEqual([
      'Pending | sandbox True | PodFailed | web ImagePullBackOff',
      'Failed DeadlineExceeded | sandbox False | PodFailed | web ImagePullBackOff',
      'Failed DeadlineExceeded | sandbox False | PodFailed | web ContainerStatusUnknown 137',
    ])
  })

  it('are told so if they ran before, too', () => {
    expect(storedOf(deadline(8, { containers: [{ ...web, image: 'crash:1' }] })).slice(-3)).toEqual([
      'Running | sandbox True | PodFailed | web CrashLoopBackOff restarts 1',
      'Failed DeadlineExceeded | sandbox False | PodFailed | web CrashLoopBackOff restarts 1',
      'Failed DeadlineExceeded | sandbox False | PodFailed | web ContainerStatusUnknown 137 restarts 1',
    ])
  })

  it('stay as they are where the Pod never came to them', () => {
    const prepare = { name: 'prepare', image: 'crash:1' }
    expect(storedOf(deadline(10, { initContainers: [prepare], containers: [web] })).slice(-2)).toEqual([
      'Failed DeadlineExceeded | sandbox False | PodFailed | prepare CrashLoopBackOff restarts 1 | web PodInitializing',
      'Failed DeadlineExceeded | sandbox False | PodFailed | prepare ContainerStatusUnknown 137 restarts 1 | web PodInitializing',
    ])
  })
})

it('is told once more before its sandbox is stopped where it is deleted and nothing of it runs', () => {
  const cluster = living({ containers: [{ ...web, image: 'nope:1' }] }, 3 * SECOND)
  removeWeb(cluster)
  pass(cluster, 5 * SECOND)
  expect(storedOf(cluster).slice(-5)).toEqual([
    'Pending terminating | sandbox True | ContainersNotReady | web ErrImagePull',
    'Pending terminating | sandbox True | ContainersNotReady | web ContainerCreating',
    'Pending terminating | sandbox False | ContainersNotReady | web ContainerCreating',
    'Failed terminating | sandbox False | ContainersNotReady | web ContainerStatusUnknown 137',
    'Failed terminating | sandbox False | ContainersNotReady | web ContainerStatusUnknown 137',
  ])
})

/** Methods of what its kubelet asked for `web` since it came up last. */
function askedOfWeb(cluster: Cluster, since: number): readonly string[] {
  const requests = [...cluster.trace.allRequests()].filter((r) => r.from === 'worker-1' && r.sentAt > since)
  return requests.filter((r) => r.http.path.startsWith(`${PODS}/web`)).map((r) => r.http.method)
}

it('a Pod that has ended stays as it is under a new kubelet, and is deleted by it', () => {
  const cluster = living({ restartPolicy: 'Never', containers: [{ ...web, image: 'oneshot:1' }] }, 15 * SECOND)
  const { status } = webOf(cluster)
  expect(status.phase).toBe('Succeeded')
  cluster.stop('worker-1')
  const since = cluster.trace.length
  cluster.restart('worker-1')
  pass(cluster, 15 * SECOND)
  expect(askedOfWeb(cluster, since)).toEqual(['GET'])
  expect(webOf(cluster).status).toEqual(status)
  removeWeb(cluster)
  pass(cluster, 11 * SECOND)
  expect(webOf(cluster)).toMatchObject({ reason: 'NotFound' })
})

describe('a refused Pod', () => {
  const large = { nodeName: 'worker-1', containers: [{ ...web, resources: { requests: { cpu: '100' } } }] }

  it('has nothing in its status but that, until it is looked at anew', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('web', large))
    pass(cluster, 5 * SECOND)
    const { conditions, containerStatuses, hostIP, ...status } = webOf(cluster).status
    expect(status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' })
    expect([conditions, containerStatuses, hostIP]).toEqual([undefined, undefined, undefined])
    changeWeb(cluster, { metadata: { labels: { a: 'b' } } })
    pass(cluster, 5 * SECOND)
    expect(webOf(cluster).status).toMatchObject({
      ...status,
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }],
    })
    expect(webOf(cluster).status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', reason: 'PodFailed' }))
    removeWeb(cluster)
    pass(cluster, 5 * SECOND)
    expect(webOf(cluster)).toMatchObject({ reason: 'NotFound' })
  })

  it('that an earlier kubelet ran is stopped, and has failed then', () => {
    const cluster = aWholeCluster(1)
    const label = (disk: string | null) => {
      const headers = { 'content-type': 'application/merge-patch+json' }
      ask(cluster, admin, { method: 'PATCH', path: '/api/v1/nodes/worker-1', headers, body: { metadata: { labels: { disk } } } })
    }
    label('ssd')
    post(cluster, PODS, aPod('web', { nodeSelector: { disk: 'ssd' }, containers: [web] }))
    pass(cluster, 5 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Running')
    cluster.stop('worker-1')
    label(null)
    cluster.restart('worker-1')
    pass(cluster, SECOND)
    const { phase, containerStatuses } = webOf(cluster).status
    expect([phase, containerStatuses]).toEqual(['Running', undefined])
    pass(cluster, 12 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(1)
    expect(webOf(cluster).status).toMatchObject({ phase: 'Failed', reason: 'NodeAffinity' })
  })
})
