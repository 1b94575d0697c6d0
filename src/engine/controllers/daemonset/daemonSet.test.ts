import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { post } from '../../testing/ask'
import { aWholeCluster } from '../../testing/builders'
import { aTemplate, erase, eventsAbout, merge, pass, podsOf, stored } from '../../testing/workloads'
import type { ControllerRevision } from '../controllerRevisions'
import { isReady } from '../podFacts'
import type { DaemonSet } from './types'

const SETS = '/apis/apps/v1/namespaces/default/daemonsets'
const AGENT = `${SETS}/agent`
const labels = { app: 'agent' }
const withImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'web', image }] } } } })
const rolling = (rollingUpdate: JsonObject) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } })

function aClusterWith(nodes: number, spec: JsonObject = {}, podSpec: JsonObject = {}): Cluster {
  const cluster = aWholeCluster(nodes)
  const template = aTemplate(labels, podSpec)
  post(cluster, SETS, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  })
  cluster.run()
  return cluster
}

const agent = (cluster: Cluster) => stored<DaemonSet>(cluster, 'daemonsets')[0]!
const images = (cluster: Cluster) => podsOf(cluster).map(({ spec }) => spec.containers[0]!.image)
const placed = (cluster: Cluster) =>
  podsOf(cluster)
    .map(({ spec }) => spec.nodeName)
    .sort()

/** Fewest ready Pods and most Pods at any moment of a run. */
function extremes(cluster: Cluster): { readonly fewestReady: number; readonly most: number } {
  let fewestReady = Infinity
  let most = 0
  cluster.run({
    until: (c) => {
      const pods = podsOf(c).filter(({ metadata }) => !metadata.deletionTimestamp)
      fewestReady = Math.min(fewestReady, pods.filter(isReady).length)
      most = Math.max(most, pods.length)
      return false
    },
  })
  return { fewestReady, most }
}

