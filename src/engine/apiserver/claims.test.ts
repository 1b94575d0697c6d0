import { describe, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask, get, post, start } from '../testing/ask'
import { aCluster, aForeignAddress, admin } from '../testing/builders'

const SERVICES = '/api/v1/namespaces/default/services'
const service = (name: string, spec: JsonObject = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
})
const addresses = (cluster: Cluster) =>
  (get(cluster, '/apis/networking.k8s.io/v1/ipaddresses').body as unknown as { items: ApiObject[] }).items.map(
    ({ metadata, spec }) => `${metadata.name} ${(spec as { parentRef: { name: string } }).parentRef.name}`,
  )
const portsRecord = ({ history }: Cluster) => (history.get('/registry/ranges/servicenodeports', history.revision)!.value as JsonObject).data
const remove = (cluster: Cluster, name: string) => ask(cluster, admin, { method: 'DELETE', path: `${SERVICES}/${name}` })
const change = (cluster: Cluster, name: string, spec: JsonObject) =>
  ask(cluster, admin, {
    method: 'PATCH',
    path: `${SERVICES}/${name}`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { spec },
  })

describe('the address of a Service', () => {
  it('is an IPAddress, written before it and gone after it', () => {
    const cluster = aCluster()
    const { body } = post(cluster, SERVICES, service('a', { clusterIP: '10.96.7.7' }))
    expect(addresses(cluster)).toContain('10.96.7.7 a')
    const made = cluster.history.get('/registry/ipaddresses/10.96.7.7', cluster.history.revision)!
    expect(made.modRevision).toBe(Number((body as unknown as ApiObject).metadata.resourceVersion) - 1)
    remove(cluster, 'a')
    expect(addresses(cluster)).toEqual(['10.96.0.1 kubernetes'])
    expect(post(cluster, SERVICES, service('b', { clusterIP: '10.96.7.7' })).status).toBe(201)
  })

  it('is not given where an IPAddress holds it, whoever made that', () => {
    const cluster = aCluster()
    post(cluster, '/apis/networking.k8s.io/v1/ipaddresses', aForeignAddress('10.96.7.7'))
    const { body } = post(cluster, SERVICES, service('a', { clusterIP: '10.96.7.7' }))
    expect((body as JsonObject).message).toBe(
      'Service "a" is invalid: spec.clusterIPs: Invalid value: ["10.96.7.7"]: failed to allocate IP 10.96.7.7: provided IP is already allocated',
    )
  })

  it('is given back when the Service becomes a name, when all go, and when its name was taken', () => {
    const cluster = aCluster()
    for (const name of ['a', 'b', 'c']) post(cluster, SERVICES, service(name))
    expect(addresses(cluster)).toHaveLength(4)
    change(cluster, 'a', { type: 'ExternalName', externalName: 'a.example' })
    expect(addresses(cluster)).toHaveLength(3)
    expect(post(cluster, SERVICES, service('b')).status).toBe(409)
    expect(addresses(cluster)).toHaveLength(3)
    ask(cluster, admin, { method: 'DELETE', path: SERVICES })
    expect(addresses(cluster)).toEqual([])
  })

  it('stays its own where its collection is deleted and a finalizer keeps it', () => {
    const cluster = aCluster()
    post(cluster, SERVICES, service('a'))
    ask(cluster, admin, { method: 'DELETE', path: `${SERVICES}?propagationPolicy=Foreground&fieldSelector=metadata.name%3Da` })
    expect(get(cluster, `${SERVICES}/a`).body).toMatchObject({ metadata: { finalizers: ['foregroundDeletion'] } })
    expect(addresses(cluster)).toHaveLength(2)
  })

  it('is taken for a Service that is refused later, and given back', () => {
    const cluster = aCluster()
    const { revision } = cluster.history
    expect(post(cluster, SERVICES, service('a', { type: 'NodePort', sessionAffinity: 'Never' })).status).toBe(422)
    expect([...addresses(cluster), portsRecord(cluster)]).toEqual(['10.96.0.1 kubernetes', ''])
    expect(cluster.history.revision).toBe(revision + 4)
  })

  it('is not asked for through the status, and given back there with the last finalizer', () => {
    const cluster = aCluster()
    const { revision } = cluster.history
    const made = post(cluster, SERVICES, { ...service('a'), metadata: { name: 'a', finalizers: ['example.com/f'] } }).body as JsonObject
    const putStatus = (body: JsonObject) => ask(cluster, admin, { method: 'PUT', path: `${SERVICES}/a/status`, body }).status
    const spec = { ...(made.spec as object), clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7'] }
    expect(putStatus({ ...made, spec, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } })).toBe(422)
    expect(cluster.history.revision).toBe(revision + 2)
    remove(cluster, 'a')
    expect(addresses(cluster)).toHaveLength(2)
    expect(putStatus({ ...made, metadata: { name: 'a' } })).toBe(200)
    expect(addresses(cluster)).toEqual(['10.96.0.1 kubernetes'])
  })

  it('is nothing to a dry run', () => {
    const cluster = aCluster()
    const { revision } = cluster.history
    const { body } = post(cluster, `${SERVICES}?dryRun=All`, service('a', { type: 'NodePort' }))
    const { clusterIP, ports } = (body as unknown as ApiObject).spec as { clusterIP: string; ports: { nodePort: number }[] }
    expect([clusterIP, ports[0]!.nodePort]).toEqual(['10.96.0.0', 32769])
    expect(cluster.history.revision).toBe(revision)
    const strange = post(cluster, `${SERVICES}?dryRun=All`, service('a', { clusterIP: '192.0.2.1' })).body as JsonObject
    expect(strange.message).toMatch(/: the provided IP \(192.0.2.1\) is not in the valid range. The range of valid IPs is 10.96.0.0\/12$/)
  })
})

