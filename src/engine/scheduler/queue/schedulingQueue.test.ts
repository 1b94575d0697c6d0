import { beforeEach, describe, expect, it } from 'vitest'
import type { Pod } from '../../api/kinds/pod/types'
import { aQueue, aScheduling, pendingPod } from '../../testing/aScheduling'
import { loneIo } from '../../testing/loneIo'
import { Action } from '../framework/events'
import { Framework } from '../framework/framework'
import { unresolvable, type Plugin } from '../framework/interface'
import type { SchedulingQueue } from './schedulingQueue'

const FULL = new Set(['NodeResourcesFit'])
const ERROR = new Set<string>()
const ranked = (name: string, priority: number) => pendingPod(name, { cpu: '1' }, { priority })

describe('SchedulingQueue', () => {
  let io = loneIo()
  let queue: SchedulingQueue
  let hopeless = false
  const pop = () => queue.pop()?.pod.metadata.name
  const podGone = (pod: Pod) =>
    queue.moved({ resource: 'AssignedPod', action: Action.Delete, old: { ...pod, spec: { ...pod.spec, nodeName: 'a' } } })
  /** Tries the next Pod and fails it. */
  const fail = (by: ReadonlySet<string>) => queue.fail(queue.pop()!, by)

  beforeEach(() => {
    io = loneIo()
    hopeless = false
    const { handle } = aScheduling()
    queue = aQueue(io, handle.framework, handle.nominator, () => hopeless)
  })

  it('gives Pods by priority, then by arrival', () => {
    for (const pod of [ranked('a', 0), ranked('b', 5), ranked('c', 5), ranked('d', 0)]) queue.add(pod)
    expect([pop(), pop(), pop(), pop(), pop()]).toEqual(['b', 'c', 'a', 'd', undefined])
  })

  it('leaves a refused Pod alone until something happens that could help it', () => {
    queue.add(ranked('a', 0))
    fail(FULL)
    expect(pop()).toBeUndefined()
    queue.moved({ resource: 'AssignedPod', action: Action.Add, new: ranked('x', 0) })
    expect(pop()).toBeUndefined()
    podGone(ranked('x', 0))
    expect(pop()).toBe('a')
  })

  it('takes a Pod that backs off when nothing else waits, but not before the others', () => {
    queue.add(ranked('a', 9))
    fail(FULL)
    podGone(ranked('x', 0))
    queue.add(ranked('b', 0))
    expect([pop(), pop()]).toEqual(['b', 'a'])
  })

  it('tries again after an error when the second has passed, twice as late each time, up to ten', () => {
    queue.add(ranked('a', 0))
    const waits: number[] = []
    let taken = queue.pop()!
    for (let i = 0; i < 6; i++) {
      queue.fail(taken, ERROR)
      let seconds = 0
      let next = queue.pop()
      for (; !next; next = queue.pop(), seconds++) io.pass(1000)
      waits.push(seconds)
      taken = next
    }
    // The window in which a back-off ends has to be over, too.
    expect(waits).toEqual([2, 3, 5, 9, 11, 11])
  })

  it('remembers what happens while a Pod is being tried', () => {
    queue.add(ranked('a', 0))
    const taken = queue.pop()!
    podGone(ranked('x', 0))
    queue.fail(taken, FULL)
    expect(pop()).toBe('a')
  })

  it('keeps a Pod with gates out until the last one is gone, whatever happens', () => {
    const gated = pendingPod('a', {}, { schedulingGates: [{ name: 'wait' }] })
    queue.add(gated)
    podGone(ranked('x', 0))
    expect(pop()).toBeUndefined()
    queue.update(gated, { ...gated, spec: { ...gated.spec, schedulingGates: [] } })
    expect(pop()).toBe('a')
  })

  it('tries whoever waited five minutes, whatever happened', () => {
    queue.add(ranked('a', 0))
    fail(FULL)
    io.pass(5 * 60_000)
    expect(pop()).toBeUndefined()
    io.pass(31_000)
    expect(pop()).toBe('a')
  })

  it('asks also whoever is gated for so long whether that is still so', () => {
    const { handle } = aScheduling()
    let isBusy = true
    const busy: Plugin = { name: 'Busy', preEnqueue: () => (isBusy ? unresolvable('busy') : null) }
    const framework = new Framework([...handle.framework.plugins, busy], handle.nominator)
    queue = aQueue(io, framework, handle.nominator)
    queue.add(ranked('a', 0))
    isBusy = false
    io.pass(5 * 60_000)
    expect(pop()).toBeUndefined()
    io.pass(31_000)
    expect(pop()).toBe('a')
  })

  it('forgets a Pod that is deleted, wherever it is', () => {
    queue.add(ranked('a', 0))
    queue.delete(ranked('a', 0))
    expect(pop()).toBeUndefined()
    queue.add(ranked('b', 0))
    fail(FULL)
    queue.delete(ranked('b', 0))
    podGone(ranked('x', 0))
    expect(pop()).toBeUndefined()
  })
})