describe('DaemonSets', () => {
  it('roll to a new template with as many Pods missing as may be, and number the revisions', () => {
    const cluster = aClusterWith(4, rolling({ maxUnavailable: 2 }))
    merge(cluster, AGENT, withImage('nginx:1.28'))
    expect(extremes(cluster)).toEqual({ fewestReady: 2, most: 4 })
    expect(new Set(images(cluster))).toEqual(new Set(['nginx:1.28']))
    expect(agent(cluster).status).toMatchObject({ updatedNumberScheduled: 4, numberAvailable: 4, observedGeneration: 2 })
    merge(cluster, AGENT, withImage('nginx:1.27'))
    cluster.run()
    expect(stored<ControllerRevision>(cluster, 'controllerrevisions').map((r) => r.revision)).toEqual(expect.arrayContaining([2, 3]))
    expect(new Set(images(cluster))).toEqual(new Set(['nginx:1.27']))
  })

  it('with a surge have the new Pod ready before the old one goes', () => {
    const cluster = aClusterWith(3, rolling({ maxSurge: 1, maxUnavailable: 0 }))
    merge(cluster, AGENT, withImage('nginx:1.28'))
    expect(extremes(cluster)).toEqual({ fewestReady: 3, most: 4 })
    expect(new Set(images(cluster))).toEqual(new Set(['nginx:1.28']))
  })

  it('with a surge do not go on while an old Pod is on a node that is not there any more', () => {
    const cluster = aClusterWith(2, rolling({ maxSurge: 1, maxUnavailable: 0 }))
    const left = podsOf(cluster).find(({ spec }) => spec.nodeName === 'worker-2')!.metadata.name!
    cluster.inject({ kind: 'stopped', part: 'worker-2' })
    erase(cluster, '/api/v1/nodes/worker-2')
    merge(cluster, AGENT, withImage('nginx:1.28'))
    pass(cluster, 10_000)
    expect(podsOf(cluster).map(({ metadata }) => metadata.name)).toContain(left)
    expect(images(cluster)).not.toContain('nginx:1.28')
    // It is swept up by the Pod garbage collector.
    pass(cluster, 120_000)
    expect(images(cluster)).toEqual(['nginx:1.28'])
  })

  it('with OnDelete leave old Pods until somebody deletes them', () => {
    const cluster = aClusterWith(2, { updateStrategy: { type: 'OnDelete' } })
    merge(cluster, AGENT, withImage('nginx:1.28'))
    cluster.run()
    expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.27'])
    erase(cluster, `/api/v1/namespaces/default/pods/${podsOf(cluster)[0]!.metadata.name!}`)
    cluster.run()
    expect(images(cluster).sort()).toEqual(['nginx:1.27', 'nginx:1.28'])
  })

  it('follow the labels and taints of nodes', () => {
    const cluster = aClusterWith(3, {}, { nodeSelector: { disk: 'ssd' } })
    expect(podsOf(cluster)).toEqual([])
    for (const n of [1, 2]) merge(cluster, `/api/v1/nodes/worker-${n}`, { metadata: { labels: { disk: 'ssd' } } })
    cluster.run()
    expect(placed(cluster)).toEqual(['worker-1', 'worker-2'])
    merge(cluster, '/api/v1/nodes/worker-1', { metadata: { labels: { disk: null } } })
    merge(cluster, '/api/v1/nodes/worker-2', { spec: { taints: [{ key: 'full', effect: 'NoSchedule' }] } })
    cluster.run()
    expect(placed(cluster)).toEqual(['worker-2'])
    expect(agent(cluster).status).toMatchObject({ desiredNumberScheduled: 0, numberMisscheduled: 1 })
  })

  it('stand on a cordoned node', () => {
    const cluster = aWholeCluster(1)
    merge(cluster, '/api/v1/nodes/worker-1', { spec: { unschedulable: true } })
    post(cluster, SETS, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: { matchLabels: labels }, template: aTemplate(labels) },
    })
    cluster.run()
    expect(placed(cluster)).toEqual(['worker-1'])
  })

  it('replace a Pod that failed, and say so', () => {
    const cluster = aClusterWith(1)
    const { name = '' } = podsOf(cluster)[0]!.metadata
    merge(cluster, `/api/v1/namespaces/default/pods/${name}/status`, { status: { phase: 'Failed' } })
    cluster.run()
    expect(podsOf(cluster).map(({ metadata }) => metadata.name)).not.toContain(name)
    expect(placed(cluster)).toEqual(['worker-1'])
    expect(eventsAbout(cluster, 'DaemonSet')).toContain(
      `FailedDaemonPod: Found failed daemon pod default/${name} on node worker-1, will try to kill it`,
    )
  })

  it('forget the oldest revisions beyond the limit', () => {
    const cluster = aClusterWith(1, { revisionHistoryLimit: 1 })
    for (const image of ['nginx:1.28', 'nginx:1.29', 'nginx:1.30']) {
      merge(cluster, AGENT, withImage(image))
      cluster.run()
    }
    expect(
      stored<ControllerRevision>(cluster, 'controllerrevisions')
        .map((r) => r.revision)
        .sort(),
    ).toEqual([3, 4])
  })

  it('take up Pods that were left behind by one of the same name', () => {
    const cluster = aClusterWith(2)
    const before = podsOf(cluster).map(({ metadata }) => metadata.uid)
    erase(cluster, AGENT, { propagationPolicy: 'Orphan' })
    cluster.run()
    expect(podsOf(cluster).every(({ metadata }) => !metadata.ownerReferences?.length)).toBe(true)
    post(cluster, SETS, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: { matchLabels: labels }, template: aTemplate(labels) },
    })
    cluster.run()
    expect(podsOf(cluster).map(({ metadata }) => metadata.uid)).toEqual(before)
    expect(podsOf(cluster).every(({ metadata }) => metadata.ownerReferences?.[0]?.uid === agent(cluster).metadata.uid)).toBe(true)
  })
})
