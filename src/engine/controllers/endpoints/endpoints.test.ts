import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'
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

  it('are mirrored into a slice where somebody writes them by hand', () => {
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