describe('a port of the nodes', () => {
  it('is a bit of one record, as long as the Service has it', () => {
    const cluster = aCluster()
    expect(portsRecord(cluster)).toBe('')
    post(cluster, SERVICES, service('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30000 }] }))
    post(cluster, SERVICES, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30009 }] }))
    expect(portsRecord(cluster)).toBe(btoa('\x02\x01'))
    change(cluster, 'b', { type: 'ClusterIP' })
    expect(portsRecord(cluster)).toBe(btoa('\x01'))
    remove(cluster, 'a')
    expect(portsRecord(cluster)).toBe('')
  })

  it('is one Service’s where two ask in the same moment, and the other gives back what it had, once', () => {
    const cluster = aCluster()
    const ports = [{ port: 80, nodePort: 30000 }]
    const answers: JsonObject[] = []
    for (const [name, spec] of [
      ['a', {}],
      ['b', {}],
      ['c', { sessionAffinity: 'Never' }],
    ] as const)
      start(cluster, admin, name, function* () {
        const body = service(name, { type: 'NodePort', ports, ...spec })
        const headers = { accept: 'application/json', 'content-type': 'application/json' }
        const reply = yield { do: 'request', request: { method: 'POST', path: SERVICES, headers, body } }
        if (reply.type === 'response') answers.push(reply.response.body as JsonObject)
        return 0
      })
    cluster.run({ for: 5000 })
    const refusal = (name: string) =>
      `Service "${name}" is invalid: spec.ports[0].nodePort: Invalid value: 30000: provided port is already allocated`
    expect(answers.flatMap(({ message }) => message ?? []).sort()).toEqual([refusal('b'), refusal('c')])
    expect(addresses(cluster).filter((text) => !text.endsWith('kubernetes'))).toEqual([expect.stringMatching(/ a$/)])
    expect(portsRecord(cluster)).toBe(btoa('\x01'))
    const given = [...cluster.trace.allRequests()].filter(({ http }) => http.method === 'DELETE')
    expect(given).toHaveLength(2)
  })

  it('serves several protocols of one port, and no second port or Service', () => {
    const cluster = aCluster()
    const ports = (...list: readonly [number, string, number?][]) =>
      list.map(([port, protocol, nodePort]) => ({
        name: `${protocol}-${port}`.toLowerCase(),
        port,
        protocol,
        ...(nodePort ? { nodePort } : {}),
      }))
    const made = post(cluster, SERVICES, service('dns', { type: 'NodePort', ports: ports([53, 'TCP'], [53, 'UDP', 30153]) })).body
    expect(((made as unknown as ApiObject).spec as { ports: { nodePort: number }[] }).ports.map((p) => p.nodePort)).toEqual([30153, 30153])
    const refusal = (name: string, spec: JsonObject) => (post(cluster, SERVICES, service(name, spec)).body as JsonObject).message
    expect(refusal('two', { type: 'NodePort', ports: ports([53, 'TCP', 30155], [54, 'UDP', 30155]) })).toBe(
      'Service "two" is invalid: spec.ports[1].nodePort: Invalid value: 30155: provided port is already allocated',
    )
    expect(refusal('lb', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30153 })).toBe(
      'Internal error occurred: failed to allocate requested HealthCheck NodePort 30153: provided port is already allocated',
    )
  })
})
