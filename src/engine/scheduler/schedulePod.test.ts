import { describe, expect, it } from 'vitest'
import { createRng } from '../base/rng'
import { aScheduling, pendingPod, schedulableNode } from '../testing/aScheduling'
import { decisionOf } from './decision'
import { NOBODY } from './failure'
import { numFeasibleNodesToFind } from './schedulePod'

const many = (n: number) => aScheduling(...Array.from({ length: n }, (_, i) => schedulableNode(`n${i}`)))

describe('schedulePod', () => {
  it('looks at all of a hundred nodes, and at ever smaller parts of more', () => {
    expect([5, 99, 100, 250, 1000, 5000, 6000].map(numFeasibleNodesToFind)).toEqual([5, 99, 100, 120, 420, 500, 300])
  })

  it('begins where the last search ended, so that all nodes have their turn', () => {
    const s = many(250)
    const first = () => s.schedule(pendingPod('p')).facts.feasible[0]!.name
    expect([first(), first(), first()]).toEqual(['n0', 'n120', 'n240'])
  })

  it('takes a promised node without looking at others', () => {
    const s = many(10)
    const promised = pendingPod('p')
    const { facts, chosen } = s.schedule({ ...promised, status: { ...promised.status, nominatedNodeName: 'n7' } })
    expect([chosen, facts.feasible.length]).toEqual(['n7', 1])
  })

  it('says that there are no nodes, and blames no plugin', () => {
    const result = aScheduling().schedule(pendingPod('p'))
    expect(result).toMatchObject({ message: 'no nodes available to schedule pods', chosen: null })
    expect(result).toMatchObject({ failure: NOBODY })
  })

  it('chooses among nodes of the same total by chance', () => {
    const s = many(3)
    const chosen = new Set(Array.from({ length: 40 }, () => s.schedule(pendingPod('p')).chosen))
    expect(chosen).toEqual(new Set(['n0', 'n1', 'n2']))
  })

  it('keeps of a large cluster the best nodes and the counts', () => {
    const s = many(500)
    for (let i = 0; i < 300; i++) s.place(pendingPod(`full-${i}`, { cpu: '4' }), `n${i}`)
    const pod = pendingPod('p', { cpu: '1' })
    const decision = decisionOf(pod, s.schedule(pod))
    expect(decision.counts).toEqual({ nodes: 500, evaluated: 500, feasible: 200 })
    expect(decision.refusals).toEqual([{ plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], nodes: 300 }])
    expect(decision.nodes.filter((n) => !n.filteredBy)).toHaveLength(12)
    expect(decision.nodes).toHaveLength(24)
    expect(decision.nodes[0]!.node).toBe(decision.chosen)
  })
})

describe('the cache', () => {
  it('answers as if everything were counted anew, after any coming and going (seeds 1 to 5)', () => {
    const terms = [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'a' } } }]
    const shy = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } }
    const constraint = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' }
    const spread = { topologySpreadConstraints: [{ ...constraint, labelSelector: { matchLabels: { app: 'a' } } }] }
    for (let seed = 1; seed <= 5; seed++) {
      const random = createRng(seed)
      const nodes = Array.from({ length: 5 }, (_, i) => schedulableNode(`n${i}`))
      const kept = aScheduling(...nodes)
      const placed = new Map<string, ReturnType<typeof kept.place>>()
      const asked = [pendingPod('p', {}, spread, { labels: { app: 'a' } }), pendingPod('q', { cpu: '1' }, shy, { labels: { app: 'a' } })]
      for (let i = 0; i < 40; i++) {
        const name = `x${random.int(12)}`
        const old = placed.get(name)
        if (old && random.int(2) === 0) {
          kept.handle.cache.removePod(old)
          placed.delete(name)
        } else {
          const pod = pendingPod(name, { cpu: '100m' }, random.int(3) === 0 ? shy : {}, { labels: { app: random.int(2) ? 'a' : 'b' } })
          placed.set(name, kept.place(pod, `n${random.int(5)}`))
        }
        const anew = aScheduling(...nodes)
        for (const pod of placed.values()) anew.handle.cache.setPod(pod)
        for (const pod of asked) {
          const verdict = (s: typeof kept) => {
            const { facts, message } = s.schedule(pod)
            return { message, fits: facts.feasible.map((n) => n.name), totals: facts.totals }
          }
          expect(verdict(kept), `seed ${seed}`).toEqual(verdict(anew))
        }
      }
    }
  })
})
