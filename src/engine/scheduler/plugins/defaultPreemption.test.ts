import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/kinds/pod/types'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'
import { CycleState } from '../framework/cycleState'
import { createDefaultPreemption } from './defaultPreemption'

const ranked = (name: string, priority: number, cpu: string, metadata: object = {}, status: object = {}): Pod => {
  const pod = pendingPod(name, { cpu }, { priority }, metadata as never)
  return { ...pod, status: { ...pod.status, ...status } }
}
const vip = (cpu = '2') => ranked('vip', 1000, cpu)
const victims = (s: ReturnType<typeof aScheduling>, pod = vip()) =>
  s.schedule(pod).facts.preemption?.candidates.map((c) => `${c.node}: ${c.victims.map((v) => v.metadata.name).join()}`)

describe('DefaultPreemption', () => {
  it('spares the most important Pods that may stay', () => {
    const s = aScheduling(schedulableNode('a'))
    s.place(ranked('low', 1, '1'), 'a')
    s.place(ranked('lower', 0, '2'), 'a')
    s.place(ranked('mid', 5, '1'), 'a')
    expect(victims(s)).toEqual(['a: lower'])
    expect(s.schedule(vip()).message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. preemption: found a potential placement for pod on node a, preempting 1 victims',
    )
    expect(s.schedule(vip()).nominate).toBe('a')
  })

  it('takes the node where the highest victim is lowest, then where fewer go, then where the latest began', () => {
    const s = aScheduling(...['a', 'b', 'c'].map((n) => schedulableNode(n)))
    s.place(ranked('a1', 7, '4'), 'a')
    s.place(ranked('b1', 5, '4', {}, { startTime: '2026-01-15T09:00:00Z' }), 'b')
    s.place(ranked('c1', 5, '4', {}, { startTime: '2026-01-15T09:30:00Z' }), 'c')
    expect(s.schedule(vip()).nominate).toBe('c')
  })

  it('would rather break no disruption budget', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    s.add('poddisruptionbudgets', {
      metadata: { namespace: 'default', name: 'pdb' },
      spec: { selector: { matchLabels: { app: 'guarded' } } },
      status: { disruptionsAllowed: 0 },
    })
    s.place(ranked('guarded', 0, '4', { labels: { app: 'guarded' } }), 'a')
    s.place(ranked('free', 9, '4'), 'b')
    expect(s.schedule(vip()).nominate).toBe('b')
  })

  it('says why not: never by policy, nobody lower, not enough even so, somebody is going already', () => {
    const s = aScheduling(schedulableNode('a'))
    s.place(ranked('big', 2000, '3'), 'a')
    const tail = (pod: Pod) => s.schedule(pod).message.split('preemption: ')[1]
    expect(tail({ ...vip(), spec: { ...vip().spec, preemptionPolicy: 'Never' } })).toBe('not eligible due to preemptionPolicy=Never.')
    expect(tail(vip())).toBe('0/1 nodes are available: 1 No preemption victims found for incoming pod.')
    s.place(ranked('small', 0, '500m'), 'a')
    expect(tail(vip())).toBe('0/1 nodes are available: 1 Insufficient cpu.')
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }]
    s.place(ranked('going', 0, '500m', { deletionTimestamp: '2026-01-15T10:00:00Z' }, { conditions }), 'a')
    const promised = { ...vip(), status: { ...vip().status, nominatedNodeName: 'a' } }
    expect(tail(promised)).toBe('not eligible due to a terminating pod on the nominated node.')
  })

  it('marks and deletes the victims after the cycle, and lets nobody lower into the room', () => {
    const s = aScheduling(schedulableNode('a'))
    s.place(ranked('low', 0, '4'), 'a')
    s.schedule(vip())
    expect(s.requests).toEqual([])
    s.run()
    expect(s.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PATCH /api/v1/namespaces/default/pods/low/status',
      'DELETE /api/v1/namespaces/default/pods/low',
    ])
    expect(s.events).toEqual(['Preempted: Preempted by pod uid-vip on node a'])
    s.handle.cache.removePod(ranked('low', 0, '4'))
    s.handle.nominator.set(vip(), 'a')
    expect(s.schedule(ranked('thief', 10, '3')).chosen).toBeNull()
    expect(s.schedule(ranked('equal', 2000, '3')).chosen).toBe('a')
    expect(s.schedule(vip()).chosen).toBe('a')
  })

  it('takes back the promises of lower Pods one after the other, then asks the victims to go, and is tried anew if that fails', () => {
    const s = aScheduling(schedulableNode('a'))
    s.place(ranked('low', 0, '4'), 'a')
    for (const name of ['one', 'two']) s.handle.nominator.set(ranked(name, 1, '1', {}, { nominatedNodeName: 'a' }), 'a')
    const open: { readonly path: string; readonly done: (answer: { status: number; headers: object; body: object }) => void }[] = []
    const activated: string[] = []
    const plugin = createDefaultPreemption({
      ...s.handle,
      request: ({ path }, done) => void open.push({ path, done: done as never }),
      after: (_delay, wake) => wake(),
      activate: ({ metadata }) => void activated.push(metadata.name!),
    })
    const state = new CycleState()
    s.handle.framework.preFilter(state, vip())
    plugin.postFilter!(state, vip(), new Map([['a', { code: 'unschedulable', plugin: 'NodeResourcesFit', reasons: [] }]]))
    const asked: string[] = []
    for (const status of [200, 404, 200, 200]) {
      const { path, done } = open.shift()!
      asked.push(path.replace('/api/v1/namespaces/default/pods/', ''))
      expect(open).toEqual([])
      done({ status, headers: {}, body: {} })
    }
    expect(asked).toEqual(['one/status', 'two/status', 'low/status', 'low'])
    expect(activated).toEqual(['vip'])
  })

  it('says that it broke off where the Pod would fit without a victim', () => {
    const s = aScheduling(schedulableNode('a'))
    s.place(ranked('low', 0, '1'), 'a')
    const refused = new Map([['a', { code: 'unschedulable', plugin: 'NodePorts', reasons: [] } as const]])
    const state = new CycleState()
    s.handle.framework.preFilter(state, vip())
    expect(s.handle.framework.postFilter(state, vip(), refused)).toEqual({
      status: { code: 'error', reasons: ['expected at least one victim pod on node "a"'] },
      message: 'preemption: expected at least one victim pod on node "a"',
    })
  })

  it('may preempt again where nobody looked at the promised node', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }]
    s.place(ranked('going', 0, '4', { deletionTimestamp: '2026-01-15T10:00:00Z' }, { conditions }), 'b')
    s.place(ranked('low', 0, '4'), 'a')
    const onlyA = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }]
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: onlyA } } }
    const promised = { ...vip(), spec: { ...vip().spec, affinity }, status: { ...vip().status, nominatedNodeName: 'b' } }
    const refused = new Map([['a', { code: 'unschedulable', plugin: 'NodeResourcesFit', reasons: [] } as const]])
    const state = new CycleState()
    s.handle.framework.preFilter(state, promised as Pod)
    expect(s.handle.framework.postFilter(state, promised as Pod, refused).nominate).toBe('a')
  })

  it('removes Pods whose affinity keeps it away, too', () => {
    const s = aScheduling(schedulableNode('a'))
    const terms = [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'vip' } } }]
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } }
    s.place(pendingPod('shy', {}, { affinity } as never), 'a')
    s.place(pendingPod('quiet'), 'a')
    expect(victims(s, ranked('vip', 1000, '1', { labels: { app: 'vip' } }))).toEqual(['a: shy'])
  })
})
