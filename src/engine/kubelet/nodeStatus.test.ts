import { describe, it, expect } from 'vitest'
import type { Node } from '../api/kinds/node'
import type { JsonObject } from '../base/json'
import type { ClientApi } from '../client/types'
import type { EventRecorder } from '../client/eventRecorder'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { admin, aNode, aPod, aWholeCluster, PODS } from '../testing/builders'
import { loneIo } from '../testing/loneIo'
import { NodeStatus } from './nodeStatus'

const WORKER = '/api/v1/nodes/worker-1'
const nodeOf = (cluster: Cluster) => get(cluster, WORKER).body as unknown as Node
const conditionOf = (cluster: Cluster, type: string) => nodeOf(cluster).status.conditions!.find((c) => c.type === type)
const pass = (cluster: Cluster, time: number) => void cluster.run({ for: time, throughIdle: true })

function patch(cluster: Cluster, path: string, body: JsonObject): void {
  const headers = { 'content-type': 'application/strategic-merge-patch+json' }
  expect(ask(cluster, admin, { method: 'PATCH', path, headers, body: JSON.stringify(body) }).status).toBe(200)
}

/** What the kubelet asked of Nodes since a hop. */
function askedSince({ trace }: Cluster, begin: number): string[] {
  return Array.from({ length: trace.length - begin }, (_, i) => trace.hop(begin + i)).flatMap((hop) => {
    if (hop.kind !== 'send' || hop.from !== 'worker-1' || hop.message.type !== 'http.request') return []
    const { method, path } = hop.message.request
    return path.startsWith('/api/v1/nodes') && !path.includes('watch=true') ? [`${method} ${path}`] : []
  })
}

function restart(cluster: Cluster, meanwhile: () => void = () => {}): void {
  cluster.stop('worker-1')
  meanwhile()
  cluster.restart('worker-1')
  pass(cluster, 3000)
}

