import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

const named = (...values: string[]) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values }] })
const withTerms = (...nodeSelectorTerms: object[]) =>
  pendingPod('p', {}, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } } as never)

describe('NodeAffinity', () => {
  it('adds the weights of the preferences that a node meets', () => {
    const s = aScheduling(schedulableNode('a', { labels: { disk: 'ssd', cores: '16' } }), schedulableNode('b', { labels: { disk: 'ssd' } }))
    const prefer = (weight: number, ...matchExpressions: object[]) => ({ weight, preference: { matchExpressions } })
    const preferred = [
      prefer(10, { key: 'disk', operator: 'In', values: ['ssd'] }),
      prefer(30, { key: 'cores', operator: 'Gt', values: ['8'] }),
    ]
    const pod = pendingPod('p', {}, { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } } as never)
    expect(s.scores(pod, 'NodeAffinity')).toEqual({ a: '40 → 100', b: '10 → 25' })
  })

  it('looks only at the nodes that the terms name; the others have their own reason', () => {
    const s = aScheduling(...['a', 'b', 'c'].map((n) => schedulableNode(n)))
    expect(s.schedule(withTerms(named('b'))).facts.feasible.map((n) => n.name)).toEqual(['b'])
    s.place(pendingPod('full', { cpu: '4' }), 'b')
    const { spec } = withTerms(named('b'))
    expect(s.schedule(pendingPod('q', { cpu: '1' }, { affinity: spec.affinity! })).message).toBe(
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    )
  })

  it('refuses at once when the names of a term exclude each other', () => {
    const s = aScheduling(schedulableNode('a'))
    const both = { matchFields: [...named('a').matchFields, ...named('b').matchFields] }
    expect(s.schedule(withTerms(both)).message).toBe('0/1 nodes are available: pod affinity terms conflict. not found')
  })
})
