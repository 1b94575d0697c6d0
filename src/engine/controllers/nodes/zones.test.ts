import { beforeEach, expect, it } from 'vitest'
import type { Node } from '../../api/kinds/node'
import { loneIo } from '../../testing/loneIo'
import { Zones } from './zones'

const SECOND = 1000
let io: ReturnType<typeof loneIo>
let zones: Zones
let tainted: string[]
beforeEach(() => {
  io = loneIo()
  tainted = []
  zones = new Zones(io, (name) => tainted.push(name))
})

const node = (name: string, zone: string, ready: 'True' | 'Unknown') =>
  ({
    metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
    spec: {},
    status: { conditions: [{ type: 'Ready', status: ready }] },
  }) as unknown as Node

it('lets one node go at once, and another each 10 s', () => {
  zones.assess([node('a', 'x', 'Unknown'), node('b', 'x', 'Unknown'), node('c', 'x', 'True'), node('d', 'x', 'True')])
  for (const name of ['a', 'b']) zones.enqueue(node(name, 'x', 'Unknown'), false)
  io.pass(9 * SECOND)
  expect(tainted).toEqual(['a'])
  io.pass(2 * SECOND)
  expect(tainted).toEqual(['a', 'b'])
})

it('takes a node once until it is well again, but for one that has lost its taint', () => {
  const a = node('a', 'x', 'Unknown')
  zones.assess([a, node('b', 'x', 'True')])
  zones.enqueue(a, true)
  io.pass(20 * SECOND)
  zones.enqueue(a, true)
  io.pass(20 * SECOND)
  expect(tainted).toEqual(['a'])
  zones.enqueue(a, false)
  io.pass(20 * SECOND)
  zones.dequeue(a)
  zones.enqueue(a, true)
  io.pass(20 * SECOND)
  expect(tainted).toEqual(['a', 'a', 'a'])
})

it('goes on in all zones when one is well again, each after its whole interval', () => {
  const [a, b] = [node('a', 'x', 'Unknown'), node('b', 'y', 'Unknown')]
  expect(zones.assess([a, b])).toBe('lost')
  zones.enqueue(b, false)
  io.pass(60 * SECOND)
  expect(tainted).toEqual([])
  expect(zones.assess([node('a', 'x', 'True'), b])).toBe('restored')
  io.pass(9 * SECOND)
  expect(tainted).toEqual([])
  io.pass(2 * SECOND)
  expect(tainted).toEqual(['b'])
})
