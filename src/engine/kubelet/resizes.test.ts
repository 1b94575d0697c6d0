import { describe, it, expect } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { ask, get, post, watch } from '../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../testing/builders'

const SECOND = 1000
const pass = (cluster: Cluster, time: number) => void cluster.run({ for: time, throughIdle: true })
const resourcesOf = (requests: JsonObject, limits?: JsonObject): JsonObject => ({ requests, ...(limits ? { limits } : {}) })

function running(name: string, resources: JsonObject, more: JsonObject = {}, cluster = aWholeCluster(1)): Cluster {
  post(cluster, PODS, aPod(name, { containers: [{ name: 'web', image: 'nginx', resources, ...more }] }))
  pass(cluster, 4 * SECOND)
  return cluster
}

function resize(cluster: Cluster, name: string, resources: JsonObject): number {
  return ask(cluster, admin, {
    method: 'PATCH',
    path: `${PODS}/${name}/resize`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: JSON.stringify({ spec: { containers: [{ name: 'web', resources }] } }),
  }).status
}

function pod(cluster: Cluster, name = 'web'): Pod {
  const response = get(cluster, `${PODS}/${name}`)
  return ('body' in response ? response.body : null) as unknown as Pod
}

const container = (cluster: Cluster, name?: string) => pod(cluster, name).status.containerStatuses![0]!
const resizeConditions = ({ status }: Pod) => (status.conditions ?? []).filter((c) => c.type.startsWith('PodResize'))

function said(cluster: Cluster, name = 'web'): string[] {
  const response = get(cluster, '/api/v1/namespaces/default/events')
  const { items } = ('body' in response ? response.body : {}) as {
    items: { reason: string; message: string; involvedObject: { name: string } }[]
  }
  return items.filter((e) => e.involvedObject.name === name && e.reason.startsWith('Resize')).map((e) => `${e.reason}: ${e.message}`)
}

function updates({ trace }: Cluster): unknown[] {
  return Array.from({ length: trace.length }, (_, i) => trace.hop(i)).flatMap((hop) =>
    hop.kind === 'send' && hop.message.type === 'cri.call' && hop.message.method === 'UpdateContainerResources'
      ? [hop.message.params.resources]
      : [],
  )
}

