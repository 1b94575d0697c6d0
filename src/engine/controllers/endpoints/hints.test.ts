import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { ask, post } from '../../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../../testing/builders'
import type { EndpointSlice } from './types'

const SERVICES = '/api/v1/namespaces/default/services'
const MERGE = { 'content-type': 'application/merge-patch+json' }

/** Two workers, each in a zone of its own; `more` are the Service's annotations, or what else its spec says. */
function aZonedCluster(more: { readonly annotations?: JsonObject; readonly spec?: JsonObject }): Cluster {
  const cluster = aWholeCluster(2)
  for (const n of [1, 2]) label(cluster, `worker-${n}`, `zone-${n}`)
  cluster.run()
  post(cluster, SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', annotations: more.annotations },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...more.spec },
  })
  return cluster
}

function label(cluster: Cluster, node: string, zone: string | null): void {
  const body = { metadata: { labels: { 'topology.kubernetes.io/zone': zone } } }
  ask(cluster, admin, { method: 'PATCH', path: `/api/v1/nodes/${node}`, headers: MERGE, body })
}

function serve(cluster: Cluster, name: string, nodeName: string): void {
  post(cluster, PODS, aPod(name, { nodeName }, { labels: { app: 'web' } }))
  cluster.run()
}

const endpoints = (cluster: Cluster) =>
  cluster.history
    .list('/registry/endpointslices/default/web-', cluster.history.revision)
    .flatMap(({ value }) => (value as unknown as EndpointSlice).endpoints ?? [])

const zonesHinted = (cluster: Cluster) =>
  endpoints(cluster)
    .map(({ hints }) => (hints?.forZones ?? []).map(({ name }) => name).join())
    .sort()

const told = (cluster: Cluster) =>
  cluster.history
    .list('/registry/events/default/', cluster.history.revision)
    .map(({ value }) => value as unknown as { readonly reason: string; readonly message: string; readonly type: string })
    .filter(({ reason }) => reason.startsWith('TopologyAware'))
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`)

const AUTO = { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } }

describe('a Service with `topology-mode: Auto`', () => {
  it('gets hints as soon as each zone has enough endpoints, and says so', () => {
    const cluster = aZonedCluster(AUTO)
    serve(cluster, 'a', 'worker-1')
    expect(zonesHinted(cluster)).toEqual([''])
    serve(cluster, 'b', 'worker-2')
    expect(zonesHinted(cluster)).toEqual(['zone-1', 'zone-2'])
    expect(told(cluster)).toEqual([
      'Warning TopologyAwareHintsDisabled: Insufficient number of endpoints (0 endpoints, 2 zones), addressType: IPv4',
      'Warning TopologyAwareHintsDisabled: Insufficient number of endpoints (1 endpoints, 2 zones), addressType: IPv4',
      'Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4',
    ])
  })

  it('lends endpoints of a zone that has more than its share to the clients of another', () => {
    const cluster = aZonedCluster(AUTO)
    for (const name of ['a', 'b', 'c', 'd']) serve(cluster, name, 'worker-1')
    expect(endpoints(cluster).map(({ zone }) => zone)).toEqual(['zone-1', 'zone-1', 'zone-1', 'zone-1'])
    expect(zonesHinted(cluster)).toEqual(['zone-1', 'zone-1', 'zone-2', 'zone-2'])
  })

  it('has none where the shares cannot be had without overload', () => {
    const cluster = aZonedCluster(AUTO)
    for (const name of ['a', 'b', 'c']) serve(cluster, name, 'worker-1')
    expect(zonesHinted(cluster)).toEqual(['', '', ''])
    expect(told(cluster)).toContain(
      'Warning TopologyAwareHintsDisabled: Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 2 zones), addressType: IPv4',
    )
  })

  it('loses them when a node leaves its zone, and when the annotation goes', () => {
    const cluster = aZonedCluster(AUTO)
    for (const n of [1, 2]) serve(cluster, `pod-${n}`, `worker-${n}`)
    expect(zonesHinted(cluster)).toEqual(['zone-1', 'zone-2'])
    label(cluster, 'worker-2', null)
    cluster.run()
    expect(zonesHinted(cluster)).toEqual(['', ''])
    expect(told(cluster)).toContain(
      'Warning TopologyAwareHintsDisabled: Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4',
    )

    label(cluster, 'worker-2', 'zone-2')
    cluster.run()
    const annotate = (mode: string | null) => {
      const body = { metadata: { annotations: { 'service.kubernetes.io/topology-mode': mode } } }
      ask(cluster, admin, { method: 'PATCH', path: `${SERVICES}/web`, headers: MERGE, body })
      cluster.run()
    }
    annotate('auto')
    expect(zonesHinted(cluster)).toEqual(['zone-1', 'zone-2'])
    annotate(null)
    expect(zonesHinted(cluster)).toEqual(['', ''])
    expect(told(cluster).at(-1)).toBe('Warning TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4')
  })
})

describe('a Service that prefers what is near', () => {
  it('has hints of zones, and of nodes where it prefers its node', () => {
    const cluster = aZonedCluster({ spec: { trafficDistribution: 'PreferSameZone' } })
    serve(cluster, 'a', 'worker-1')
    expect(endpoints(cluster)[0]!.hints).toEqual({ forZones: [{ name: 'zone-1' }] })
    const prefer = (trafficDistribution: string | null) => {
      ask(cluster, admin, { method: 'PATCH', path: `${SERVICES}/web`, headers: MERGE, body: { spec: { trafficDistribution } } })
      cluster.run()
    }
    prefer('PreferSameNode')
    expect(endpoints(cluster)[0]!.hints).toEqual({ forZones: [{ name: 'zone-1' }], forNodes: [{ name: 'worker-1' }] })
    prefer(null)
    expect(endpoints(cluster)[0]!.hints).toBeUndefined()
  })
})
