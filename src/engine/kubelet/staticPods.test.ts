import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { ask, post } from '../testing/ask'
import { admin, aNode, aWholeCluster, PODS } from '../testing/builders'
import { erase, eventsAbout, merge, pass, podsOf, stored } from '../testing/workloads'

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

  it('says in its mirror what others wrote over', () => {
    const cluster = aClusterWith({ 'proxy.yaml': manifest() })
    const before = one(podsOf(cluster))
    const conditions = [{ type: 'Ready', status: 'False' }]
    merge(cluster, `${PODS}/proxy-worker-1/status`, { status: { conditions } })
    expect(one(podsOf(cluster)).status.conditions).toHaveLength(1)
    pass(cluster, 15_000)
    const after = one(podsOf(cluster))
    expect(after.metadata.uid).toBe(before.metadata.uid)
    const told = ({ status }: Pod) => status.conditions!.map((c) => `${c.type}=${c.status}`).sort()
    expect(told(after)).toEqual(told(before))
  })

  it('takes its mirror with it, though the server was away when its file went', () => {
    const cluster = aClusterWith({ 'proxy.yaml': manifest() })
    cluster.stop('kube-apiserver')
    cluster.writeManifest('worker-1', 'proxy.yaml', null)
    pass(cluster, 10_000)
    cluster.restart('kube-apiserver')
    pass(cluster, 60_000)
    expect(podsOf(cluster)).toEqual([])
  })

  it('has its mirror looked at once a minute where its Node is going, however many there are', () => {
    const cluster = aClusterWith({})
    const headers = { 'content-type': 'application/merge-patch+json' }
    const body = JSON.stringify({ metadata: { finalizers: ['example.com/stays'] } })
    expect(ask(cluster, admin, { method: 'PATCH', path: '/api/v1/nodes/worker-1', headers, body }).status).toBe(200)
    erase(cluster, '/api/v1/nodes/worker-1')
    for (const name of ['a', 'b', 'c'])
      cluster.writeManifest('worker-1', `${name}.yaml`, { ...manifest(), metadata: { name, namespace: 'default' } })
    pass(cluster, 600_000)
    const before = cluster.turns
    pass(cluster, 120_000)
    expect(cluster.turns - before).toBeLessThan(1000)
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

  it('is one of its name, whatever number of files name it: that of the file read last', () => {
    const cluster = aClusterWith({ 'a.yaml': manifest('nginx:1.26'), 'b.yaml': manifest('nginx:1.27') })
    const image = () => one(podsOf(cluster)).status.containerStatuses![0]!.image
    const run = () => eventsAbout(cluster, 'Pod').filter((e) => e.startsWith('Started')).length
    expect(image()).toBe('docker.io/library/nginx:1.27')
    expect(run()).toBe(1)
    cluster.writeManifest('worker-1', 'b.yaml', null)
    pass(cluster, 5000)
    expect(podsOf(cluster)).toEqual([])
    // The other file is found again when the whole folder is read.
    pass(cluster, 20_000)
    expect(image()).toBe('docker.io/library/nginx:1.26')
  })

  it('is not run from a file that hides, nor of a version that is not known', () => {
    const cluster = aClusterWith({ '.proxy.yaml': manifest(), 'b.yaml': { ...manifest(), apiVersion: 'v2' } })
    expect(podsOf(cluster)).toEqual([])
  })

  it('has its mirror again once its Node is there again', () => {
    const cluster = aClusterWith({ 'proxy.yaml': manifest() })
    const { apiVersion, kind, metadata } = one(stored<Pod>(cluster, 'minions'))
    erase(cluster, '/api/v1/nodes/worker-1')
    pass(cluster, 20_000)
    expect(podsOf(cluster)).toEqual([])
    post(cluster, '/api/v1/nodes', { apiVersion, kind, metadata: { name: metadata.name, labels: metadata.labels } } as JsonObject)
    pass(cluster, 90_000)
    expect(one(podsOf(cluster)).status.phase).toBe('Running')
  })

  it('is not run where it names objects of the API', () => {
    const spec = manifest().spec as JsonObject
    const named = (name: string, more: JsonObject) => ({ ...manifest(), metadata: { name }, spec: { ...spec, ...more } })
    const cluster = aClusterWith({
      'account.yaml': named('account', { serviceAccountName: 'default' }),
      'secret.yaml': named('secret', { volumes: [{ name: 'v', secret: { secretName: 's' } }] }),
      'claim.yaml': named('claim', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }),
      'own.yaml': named('own', { volumes: [{ name: 'v', emptyDir: {} }] }),
    })
    expect(podsOf(cluster).map(({ metadata }) => metadata.name)).toEqual(['own-worker-1'])
    expect(eventsAbout(cluster, 'Pod').filter((e) => e.startsWith('Started'))).toHaveLength(1)
  })

  it('is refused where it does not fit, before its Node is there too; only then it has a mirror to be read', () => {
    const large = manifest()
    const [proxy] = (large.spec as { containers: JsonObject[] }).containers
    const spec = { containers: [{ ...proxy, resources: { requests: { cpu: '100' } } }] }
    const cluster = aClusterWith({ 'large.yaml': { ...large, spec } })
    const { status } = one(podsOf(cluster))
    expect(status).toMatchObject({ phase: 'Failed', reason: 'UnexpectedAdmissionError' })
    expect(status.message).toMatch(/^Pod was rejected: .*\(res: cpu, q: /)
    expect(status.containerStatuses![0]!.state!.terminated).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' })

    cluster.writeManifest('worker-1', 'late.yaml', { ...large, metadata: { name: 'late' }, spec })
    pass(cluster, 70_000)
    expect(podsOf(cluster).map(({ metadata }) => metadata.name)).toEqual(['proxy-worker-1'])
    expect(eventsAbout(cluster, 'Pod').filter((e) => e.startsWith('UnexpectedAdmissionError'))).toHaveLength(2)
  })

  it('with a uid of its own is the same Pod when its file changes: a new image is taken up, the mirror stays', () => {
    const own = (image: string) => ({ ...manifest(image), metadata: { name: 'proxy', uid: 'of-its-own' } })
    const cluster = aClusterWith({ 'proxy.yaml': own('nginx:1.27') })
    const before = one(podsOf(cluster))
    cluster.writeManifest('worker-1', 'proxy.yaml', own('nginx:1.28'))
    pass(cluster, 8000)
    const { metadata, status } = one(podsOf(cluster))
    expect(metadata.uid).toBe(before.metadata.uid)
    expect(status.containerStatuses![0]).toMatchObject({ image: 'docker.io/library/nginx:1.28', ready: true, restartCount: 1 })
  })

  it('that took the place of one that ran, and does not fit, is told of on the mirror that is there', () => {
    const cluster = aClusterWith({ 'proxy.yaml': manifest() })
    const before = one(podsOf(cluster))
    const { containers, ...spec } = manifest().spec as { containers: JsonObject[] }
    const large = { ...containers[0], resources: { requests: { cpu: '100' } } }
    cluster.writeManifest('worker-1', 'proxy.yaml', { ...manifest(), spec: { ...spec, containers: [large] } })
    pass(cluster, 8000)
    const { metadata, status } = one(podsOf(cluster))
    expect(metadata.uid).toBe(before.metadata.uid)
    expect(status).toMatchObject({ phase: 'Failed', reason: 'UnexpectedAdmissionError' })
  })
})
