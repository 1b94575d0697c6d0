import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'
import { allowOnly, erase, eventsAbout, merge, pass } from '../../testing/workloads'
import type { Endpoints, EndpointSlice } from './types'

const SERVICES = '/api/v1/namespaces/default/services'
const ports = [{ name: 'http', port: 80, targetPort: 'web' }]

const aService = (spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec,
})
const aServed = (name: string, containerPort: number) =>
  aPod(
    name,
    { containers: [{ name: 'c', image: 'nginx', ports: [{ name: 'web', containerPort }] }], terminationGracePeriodSeconds: 5 },
    { labels: { app: 'web' } },
  )

const stored = <T extends { readonly metadata: { readonly name?: string } }>(cluster: Cluster, prefix: string) =>
  cluster.history
    .list(`/registry/${prefix}/default/`, cluster.history.revision)
    .map(({ value }) => value as unknown as T)
    .filter((o) => o.metadata.name?.startsWith('web'))
interface EventOf {
  readonly metadata: { readonly name?: string }
  readonly reason: string
}
const slices = (cluster: Cluster) => stored<EndpointSlice>(cluster, 'endpointslices')
const endpoints = (cluster: Cluster) => stored<Endpoints>(cluster, 'services/endpoints')[0]

describe('endpoints of a Service', () => {
  it('are an empty slice before there is a Pod, and the same slice filled after', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ selector: { app: 'web' }, ports }))
    cluster.run()
    const [empty, ...more] = slices(cluster)
    expect(more).toEqual([])
    expect(empty).toMatchObject({ metadata: { labels: { 'kubernetes.io/service-name': 'web' } } })
    expect(empty!.endpoints ?? []).toEqual([])
    expect(endpoints(cluster)!.subsets).toBeUndefined()

    post(cluster, PODS, aServed('a', 8080))
    cluster.run()
    const [filled] = slices(cluster)
    expect(filled!.metadata.uid).toBe(empty!.metadata.uid)
    expect(filled).toMatchObject({
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: [{ conditions: { ready: true, serving: true, terminating: false }, nodeName: 'worker-1', targetRef: { name: 'a' } }],
    })
    expect(endpoints(cluster)!.subsets).toMatchObject([{ addresses: [{ targetRef: { name: 'a' } }], ports: [{ port: 8080 }] }])
  })

  it('stand in one slice for each set of ports that the Pods have', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ selector: { app: 'web' }, ports }))
    post(cluster, PODS, aServed('a', 8080))
    post(cluster, PODS, aServed('b', 9090))
    cluster.run()
    expect(
      slices(cluster)
        .map((s) => s.ports![0]!.port)
        .sort(),
    ).toEqual([8080, 9090])
    expect(endpoints(cluster)!.subsets).toHaveLength(2)
  })

  it('show a Pod that is on its way out as terminating but still serving, and leave it out of Endpoints', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ selector: { app: 'web' }, ports }))
    post(cluster, PODS, aServed('a', 8080))
    cluster.run()
    ask(cluster, admin, { method: 'DELETE', path: `${PODS}/a` })
    const states: string[] = []
    cluster.run({
      until: (c) => {
        const state = JSON.stringify([(slices(c)[0]?.endpoints ?? []).map((e) => e.conditions), endpoints(c)?.subsets ?? null])
        if (states.at(-1) !== state) states.push(state)
        return false
      },
    })
    expect(states).toContain(JSON.stringify([[{ ready: false, serving: true, terminating: true }], null]))
    expect(states.at(-1)).toBe(JSON.stringify([[], null]))
  })

  it('that cannot be made are told of in the default namespace, whichever the Service is in', () => {
    const cluster = aWholeCluster(1)
    post(cluster, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } })
    allowOnly(cluster, { apiGroups: [''], operations: ['CREATE'], resources: ['endpoints'] }, 'false')
    const metadata = { name: 'web', namespace: 'team' }
    post(cluster, '/api/v1/namespaces/team/services', { ...aService({ selector: { app: 'web' }, ports }), metadata })
    pass(cluster, 1000)
    expect(stored<EventOf>(cluster, 'events').filter(({ reason }) => reason === 'FailedToCreateEndpoint')).toMatchObject([
      { involvedObject: { kind: 'Endpoints', name: 'web', apiVersion: 'v1' } },
    ])
  })

  it('leave out every Pod of a node that is not there, and say so of all', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ selector: { app: 'web' }, ports: [{ port: 80 }] }))
    for (const name of ['a', 'b']) {
      post(cluster, PODS, aPod(name, { nodeName: 'gone' }, { labels: { app: 'web' } }))
      merge(cluster, `${PODS}/${name}/status`, { status: { podIP: '10.9.0.1', podIPs: [{ ip: '10.9.0.1' }] } })
    }
    pass(cluster, 2000)
    const skipped = (name: string) => `skipping Pod ${name} for Service default/web: Node gone Not Found`
    expect(eventsAbout(cluster, 'Service')).toContain(
      `FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default/web: [${skipped('a')}, ${skipped('b')}]`,
    )
  })

  it('are mirrored into a slice of those that are there now, not of others of the same name', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ ports: [{ port: 80 }] }))
    const byHand = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'default' },
      subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 80 }] }],
    }
    post(cluster, '/api/v1/namespaces/default/endpoints', byHand)
    cluster.run()
    cluster.stop('kube-controller-manager')
    erase(cluster, '/api/v1/namespaces/default/endpoints/web')
    post(cluster, '/api/v1/namespaces/default/endpoints', byHand)
    cluster.restart('kube-controller-manager')
    pass(cluster, 60_000)
    expect(slices(cluster).map(({ metadata }) => metadata.ownerReferences![0]!.uid)).toEqual([endpoints(cluster)!.metadata.uid])
    // Also a slice that is right as it was found comes again when somebody deletes it.
    cluster.stop('kube-controller-manager')
    cluster.restart('kube-controller-manager')
    pass(cluster, 60_000)
    erase(cluster, `/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/${slices(cluster)[0]!.metadata.name!}`)
    pass(cluster, 5000)
    expect(slices(cluster)).toHaveLength(1)
  })

  it('get no new mirror while they are being deleted', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ ports: [{ port: 80 }] }))
    post(cluster, '/api/v1/namespaces/default/endpoints', {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'default', finalizers: ['example.com/wait'] },
      subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 80 }] }],
    })
    cluster.run()
    erase(cluster, '/api/v1/namespaces/default/endpoints/web')
    erase(cluster, `/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/${slices(cluster)[0]!.metadata.name!}`)
    pass(cluster, 5000)
    expect(slices(cluster)).toEqual([])
  })

  it('are mirrored into a slice where where somebody writes them by hand', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ ports: [{ port: 80 }] }))
    post(cluster, '/api/v1/namespaces/default/endpoints', {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'default' },
      subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 80 }] }],
    })
    cluster.run()
    expect(slices(cluster)).toMatchObject([{ addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.7'] }] }])
    ask(cluster, admin, { method: 'DELETE', path: '/api/v1/namespaces/default/endpoints/web' })
    cluster.run()
    expect(slices(cluster)).toEqual([])
  })

  it('are mirrored anew where they name no port', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SERVICES, aService({ ports: [{ port: 80 }] }))
    const byHand = (ip: string) => ({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'default' },
      subsets: [{ addresses: [{ ip }] }],
    })
    post(cluster, '/api/v1/namespaces/default/endpoints', byHand('192.0.2.7'))
    cluster.run()
    ask(cluster, admin, { method: 'PUT', path: '/api/v1/namespaces/default/endpoints/web', body: byHand('192.0.2.8') })
    cluster.run()
    expect(slices(cluster)).toMatchObject([{ addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.8'] }] }])
  })
})
