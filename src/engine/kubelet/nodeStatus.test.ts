import { describe, it, expect } from 'vitest'
import { get } from '../testing/ask'
import { aWholeCluster } from '../testing/builders'

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
})
