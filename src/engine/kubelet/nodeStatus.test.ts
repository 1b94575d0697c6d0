import { describe, it, expect } from 'vitest'
import type { Node } from '../api/kinds/node'
import { ask, get } from '../testing/ask'
import { admin, aWholeCluster } from '../testing/builders'

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
