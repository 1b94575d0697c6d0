import { expect, it } from 'vitest'
import type { Node } from '../../api/kinds/node'
import type { ApiObject } from '../../api/object'
import { NodeHealth, silenced } from './health'

const SECOND = 1000
const node = (lastHeartbeatTime: string) =>
  ({
    metadata: { name: 'n', creationTimestamp: '2026-01-15T10:00:00Z' },
    spec: {},
    status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime }] },
  }) as unknown as Node
const lease: ApiObject = { metadata: { name: 'n' }, spec: { renewTime: '2026-01-15T10:00:00.000000Z' } }

it('counts the silence of a node from the look after its last heartbeat, which takes its Lease for news once more', () => {
  const health = new NodeHealth()
  const silentAt = (seconds: number, heartbeat: string) => health.isSilent(node(heartbeat), lease, seconds * SECOND)
  for (const [at, heartbeat] of [
    [0, 'a'],
    [5, 'b'],
    [10, 'b'],
    [60, 'b'],
  ] as const)
    expect(silentAt(at, heartbeat)).toBe(false)
  expect(silentAt(65, 'b')).toBe(true)
  expect(silenced(node('b'), 65 * SECOND)?.status.conditions?.[0]).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' })
})