describe('a Node that its kubelet looks after', () => {
  it('is told of in the next round what it could not be told, and what others wrote is put right, though nothing beats', () => {
    const cluster = aWholeCluster(1)
    pass(cluster, 3000)
    cluster.stop('worker-1/runtime')
    pass(cluster, 40_000)
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'False', message: 'container runtime is down' })
    cluster.stop('kube-apiserver')
    cluster.restart('worker-1/runtime')
    pass(cluster, 8000)
    cluster.restart('kube-apiserver')
    pass(cluster, 20_000)
    expect(conditionOf(cluster, 'Ready')!.status).toBe('True')
    patch(cluster, `${WORKER}/status`, { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Mine' }] } })
    pass(cluster, 11_000)
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' })
  })

  it('is not asked for while its watch tells of it, and told when five minutes have passed', () => {
    const cluster = aWholeCluster(1, { heartbeats: true })
    pass(cluster, 3000)
    const begin = cluster.trace.length
    pass(cluster, 200_000)
    expect(askedSince(cluster, begin)).toEqual([])
    const { lastHeartbeatTime } = conditionOf(cluster, 'Ready')!
    pass(cluster, 120_000)
    expect(askedSince(cluster, begin)).toEqual([`PATCH ${WORKER}/status`])
    expect(conditionOf(cluster, 'Ready')!.lastHeartbeatTime).not.toBe(lastHeartbeatTime)
  })

  it('has what somebody adds to its capacity to give, and what is its own as it is', () => {
    const cluster = aWholeCluster(1, { heartbeats: true })
    pass(cluster, 3000)
    const capacity = { 'example.com/dongle': '4', cpu: '64', 'hugepages-2Mi': '1Gi' }
    const status = { capacity, allocatable: { memory: '1Gi', 'example.com/gone': '1' }, images: [{ names: ['a'], sizeBytes: 1 }] }
    patch(cluster, `${WORKER}/status`, { status })
    const needy = (name: string) =>
      aPod(name, { containers: [{ name: 'c', image: 'nginx', resources: { limits: { 'example.com/dongle': '3' } } }] })
    pass(cluster, 11_000)
    const own = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '0' }
    const { status: now } = nodeOf(cluster)
    expect(now.capacity).toEqual({ ...own, 'example.com/dongle': '4', 'hugepages-2Mi': '1Gi' })
    expect(now.allocatable).toEqual({ ...own, memory: '7Gi', 'example.com/dongle': '4', 'hugepages-2Mi': '1Gi' })
    expect(now.images).toBeUndefined()
    post(cluster, PODS, needy('a'))
    post(cluster, PODS, needy('b'))
    pass(cluster, 3000)
    const phaseOf = (name: string) => (get(cluster, `${PODS}/${name}`).body as { status: { phase: string } }).status.phase
    expect(['a', 'b'].map(phaseOf)).toEqual(['Running', 'Pending'])
    restart(cluster)
    expect(nodeOf(cluster).status.allocatable).toEqual({ ...own, 'example.com/dongle': '4' })
  })

  it('is said to be ready in its own words, while those of a pressure stay until it changes', () => {
    const cluster = aWholeCluster(1, { heartbeats: true })
    pass(cluster, 3000)
    const [ready, pressure] = [conditionOf(cluster, 'Ready')!, conditionOf(cluster, 'MemoryPressure')!]
    const foreign = { type: 'Own', status: 'True' }
    const conditions = [{ type: 'Ready', reason: 'Foo', message: 'bar' }, { type: 'MemoryPressure', reason: 'Foo' }, foreign]
    patch(cluster, `${WORKER}/status`, { status: { conditions } })
    pass(cluster, 11_000)
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ ...ready, lastHeartbeatTime: expect.any(String) })
    expect(conditionOf(cluster, 'MemoryPressure')).toMatchObject({ reason: 'Foo', status: pressure.status, message: pressure.message })
    expect(conditionOf(cluster, 'Own')).toMatchObject(foreign)
  })

  it('has the labels of its system back in ten seconds, its name when the kubelet starts anew', () => {
    const cluster = aWholeCluster(1, { heartbeats: true })
    pass(cluster, 3000)
    const { labels } = nodeOf(cluster).metadata
    patch(cluster, WORKER, {
      metadata: { labels: { 'kubernetes.io/os': 'plan9', 'kubernetes.io/arch': null, 'kubernetes.io/hostname': null } },
    })
    pass(cluster, 11_000)
    const { 'kubernetes.io/hostname': _name, ...withoutName } = labels!
    expect(nodeOf(cluster).metadata.labels).toEqual(withoutName)
    const begin = cluster.trace.length
    restart(cluster)
    expect(nodeOf(cluster).metadata.labels).toEqual(labels)
    expect(askedSince(cluster, begin).slice(0, 3)).toEqual(['POST /api/v1/nodes', `GET ${WORKER}`, `PATCH ${WORKER}/status`])
  })

  it('is told its address as a whole', () => {
    const cluster = aWholeCluster(1, { heartbeats: true })
    pass(cluster, 3000)
    const { addresses } = nodeOf(cluster).status
    const others = [
      { type: 'InternalIP', address: '192.0.2.7' },
      { type: 'ExternalIP', address: '192.0.2.8' },
    ]
    patch(cluster, `${WORKER}/status`, { status: { addresses: others } })
    pass(cluster, 11_000)
    expect(nodeOf(cluster).status.addresses).toEqual(addresses)
  })

  it('is asked for where the first try to tell its status fails', () => {
    const io = loneIo()
    const asked: string[] = []
    const node = { metadata: { name: 'worker-1' }, spec: {}, status: {} } as Node
    const client = {
      request({ method, path }: Parameters<ClientApi['request']>[0], done: Parameters<ClientApi['request']>[1]) {
        asked.push(`${method} ${path}`)
        const status = method === 'PATCH' && asked.length < 4 ? 409 : 200
        done({ status, headers: {}, body: node as unknown as JsonObject })
        return 0
      },
    } as unknown as ClientApi
    aNodeStatus(io, client, () => node).setPressures(['DiskPressure'])
    expect(asked).toEqual([`PATCH ${WORKER}/status`, `GET ${WORKER}`, `PATCH ${WORKER}/status`, `GET ${WORKER}`, `PATCH ${WORKER}/status`])
  })
})

