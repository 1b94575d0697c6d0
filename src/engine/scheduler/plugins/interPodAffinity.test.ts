import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

const HOST = 'kubernetes.io/hostname'
const term = (app: string, more: object = {}) => ({ topologyKey: HOST, labelSelector: { matchLabels: { app } }, ...more })
const pod = (name: string, app: string, affinity: object = {}) => pendingPod(name, {}, { affinity } as never, { labels: { app } })
const required = (...terms: object[]) => ({ requiredDuringSchedulingIgnoredDuringExecution: terms })
const preferred = (weight: number, podAffinityTerm: object) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm }],
})
const names = (s: ReturnType<typeof aScheduling>, p: ReturnType<typeof pod>) => s.schedule(p).facts.feasible.map((n) => n.name)
const two = () => aScheduling(schedulableNode('a'), schedulableNode('b'))

describe('InterPodAffinity', () => {
  it('goes where a Pod that it wants is; the first of a group may go anywhere', () => {
    const s = two()
    expect(names(s, pod('first', 'web', { podAffinity: required(term('web')) }))).toEqual(['a', 'b'])
    expect(s.schedule(pod('lost', 'web', { podAffinity: required(term('db')) })).message).toContain(
      "2 node(s) didn't match pod affinity rules. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    )
    s.place(pod('db', 'db'), 'b')
    expect(names(s, pod('p', 'web', { podAffinity: required(term('db')) }))).toEqual(['b'])
  })

  it('keeps away from Pods that it does not want, and from Pods that do not want it', () => {
    const s = two()
    s.place(pod('db', 'db'), 'a')
    expect(names(s, pod('p', 'web', { podAntiAffinity: required(term('db')) }))).toEqual(['b'])
    s.place(pod('shy', 'shy', { podAntiAffinity: required(term('web')) }), 'b')
    const { rejections } = s.schedule(pod('q', 'web', { podAntiAffinity: required(term('db')) })).facts
    expect([...rejections.values()].map((r) => r.reasons[0])).toEqual([
      "node(s) didn't match pod anti-affinity rules",
      "node(s) didn't satisfy existing pods anti-affinity rules",
    ])
  })

  it('has no points for a node without the label, whatever value others have', () => {
    const s = aScheduling(schedulableNode('a', { labels: { rack: '' } }), schedulableNode('b'))
    s.place(pod('db', 'db'), 'a')
    const near = { podAffinity: preferred(1, term('db', { topologyKey: 'rack' })) }
    expect(s.scores(pod('p', 'web', near), 'InterPodAffinity')).toEqual({ a: '1 → 100', b: '0 → 0' })
  })

  it('looks into the namespaces that a selector means', () => {
    const s = two()
    s.add('namespaces', { metadata: { name: 'prod', labels: { stage: 'prod' } } }, { metadata: { name: 'default' } })
    s.place({ ...pod('db', 'db'), metadata: { ...pod('db', 'db').metadata, namespace: 'prod' } }, 'b')
    const near = (more: object) => names(s, pod('p', 'web', { podAffinity: required(term('db', more)) }))
    expect(near({})).toEqual([])
    expect(near({ namespaces: ['prod'] })).toEqual(['b'])
    expect(near({ namespaceSelector: { matchLabels: { stage: 'prod' } } })).toEqual(['b'])
    expect(near({ namespaceSelector: {} })).toEqual(['b'])
  })

  it('weighs preferences both ways, and counts a required affinity of those that are there as one', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'), schedulableNode('c'))
    s.place(pod('db', 'db'), 'a')
    s.place(pod('fan', 'fan', { podAffinity: preferred(5, term('web')) }), 'b')
    s.place(pod('foe', 'foe', { podAntiAffinity: preferred(3, term('web')) }), 'c')
    s.place(pod('web', 'web', { podAffinity: required(term('web')) }), 'c')
    // a: 10 for the db; b: 5; c: 1 − 3 = −2. (10 + 2)/12 = 100, (5 + 2)/12 = 58, 0
    expect(s.scores(pod('p', 'web', { podAffinity: preferred(10, term('db')) }), 'InterPodAffinity')).toEqual({
      a: '10 → 100',
      b: '5 → 58',
      c: '-2 → 0',
    })
    expect(s.scores(pod('other', 'other'), 'InterPodAffinity')).toBeUndefined()
  })

  it('forgets the terms of a Pod that is gone', () => {
    const s = two()
    const shy = s.place(pod('shy', 'shy', { podAntiAffinity: required(term('web')) }), 'a')
    expect(names(s, pod('p', 'web'))).toEqual(['b'])
    s.handle.cache.removePod(shy)
    expect(names(s, pod('p', 'web'))).toEqual(['a', 'b'])
  })
})
