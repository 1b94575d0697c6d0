import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

const ZONE = 'topology.kubernetes.io/zone'
const inZone = (name: string, zone: string) => schedulableNode(name, { labels: { [ZONE]: zone } })
const APP = { labels: { app: 'web' } }
const spread = (more: object = {}) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, ...more },
  ],
})
const web = (name: string, more?: object, metadata: object = APP) => pendingPod(name, {}, spread(more) as never, metadata as never)

describe('PodTopologySpread', () => {
  it('refuses a domain that would be too far above the emptiest, and a node without the label', () => {
    const s = aScheduling(inZone('a', 'x'), inZone('b', 'y'), schedulableNode('c'))
    s.place(web('one'), 'a')
    const { facts } = s.schedule(web('p'))
    expect(facts.feasible.map((n) => n.name)).toEqual(['b'])
    expect([...facts.rejections.values()].map((r) => [r.code, r.reasons[0]])).toEqual([
      ['unschedulable', "node(s) didn't match pod topology spread constraints"],
      ['unresolvable', "node(s) didn't match pod topology spread constraints (missing required label)"],
    ])
  })

  it('counts no Pod that is being deleted, and none of another namespace', () => {
    const s = aScheduling(inZone('a', 'x'), inZone('b', 'y'))
    s.place(web('gone', {}, { ...APP, deletionTimestamp: '2026-01-15T10:00:00Z' }), 'a')
    s.place(web('else', {}, { ...APP, namespace: 'other' }), 'a')
    expect(s.schedule(web('p')).facts.feasible).toHaveLength(2)
    s.place(web('gone', {}, { ...APP, uid: 'uid-new' }), 'a')
    expect(s.schedule(web('p')).chosen).toBe('b')
  })

  it('leaves out nodes that the Pod may not use: by affinity unless told otherwise, by taints only if told', () => {
    const tainted = schedulableNode('b', { labels: { [ZONE]: 'y' }, spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })
    const s = aScheduling(inZone('a', 'x'), tainted)
    s.place(web('one'), 'a')
    expect(s.schedule(web('p')).chosen).toBeNull()
    expect(s.schedule(web('p', { nodeTaintsPolicy: 'Honor' })).chosen).toBe('a')
  })

  it('takes an empty domain for granted while there are fewer than minDomains', () => {
    const s = aScheduling(inZone('a', 'x'), inZone('b', 'y'))
    s.place(web('one'), 'a')
    s.place(web('two'), 'b')
    expect(s.schedule(web('p')).chosen).not.toBeNull()
    expect(s.schedule(web('p', { minDomains: 3 })).chosen).toBeNull()
  })

  it('compares only Pods of the same values of matchLabelKeys', () => {
    const s = aScheduling(inZone('a', 'x'), inZone('b', 'y'))
    const of = (hash: string) => ({ labels: { app: 'web', hash } })
    s.place(web('old', { matchLabelKeys: ['hash'] }, of('1')), 'a')
    expect(s.schedule(web('p', { matchLabelKeys: ['hash'] }, of('2'))).facts.feasible).toHaveLength(2)
    expect(s.schedule(web('p', { matchLabelKeys: ['hash'] }, of('1'))).chosen).toBe('b')
  })

  it('scores soft constraints: counts weighted by the number of domains, fewer is better', () => {
    const s = aScheduling(inZone('a', 'x'), inZone('b', 'y'), schedulableNode('c'))
    for (const name of ['one', 'two', 'three']) s.place(web(name), 'a')
    s.place(web('four'), 'b')
    // Weight ln(2 + 2) = 1.386: a: round(3 × 1.386) = 4, b: round(1.386) = 1, c lacks the label: 0 points.
    // 100 × (4 + 1 − 4) / 4 = 25; 100 × (4 + 1 − 1) / 4 = 100
    expect(s.scores(web('p', { whenUnsatisfiable: 'ScheduleAnyway' }), 'PodTopologySpread')).toEqual({
      a: '4 → 25',
      b: '1 → 100',
      c: '0 → 0',
    })
  })

  it('spreads the Pods of a workload by host and zone without being told', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'u', controller: true }
    s.add('replicasets', { metadata: { namespace: 'default', name: 'rs' }, spec: { selector: { matchLabels: { app: 'web' } } } })
    const owned = (name: string) => pendingPod(name, {}, {}, { ...APP, ownerReferences: [owner] })
    s.place(owned('one'), 'a')
    // Host names weigh ln(2 + 2): a: 1 × 1.386 + (3 − 1) = 3, b: 2; no node has a zone. 100 × (3 + 2 − 3) / 3 = 66
    expect(s.scores(owned('p'), 'PodTopologySpread')).toEqual({ a: '3 → 66', b: '2 → 100' })
    expect(s.scores(pendingPod('alone', {}, {}, APP), 'PodTopologySpread')).toBeUndefined()
  })
})
