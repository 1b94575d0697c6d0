import { describe, expect, it } from 'vitest'
import type { Node } from '../api/kinds/node'
import type { ApiObject } from '../api/object'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { ask, post } from '../testing/ask'
import { admin, aNode, aPod, aWholeCluster, PODS } from '../testing/builders'
import { erase, eventsAbout, pass, podsOf, stored } from '../testing/workloads'
import { inOrder } from './eviction'

const asking = (memory: string, more: JsonObject = {}) => ({
  terminationGracePeriodSeconds: 1,
  containers: [{ name: 'web', image: 'nginx:1.27', resources: { requests: { memory } } }],
  ...more,
})

describe('eviction by the node', () => {
  it('ends the Pod that uses more than it asked for, says why, and lets no BestEffort Pod in until five minutes after', () => {
    const cluster = aWholeCluster(0, { nodes: [aNode(1)] })
    post(cluster, PODS, aPod('modest', asking('64Mi')))
    post(cluster, PODS, aPod('greedy', asking('1Mi')))
    pass(cluster, 5000)
    const fault = { kind: 'shortage', node: 'worker-1', resource: 'memory' } as const
    cluster.inject(fault)
    const begun = () => eventsAbout(cluster, 'Pod').some((e) => e.startsWith('Evicted'))
    cluster.run({ for: 15_000, throughIdle: true, until: begun })
    cluster.repair(fault)
    pass(cluster, 5000)
    const [greedy, modest] = podsOf(cluster)
    const message =
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. ' +
      'Container web was using 32Mi, request is 1Mi, has larger consumption of memory. '
    expect(greedy!.status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message })
    expect(greedy!.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message }),
    )
    expect(modest!.status.phase).toBe('Running')
    expect(eventsAbout(cluster, 'Pod')).toContain(`Evicted: ${message}`)
    expect(eventsAbout(cluster, 'Node')).toContain('EvictionThresholdMet: Attempting to reclaim memory')
    expect(eventsAbout(cluster, 'Node')).toContain('NodeHasInsufficientMemory: Node worker-1 status is now: NodeHasInsufficientMemory')
    const node = () => stored<Node>(cluster, 'minions')[0]!
    expect(node().spec.taints).toEqual([expect.objectContaining({ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' })])

    post(cluster, PODS, aPod('late', { nodeName: 'worker-1', containers: [{ name: 'web', image: 'nginx:1.27' }] }))
    pass(cluster, 3000)
    expect(podsOf(cluster)[1]!.status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    })
    pass(cluster, 310_000)
    expect(node().spec.taints).toBeUndefined()
    expect(node().status.conditions).toContainEqual(expect.objectContaining({ type: 'MemoryPressure', status: 'False' }))
  })

  it('counts what runs: a sidecar too, and no container that cannot start', () => {
    const cluster = aWholeCluster(0, { nodes: [aNode(1)] })
    const little = { resources: { requests: { memory: '1Mi' } } }
    const sidecar = { name: 'proxy', image: 'nginx:1.27', restartPolicy: 'Always', ...little }
    post(cluster, PODS, aPod('both', { ...asking('1Mi'), initContainers: [sidecar] }))
    post(cluster, PODS, aPod('stuck', { containers: [{ name: 'web', image: 'nope:1', ...little }] }))
    pass(cluster, 8000)
    cluster.inject({ kind: 'shortage', node: 'worker-1', resource: 'memory' })
    const evictions = () => eventsAbout(cluster, 'Pod').filter((e) => e.startsWith('Evicted'))
    const low = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. '
    const more = (name: string) => `Container ${name} was using 32Mi, request is 1Mi, has larger consumption of memory. `
    cluster.run({ for: 15_000, throughIdle: true, until: () => evictions().length > 0 })
    expect(evictions()).toEqual([`Evicted: ${low}`])
    pass(cluster, 5000)
    expect(evictions()).toContain(`Evicted: ${low}${more('web')}${more('proxy')}`)
  })

  it('takes one Pod after the other while it lasts, and none that is critical; a fork lives through the same', () => {
    const cluster = aWholeCluster(0, { nodes: [aNode(1)] })
    post(cluster, PODS, aPod('a', asking('1Mi')))
    post(cluster, PODS, aPod('b', asking('1Mi')))
    ask(cluster, admin, {
      method: 'POST',
      path: '/api/v1/namespaces/kube-system/pods',
      body: { ...aPod('vital', { ...asking('1Mi'), priorityClassName: 'system-node-critical' }), metadata: { name: 'vital' } },
    })
    pass(cluster, 5000)
    cluster.inject({ kind: 'shortage', node: 'worker-1', resource: 'ephemeral-storage' })
    pass(cluster, 30_000)
    expect(podsOf(cluster).map((p) => `${p.metadata.name!} ${p.status.phase!}`)).toEqual(['a Failed', 'b Failed', 'vital Running'])
    cluster.fork(cluster.trace.length - 1)
  })

  it('goes by what is set aside for a Pod, not by what a resize that waits asks for', () => {
    const cluster = aWholeCluster(0, { nodes: [aNode(1)] })
    post(cluster, PODS, aPod('large', asking('7Gi')))
    post(cluster, PODS, aPod('little', asking('20Mi')))
    post(cluster, PODS, aPod('waits', asking('10Mi')))
    pass(cluster, 5000)
    const headers = { 'content-type': 'application/strategic-merge-patch+json' }
    const body = { spec: { containers: [{ name: 'web', resources: { requests: { memory: '2Gi' } } }] } }
    ask(cluster, admin, { method: 'PATCH', path: `${PODS}/waits/resize`, headers, body })
    pass(cluster, 3000)
    const waits = () => podsOf(cluster).find(({ metadata }) => metadata.name === 'waits')!.status
    expect(waits().conditions).toContainEqual(expect.objectContaining({ type: 'PodResizePending', reason: 'Deferred' }))
    const fault = { kind: 'shortage', node: 'worker-1', resource: 'memory' } as const
    cluster.inject(fault)
    cluster.run({ for: 15_000, throughIdle: true, until: () => eventsAbout(cluster, 'Pod').some((e) => e.startsWith('Evicted')) })
    cluster.repair(fault)
    pass(cluster, 5000)
    expect(waits()).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
  })

  it('takes one that is being deleted too, and looks again after 40 seconds though it is not gone', () => {
    const cluster = aWholeCluster(0, { nodes: [aNode(1)] })
    const [web] = asking('1Mi').containers
    const slow = { ...web!, lifecycle: { preStop: { sleep: { seconds: 75 } } } }
    post(cluster, PODS, aPod('slow', { terminationGracePeriodSeconds: 80, containers: [slow] }))
    post(cluster, PODS, aPod('next', asking('20Mi')))
    pass(cluster, 5000)
    erase(cluster, `${PODS}/slow`)
    const told = () =>
      Object.fromEntries(
        stored<ApiObject & { reason: string; count: number; involvedObject: { name: string } }>(cluster, 'events')
          .filter(({ reason }) => reason === 'Evicted' || reason === 'ExceededGracePeriod')
          .map(({ reason, count, involvedObject }) => [`${reason} ${involvedObject.name}`, count]),
      )
    cluster.inject({ kind: 'shortage', node: 'worker-1', resource: 'memory' })
    cluster.run({ for: 15_000, throughIdle: true, until: () => Object.keys(told()).length > 0 })
    pass(cluster, 9000)
    expect(told()).toEqual({ 'Evicted slow': 1 })
    pass(cluster, 2000)
    expect(told()).toEqual({ 'Evicted slow': 1, 'ExceededGracePeriod slow': 1 })
    pass(cluster, 30_000)
    expect(told()).toEqual({ 'Evicted slow': 2, 'ExceededGracePeriod slow': 1 })
    expect(podsOf(cluster).map(({ status }) => [status.phase, status.reason])).toEqual(Array(2).fill(['Running', undefined]))
    pass(cluster, 60_000)
    expect(told()).toEqual({ 'Evicted slow': 2, 'ExceededGracePeriod slow': 2, 'Evicted next': 1 })
    expect(podsOf(cluster).map(({ metadata, status }) => [metadata.name, status.reason])).toEqual([['next', 'Evicted']])
  })

  it('sees nothing while the runtime is down', () => {
    const cluster = aWholeCluster(0, { nodes: [aNode(1)] })
    post(cluster, PODS, aPod('greedy', asking('1Mi')))
    pass(cluster, 5000)
    cluster.stop('worker-1/runtime')
    cluster.inject({ kind: 'shortage', node: 'worker-1', resource: 'memory' })
    pass(cluster, 25_000)
    expect(eventsAbout(cluster, 'Node').filter((e) => e.startsWith('EvictionThresholdMet'))).toEqual([])
    cluster.restart('worker-1/runtime')
    pass(cluster, 15_000)
    expect(podsOf(cluster)[0]!.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
  })

  it('gives the Pod a second, whatever its hook asks for', () => {
    const cluster = aWholeCluster(0, { nodes: [aNode(1)] })
    const [web] = asking('1Mi').containers
    const slow = { ...web!, lifecycle: { preStop: { sleep: { seconds: 20 } } } }
    post(cluster, PODS, aPod('slow', { terminationGracePeriodSeconds: 30, containers: [slow] }))
    pass(cluster, 5000)
    cluster.inject({ kind: 'shortage', node: 'worker-1', resource: 'memory' })
    cluster.run({ for: 15_000, throughIdle: true, until: () => eventsAbout(cluster, 'Pod').some((e) => e.startsWith('Evicted')) })
    pass(cluster, 4000)
    expect(podsOf(cluster)[0]!.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
  })

  it('ranks by what exceeds its requests, then by priority, then by how much', () => {
    const pod = (name: string, memory: string, priority = 0): Pod => ({ ...aPod(name, asking(memory, { priority })) }) as unknown as Pod
    const pods = [pod('fits', '64Mi'), pod('high', '1Mi', 100), pod('little', '31Mi'), pod('much', '1Mi')]
    const names = (resource: 'memory' | 'pids', idle = '') =>
      inOrder(pods, resource, ({ metadata }) => (metadata.name === idle ? [] : ['web'])).map((p) => p.metadata.name)
    expect(names('memory')).toEqual(['much', 'little', 'high', 'fits'])
    expect(names('pids')).toEqual(['fits', 'little', 'much', 'high'])
    // One that runs nothing is not known to use anything.
    expect(names('memory', 'fits')).toEqual(['fits', 'much', 'little', 'high'])
    expect(names('memory', 'high')).toEqual(['high', 'much', 'little', 'fits'])
    expect(names('pids', 'much')).toEqual(['much', 'fits', 'little', 'high'])
  })
})
