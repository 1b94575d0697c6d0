import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { SharedInformer } from '../client/sharedInformer'
import type { Answered, ClientRequest } from '../client/types'
import { aQueue, aScheduling, pendingPod, schedulableNode } from '../testing/aScheduling'
import { loneIo } from '../testing/loneIo'
import { runBindingCycle } from './bindingCycle'
import { listenToPods } from './eventHandlers'
import { CycleState } from './framework/cycleState'
import { Framework } from './framework/framework'
import type { Handle } from './framework/handle'
import type { Done, Plugin } from './framework/interface'
import type { SchedulerParts } from './parts'
import { defaultPlugins } from './plugins/table'
import { PreemptionExecutor } from './preemption/executor'

/** A scheduler with a Pod that found no room, and one that is about to be bound to node a. */
function binding(more: Partial<Plugin> = {}) {
  const s = aScheduling(schedulableNode('a'))
  const io = loneIo()
  const open: { readonly request: ClientRequest; readonly done: (answer: Answered) => void }[] = []
  const handle: Handle = { ...s.handle, request: (request, done) => void open.push({ request, done }), after: (_delay, wake) => wake() }
  const plugins = [...defaultPlugins(handle), { name: 'Slow', ...more }]
  const { cache, nominator } = handle
  const framework = new Framework(plugins, nominator)
  const queue = aQueue(io, framework, nominator)
  const parts: SchedulerParts = { io, cache, queue, nominator, framework, handle }
  queue.add(pendingPod('waiting', { cpu: '3' }))
  queue.fail(queue.pop()!, new Set(['NodeResourcesFit']))
  const pod = pendingPod('p', { cpu: '3' })
  queue.add(pod)
  runBindingCycle(queue.pop()!, 'a', new CycleState(), parts)
  const answer = (status: number) => open.shift()!.done({ status, headers: {}, body: { message: 'no' } })
  return { parts, pod, open, answer, events: s.events, pop: () => queue.pop()?.pod.metadata.name }
}

describe('runBindingCycle', () => {
  it('gives the room to others when the binding fails', () => {
    const { answer, pop, events } = binding()
    answer(404)
    expect(events).toEqual(['FailedScheduling: running Bind plugin "DefaultBinder": no'])
    expect(pop()).toBe('waiting')
  })

  it('asks again for the binding where that may help', () => {
    const { answer, events } = binding()
    for (const status of [503, 409, 201]) answer(status)
    expect(events).toEqual(['Scheduled: Successfully assigned default/p to a'])
  })

  it('does not where the Pod was bound all the same', () => {
    const { parts, pod, answer, pop } = binding()
    parts.cache.setPod({ ...pod, spec: { ...pod.spec, nodeName: 'a' } })
    answer(404)
    expect(pop()).toBeUndefined()
    expect(parts.cache.node('a')!.pods.size).toBe(1)
  })

  it('gives the room to others as soon as the Pod is being deleted', () => {
    const { parts, pod, pop } = binding()
    let hear: (now: Pod, old: Pod) => void = () => {}
    const informer = { listen: ({ update }: { update: typeof hear }) => (hear = update) } as unknown as SharedInformer
    listenToPods(informer, parts)
    hear({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-15T10:00:00Z' } }, pod)
    expect(parts.cache.node('a')!.pods.size).toBe(0)
    expect(pop()).toBe('waiting')
  })

  it('is broken off by preemption while something is done before the binding: the Pod is not deleted', () => {
    const late: Done[] = []
    const { parts, pod, open, answer, events, pop } = binding({
      preBindPreFlight: () => null,
      preBind: (_s, _p, _n, done) => void late.push(done),
    })
    answer(200)
    const victims = [{ ...pod, spec: { ...pod.spec, nodeName: 'a' } }]
    const activated: string[] = []
    const activate = ({ metadata }: Pod) => void activated.push(metadata.name!)
    new PreemptionExecutor({ ...parts.handle, activate }).start({ node: 'a', victims, violations: 0 }, pendingPod('vip'))
    expect(events).toEqual([
      'Preempted: Preempted by pod uid-vip on node a (in kube-scheduler memory).',
      'FailedScheduling: running PreBind plugin "Slow": preempted by DefaultPreemption',
    ])
    expect([pop(), activated]).toEqual(['waiting', ['vip']])
    const asked = open.length
    late[0]!(null)
    expect([open.length, parts.handle.preBinding.size]).toEqual([asked, 0])
  })

  it('can not be broken off any more once the Pod is being bound', () => {
    const { parts, answer } = binding({ preBindPreFlight: () => null, preBind: (_s, _p, _n, done) => done(null) })
    answer(200)
    expect(parts.handle.preBinding.size).toBe(0)
  })
})
