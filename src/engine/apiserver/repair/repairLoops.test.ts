import { describe, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../../api/object'
import type { PartIo } from '../../base/part'
import type { EtcdOp, EtcdReply } from '../../base/wire'
import type { Cluster } from '../../cluster/types'
import { ask, get, post, start } from '../../testing/ask'
import { aCluster, aForeignAddress, admin } from '../../testing/builders'
import type { ServerState } from '../serverState'
import { PortRepair } from './portRepair'

const SERVICES = '/api/v1/namespaces/default/services'
const MINUTE = 60_000

const service = (name: string, nodePort?: number): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { type: nodePort ? 'NodePort' : 'ClusterIP', ports: [{ port: 80, ...(nodePort ? { nodePort } : {}) }] },
})
const addresses = ({ history }: Cluster) =>
  history
    .list('/registry/ipaddresses/', history.revision)
    .map(({ value }) => value as unknown as ApiObject)
    .map(({ metadata, spec }) => `${metadata.name} ${(spec as { parentRef: { name: string } }).parentRef.name}`)
const portsRecord = ({ history }: Cluster) => (history.get('/registry/ranges/servicenodeports', history.revision)!.value as JsonObject).data
const pass = (cluster: Cluster, time: number) => void cluster.run({ for: time, throughIdle: true })
const told = ({ history }: Cluster) =>
  history.list('/registry/events/default/', history.revision).map(({ value }) => {
    const { reason, message, reportingComponent } = value as unknown as Record<string, string>
    return `${reportingComponent} ${reason}: ${message}`
  })

/** etcd goes away when address and port are taken, and the Service is not written. */
function aHalfDoneService(): Cluster {
  const cluster = aCluster()
  start(cluster, admin, 'create', function* () {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    yield { do: 'request', request: { method: 'POST', path: SERVICES, headers, body: service('a', 30000) } }
    return 0
  })
  cluster.run({ until: (c) => portsRecord(c) !== '' })
  cluster.stop('etcd')
  pass(cluster, 20_000)
  cluster.restart('etcd')
  return cluster
}

describe('the repair of addresses', () => {
  it('removes what was taken for a Service that never came, and says so', () => {
    const cluster = aHalfDoneService()
    const [leaked] = addresses(cluster)[1]!.split(' ')
    expect(addresses(cluster)).toHaveLength(2)
    pass(cluster, 2 * MINUTE)
    expect(addresses(cluster)).toEqual(['10.96.0.1 kubernetes'])
    expect(told(cluster)).toEqual([
      `ipallocator-repair-controller IPAddressNotAllocated: IPAddress: ${leaked} for Service default/a appears to have leaked: cleaning up`,
    ])
  })

  it('makes anew what somebody deleted, within three minutes', () => {
    const cluster = aCluster()
    post(cluster, SERVICES, service('a'))
    const [, ofA] = addresses(cluster)
    const ip = ofA!.split(' ')[0]!
    ask(cluster, admin, { method: 'DELETE', path: `/apis/networking.k8s.io/v1/ipaddresses/${ip}` })
    expect(addresses(cluster)).toHaveLength(1)
    pass(cluster, 3 * MINUTE)
    expect(addresses(cluster)).toContain(ofA)
    expect(told(cluster)).toEqual([
      `ipallocator-repair-controller ClusterIPNotAllocated: Cluster IP [IPv4]: ${ip} is not allocated; repairing`,
    ])
  })

  it('leaves alone what others made', () => {
    const cluster = aCluster()
    post(cluster, '/apis/networking.k8s.io/v1/ipaddresses', aForeignAddress('10.96.7.7'))
    pass(cluster, 10 * MINUTE)
    expect(get(cluster, '/apis/networking.k8s.io/v1/ipaddresses/10.96.7.7').status).toBe(200)
  })
})

describe('the repair of ports', () => {
  it('frees one that nobody has when it was found so three times', () => {
    const cluster = aHalfDoneService()
    pass(cluster, 7 * MINUTE)
    expect(portsRecord(cluster)).toBe(btoa('\x01'))
    pass(cluster, 3 * MINUTE)
    expect(portsRecord(cluster)).toBe('')
    expect(post(cluster, SERVICES, service('b', 30000)).status).toBe(201)
  })

  it('writes nothing where all is right', () => {
    const cluster = aCluster()
    post(cluster, SERVICES, service('a', 30000))
    const written = () =>
      cluster.history.list('/registry/', cluster.history.revision).map(({ key, modRevision }) => `${key} ${modRevision}`)
    const before = written()
    pass(cluster, 20 * MINUTE)
    expect(written()).toEqual(before)
  })

  it('records what a Service has, and tells of it; the second that has it is told only', () => {
    const services = [service('a', 30000), service('b', 30000), service('c', 29000)]
    const [notes, writes]: [string[], string[]] = [[], []]
    const server = { io: { epochNow: 0 } as PartIo, cache: () => ({ values: () => services }) } as unknown as ServerState
    const call = (op: EtcdOp, then: (reply: EtcdReply) => void) => {
      if (op.op === 'txn') writes.push(String((op.success[0] as unknown as { value: JsonObject }).value.data))
      else then({ ok: true, kvs: [{ value: { data: '' }, modRevision: 1 }] } as unknown as EtcdReply)
    }
    new PortRepair(server, ({ body }) => void notes.push(String((body as JsonObject).note)), call).look()
    expect(writes).toEqual([btoa('\x01')])
    expect(notes).toEqual([
      'Port 30000 is not allocated; repairing',
      'Port 30000 was assigned to multiple services; please recreate service',
      'Port 29000 is not within the port range 30000-32767; please recreate service',
    ])
  })
})