describe('a Pod that is resized in place', () => {
  it('is allocated what fits, and its container is told so without a restart', () => {
    const cluster = running('web', resourcesOf({ cpu: '100m', memory: '64Mi' }, { memory: '128M' }))
    expect(container(cluster)).toMatchObject({
      allocatedResources: { cpu: '100m', memory: '64Mi' },
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '125000Ki' } },
    })
    expect(pod(cluster).status.allocatedResources).toEqual({ cpu: '100m', memory: '64Mi' })
    const seen = watch(cluster, admin, `${PODS}?watch=true`)
    expect(resize(cluster, 'web', resourcesOf({ cpu: '200m', memory: '64Mi' }, { memory: '256M' }))).toBe(200)
    pass(cluster, 3 * SECOND)
    const { status } = pod(cluster)
    expect(status).toMatchObject({ observedGeneration: 2, allocatedResources: { cpu: '200m' } })
    expect(resizeConditions(pod(cluster))).toEqual([])
    expect(container(cluster)).toMatchObject({
      restartCount: 0,
      allocatedResources: { cpu: '200m', memory: '64Mi' },
      resources: { requests: { cpu: '200m', memory: '64Mi' }, limits: { memory: '250000Ki' } },
    })
    expect(updates(cluster)).toEqual([
      { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '250000Ki' } },
      { requests: { cpu: '200m', memory: '64Mi' }, limits: { memory: '250000Ki' } },
    ])
    const what =
      '{"containers":[{"name":"web","resources":{"limits":{"memory":"256M"},"requests":{"cpu":"200m","memory":"64Mi"}}}],"generation":2}'
    expect(said(cluster)).toEqual([`ResizeStarted: Pod resize started: ${what}`, `ResizeCompleted: Pod resize completed: ${what}`])
    const between = (seen as unknown as { object: Pod }[]).map(({ object }) => object).find((p) => resizeConditions(p).length > 0)!
    expect(resizeConditions(between)).toMatchObject([{ type: 'PodResizeInProgress', status: 'True', observedGeneration: 2 }])
    expect(between.status.containerStatuses![0]).toMatchObject({
      allocatedResources: { cpu: '200m' },
      resources: { requests: { cpu: '100m' } },
    })
  })

  it('has its container started anew where the policy of a resource says so', () => {
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
    const cluster = running('web', resourcesOf({ memory: '64Mi' }), { resizePolicy })
    resize(cluster, 'web', resourcesOf({ memory: '96Mi' }))
    pass(cluster, 4 * SECOND)
    expect(container(cluster)).toMatchObject({ restartCount: 1, ready: true, resources: { requests: { memory: '96Mi' } } })
    expect(updates(cluster)).toEqual([])
    expect(said(cluster).map((text) => text.split(':')[0])).toEqual(['ResizeStarted', 'ResizeCompleted'])
  })

  it('takes nothing of what other Pods have that its kubelet has yet to hear of when it starts', () => {
    const cluster = running('web', resourcesOf({ cpu: '1' }))
    running('other', resourcesOf({ cpu: '2' }), {}, cluster)
    cluster.stop('worker-1')
    resize(cluster, 'web', resourcesOf({ cpu: '2500m' }))
    cluster.restart('worker-1')
    pass(cluster, 5 * SECOND)
    expect(pod(cluster, 'other').status.phase).toBe('Running')
    expect(resizeConditions(pod(cluster))).toMatchObject([{ type: 'PodResizePending', reason: 'Deferred' }])
  })

  it('waits while its node has no room, over a restart of the kubelet too, and goes on when there is', () => {
    const cluster = running('web', resourcesOf({ cpu: '1' }))
    running('other', resourcesOf({ cpu: '2' }), {}, cluster)
    resize(cluster, 'web', resourcesOf({ cpu: '3' }))
    pass(cluster, 2 * SECOND)
    const message = "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"
    const deferred = [{ type: 'PodResizePending', status: 'True', reason: 'Deferred', message, observedGeneration: 2 }]
    expect(resizeConditions(pod(cluster))).toMatchObject(deferred)
    expect(container(cluster)).toMatchObject({ allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } } })
    const [event] = said(cluster)
    expect(event).toMatch(/^ResizeDeferred: Pod resize Deferred: \{"containers":.*,"generation":2,"error":"Node didn't have/)
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    pass(cluster, 5 * SECOND)
    expect(resizeConditions(pod(cluster))).toMatchObject(deferred)
    expect(container(cluster).resources).toEqual({ requests: { cpu: '1' } })
    ask(cluster, admin, { method: 'DELETE', path: `${PODS}/other` })
    pass(cluster, 5 * SECOND)
    expect(resizeConditions(pod(cluster))).toEqual([])
    expect(container(cluster)).toMatchObject({ restartCount: 0, resources: { requests: { cpu: '3' } } })
  })

  it('keeps a limit of memory that is in use, says so once, and goes on when it may', () => {
    const cluster = running('web', resourcesOf({ memory: '16Mi' }, { memory: '64Mi' }))
    resize(cluster, 'web', resourcesOf({ memory: '16Mi' }, { memory: '24Mi' }))
    pass(cluster, 40 * SECOND)
    const message =
      'cannot decrease memory limits: [attempting to set pod memory limit (25165824) below current usage (33554432), ' +
      'attempting to set container "web" memory limit (25165824) below current usage (33554432)]'
    expect(resizeConditions(pod(cluster))).toMatchObject([{ type: 'PodResizeInProgress', status: 'True', reason: 'Error', message }])
    expect(container(cluster).resources!.limits).toEqual({ memory: '64Mi' })
    expect(said(cluster).map((text) => text.split(':')[0])).toEqual(['ResizeStarted', 'ResizeError'])
    resize(cluster, 'web', resourcesOf({ memory: '16Mi' }, { memory: '48Mi' }))
    pass(cluster, 5 * SECOND)
    expect(resizeConditions(pod(cluster))).toEqual([])
    expect(container(cluster).resources!.limits).toEqual({ memory: '48Mi' })
  })

  it('is resized as a whole, which its containers do not hear of', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('web', { resources: resourcesOf({ cpu: '1' }), containers: [{ name: 'web', image: 'nginx' }] }))
    pass(cluster, 4 * SECOND)
    expect(pod(cluster).status).toMatchObject({ allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } } })
    const { status } = ask(cluster, admin, {
      method: 'PATCH',
      path: `${PODS}/web/resize`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { resources: { requests: { cpu: '2' } } } }),
    })
    expect(status).toBe(200)
    pass(cluster, 4 * SECOND)
    expect(pod(cluster).status).toMatchObject({ allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '2' } } })
    expect([resizeConditions(pod(cluster)), updates(cluster)]).toEqual([[], []])
    expect(said(cluster).map((text) => text.split(':')[0])).toEqual(['ResizeStarted', 'ResizeCompleted'])
  })

  it('keeps for the scheduler what it asks for while it waits, and what it holds until it has given it back', () => {
    const cluster = running('web', resourcesOf({ cpu: '1' }))
    running('other', resourcesOf({ cpu: '1500m' }), {}, cluster)
    resize(cluster, 'web', resourcesOf({ cpu: '3' }))
    pass(cluster, 2 * SECOND)
    running('late', resourcesOf({ cpu: '1' }), {}, cluster)
    expect(pod(cluster, 'late').spec.nodeName).toBeUndefined()
    resize(cluster, 'web', resourcesOf({ cpu: '500m' }))
    pass(cluster, 20 * SECOND)
    expect(pod(cluster, 'late').status.phase).toBe('Running')
  })

  it('makes others go where it is critical and lacks nothing but room', () => {
    const cluster = running('small', resourcesOf({ cpu: '1' }))
    const vital = { nodeName: 'worker-1', priorityClassName: 'system-node-critical' }
    const containers = [{ name: 'web', image: 'nginx', resources: resourcesOf({ cpu: '2' }) }]
    const path = '/api/v1/namespaces/kube-system/pods'
    post(cluster, path, { ...aPod('vital', { ...vital, containers }), metadata: { name: 'vital' } })
    pass(cluster, 4 * SECOND)
    const resized = (cpu: string) => {
      const headers = { 'content-type': 'application/strategic-merge-patch+json' }
      const body = { spec: { containers: [{ name: 'web', resources: resourcesOf({ cpu }) }] } }
      expect(ask(cluster, admin, { method: 'PATCH', path: `${path}/vital/resize`, headers, body }).status).toBe(200)
    }
    const held = () => (get(cluster, `${path}/vital`).body as unknown as Pod).status
    resized('3500m')
    pass(cluster, 45 * SECOND)
    expect(pod(cluster, 'small').status).toMatchObject({ phase: 'Failed', reason: 'Preempting' })
    expect(held()).toMatchObject({ phase: 'Running', allocatedResources: { cpu: '3500m' } })
    expect(resizeConditions({ status: held() } as Pod)).toEqual([])
  })
})