const aNodeStatus = (io: ReturnType<typeof loneIo>, client: ClientApi, watched: () => Node | undefined) =>
  new NodeStatus(io, client, { event: () => {} } as unknown as EventRecorder, aNode(1), 0, 'boot', watched)

it('tries to register ever more slowly, until its Node is there and as it has to be', () => {
  const io = loneIo()
  const posts: number[] = []
  const client = {
    request({ method, path }: Parameters<ClientApi['request']>[0], done: Parameters<ClientApi['request']>[1]) {
      const node = { metadata: { name: 'worker-1' }, spec: {}, status: {} }
      if (method === 'POST') posts.push(io.now)
      const failed = posts.length < 7 ? 503 : posts.length === 7 ? 500 : 200
      const status = method === 'POST' && posts.length >= 7 ? 409 : method === 'GET' ? 200 : failed
      done({ status, headers: {}, body: path.endsWith('s') ? {} : node })
      return 0
    },
  } as unknown as ClientApi
  let registeredAt = -1
  aNodeStatus(io, client, () => undefined).register(() => (registeredAt = io.now))
  io.pass(60_000)
  expect(posts).toEqual([100, 300, 700, 1500, 3100, 6300, 12_700, 19_700])
  expect(registeredAt).toBe(19_700)
})

it('declares what it can do, and again when its Node says something else', () => {
  const cluster = aWholeCluster(1, { heartbeats: true })
  const declared = () => (get(cluster, '/api/v1/nodes/worker-1').body as unknown as Node).status.declaredFeatures
  cluster.run({ for: 3000, throughIdle: true })
  const own = declared()
  expect(own).toContain('RestartAllContainersOnContainerExits')
  const headers = { 'content-type': 'application/merge-patch+json' }
  const body = { status: { declaredFeatures: ['Unheard'] } }
  ask(cluster, admin, { method: 'PATCH', path: '/api/v1/nodes/worker-1/status', headers, body })
  expect(declared()).toEqual(['Unheard'])
  cluster.run({ for: 11_000, throughIdle: true })
  expect(declared()).toEqual(own)
})

describe('a kubelet that starts anew', () => {
  it('says so of its node, with what it finds there', () => {
    const cluster = aWholeCluster(1)
    cluster.run({ for: 3000, throughIdle: true })
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    cluster.run({ for: 5000, throughIdle: true })
    const response = get(cluster, '/api/v1/namespaces/default/events')
    const { items } = ('body' in response ? response.body : {}) as {
      items: { type: string; reason: string; source: { component: string }; involvedObject: { kind: string } }[]
    }
    const said = items.filter((e) => e.involvedObject.kind === 'Node' && e.source.component === 'kubelet')
    expect(said.map((e) => e.reason)).toEqual([
      'NodeReady',
      'Starting',
      'InvalidDiskCapacity',
      'NodeHasSufficientMemory',
      'NodeHasNoDiskPressure',
      'NodeHasSufficientPID',
      'NodeAllocatableEnforced',
    ])
    expect(said.filter((e) => e.type === 'Warning').map((e) => e.reason)).toEqual(['InvalidDiskCapacity'])
  })

  it('says that its machine was started anew, once, when that was without power', () => {
    const cluster = aWholeCluster(1)
    const bootID = () =>
      (get(cluster, '/api/v1/nodes/worker-1').body as { status: { nodeInfo: { bootID: string } } }).status.nodeInfo.bootID
    const reboots = () => {
      const { items } = get(cluster, '/api/v1/namespaces/default/events').body as { items: { reason: string; message: string }[] }
      return items.filter((e) => e.reason === 'Rebooted').map((e) => e.message)
    }
    cluster.run({ for: 3000, throughIdle: true })
    const first = bootID()
    expect(first).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    cluster.run({ for: 3000, throughIdle: true })
    expect([bootID(), reboots()]).toEqual([first, []])
    cluster.inject({ kind: 'nodeDown', node: 'worker-1' })
    cluster.run({ for: 3000, throughIdle: true })
    cluster.repair({ kind: 'nodeDown', node: 'worker-1' })
    cluster.run({ for: 5000, throughIdle: true })
    expect(bootID()).not.toBe(first)
    expect(reboots()).toEqual([`Node worker-1 has been rebooted, boot id: ${bootID()}`])
  })
})
