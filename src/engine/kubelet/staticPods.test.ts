import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { aNode, aWholeCluster, PODS } from '../testing/builders'
import { erase, eventsAbout, pass, podsOf, stored } from '../testing/workloads'

const manifest = (image = 'nginx:1.27'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'proxy', namespace: 'default' },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'proxy', image }] },
})
const aClusterWith = (manifests: Readonly<Record<string, JsonObject>>) => {
  const cluster = aWholeCluster(0, { nodes: [aNode(1, { manifests })] })
  pass(cluster, 5000)
  return cluster
}
const one = (pods: readonly Pod[]) => {
  expect(pods).toHaveLength(1)
  return pods[0]!
}

describe('a static Pod', () => {
  it('has a mirror that its node owns, with the status of what runs', () => {
    const cluster = aClusterWith({ 'proxy.yaml': manifest() })
    const { metadata, spec, status } = one(podsOf(cluster))
    expect(metadata.name).toBe('proxy-worker-1')
    const hash = metadata.annotations!['kubernetes.io/config.hash']
    expect(metadata.annotations).toMatchObject({ 'kubernetes.io/config.mirror': hash, 'kubernetes.io/config.source': 'file' })
    expect(hash).toMatch(/^[0-9a-f]{32}$/)
    const node = one(stored<Pod>(cluster, 'minions'))
    expect(metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Node', name: 'worker-1', uid: node.metadata.uid, controller: true },
    ])
    expect(spec.tolerations).toContainEqual({ operator: 'Exists', effect: 'NoExecute' })
    expect(status.phase).toBe('Running')
    expect(status).not.toHaveProperty('observedGeneration')
    expect(eventsAbout(cluster, 'Pod').map((e) => e.split(':')[0])).toEqual(['Pulling', 'Pulled', 'Created', 'Started'])
  })

  it('outlives the deletion of its mirror, which is made anew', () => {
    const cluster = aClusterWith({ 'proxy.yaml': manifest() })
    const before = one(podsOf(cluster))
    erase(cluster, `${PODS}/proxy-worker-1`)
    pass(cluster, 3000)
    const after = one(podsOf(cluster))
    expect(after.metadata.uid).not.toBe(before.metadata.uid)
    expect(after.status.containerStatuses![0]!.containerID).toBe(before.status.containerStatuses![0]!.containerID)
    expect(after.status.phase).toBe('Running')
  })

  it('is replaced when its file changes and goes with it; a restarted kubelet takes its containers up', () => {
    const cluster = aClusterWith({})
    expect(podsOf(cluster)).toEqual([])
    cluster.writeManifest('worker-1', 'proxy.yaml', manifest())
    pass(cluster, 5000)
    const before = one(podsOf(cluster)).status.containerStatuses![0]!
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    pass(cluster, 5000)
    expect(one(podsOf(cluster)).status.containerStatuses![0]!.containerID).toBe(before.containerID)
    cluster.writeManifest('worker-1', 'proxy.yaml', manifest('nginx:1.28'))
    pass(cluster, 8000)
    expect(one(podsOf(cluster)).status.containerStatuses![0]).toMatchObject({
      image: 'docker.io/library/nginx:1.28',
      ready: true,
      restartCount: 0,
    })
    const middle = cluster.trace.length
    cluster.writeManifest('worker-1', 'proxy.yaml', null)
    pass(cluster, 8000)
    expect(podsOf(cluster)).toEqual([])
    const copy = cluster.fork(middle)
    pass(copy, 1)
    expect(podsOf(copy)).toHaveLength(1)
  })

  it('is passed over where its manifest is no valid Pod', () => {
    const cluster = aClusterWith({ 'bad.yaml': { ...manifest(), spec: { containers: [] } }, 'note.yaml': { kind: 'Secret' } })
    expect(podsOf(cluster)).toEqual([])
  })
})
