import { describe, expect, it } from 'vitest'
import { schedulableNode } from '../../testing/aScheduling'
import { Cache } from './cache'
import { NodeTree } from './nodeTree'

const ZONE = 'topology.kubernetes.io/zone'
const inZone = (name: string, zone: string, label = ZONE) => schedulableNode(name, { labels: { [label]: zone } })

describe('NodeTree', () => {
  it('gives one node of each zone after the other, zones as they appeared', () => {
    const tree = new NodeTree()
    for (const node of [inZone('a', 'x'), inZone('b', 'x'), inZone('c', 'y'), inZone('d', 'x'), schedulableNode('e')]) tree.add(node)
    expect(tree.list()).toEqual(['a', 'c', 'e', 'b', 'd'])
    tree.remove(inZone('a', 'x'))
    tree.remove(inZone('c', 'y'))
    expect(tree.list()).toEqual(['b', 'e', 'd'])
  })

  it('goes by the older label of the zone, if a node has one', () => {
    const tree = new NodeTree()
    for (const node of [inZone('a', 'x'), inZone('b', 'x', 'failure-domain.beta.kubernetes.io/zone'), inZone('c', 'y')]) tree.add(node)
    expect(tree.list()).toEqual(['a', 'c', 'b'])
  })

  it('has a node of a new zone as the last one there, which is seen when nodes come or go', () => {
    const cache = new Cache()
    for (const node of [inZone('a', 'x'), inZone('b', 'x'), inZone('c', 'y'), inZone('d', 'y')]) cache.setNode(node)
    const names = () => cache.list().map(({ name }) => name)
    expect(names()).toEqual(['a', 'c', 'b', 'd'])
    cache.setNode(inZone('a', 'y'))
    expect(names()).toEqual(['a', 'c', 'b', 'd'])
    cache.setNode(inZone('e', 'z'))
    expect(names()).toEqual(['b', 'c', 'e', 'd', 'a'])
  })
})
