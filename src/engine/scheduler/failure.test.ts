import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import { aQueue, aScheduling, pendingPod } from '../testing/aScheduling'
import { loneIo } from '../testing/loneIo'
import { blameOf, handleFailure } from './failure'
import type { SchedulerParts } from './parts'

/** Fails a Pod that was taken from the queue; `latest` is what the watch has shown of it by then. */
function failing(pod: Pod, latest: Pod | undefined, message: string) {
  const { handle, events, requests } = aScheduling()
  const io = loneIo()
  const { framework, cache, nominator } = handle
  const queue = aQueue(io, framework, nominator)
  queue.add(pod)
  const parts: SchedulerParts = { io, cache, queue, nominator, framework, handle: { ...handle, pod: () => latest } }
  const blame = blameOf({ code: 'unschedulable', plugin: 'NodeResourcesFit', reasons: [] })
  handleFailure(queue.pop()!, { ...blame, reason: 'Unschedulable', message, nominate: '' }, parts)
  return { events, requests }
}

describe('handleFailure', () => {
  it('cuts the note of the Event, not the message of the condition', () => {
    const pod = pendingPod('p')
    const { events, requests } = failing(pod, pod, 'x'.repeat(2000))
    expect(events).toEqual([`FailedScheduling: ${'x'.repeat(1020)} ...`])
    expect(JSON.stringify(requests[0]!.body)).toContain('x'.repeat(2000))
  })

  it('tells also of a Pod that is gone by then: the server answers that it is not there', () => {
    const { events, requests } = failing(pendingPod('p'), undefined, 'no')
    expect([events, requests.map(({ path }) => path)]).toEqual([['FailedScheduling: no'], ['/api/v1/namespaces/default/pods/p/status']])
  })

  it('says nothing of a Pod that was created anew under its name', () => {
    const { events, requests } = failing(pendingPod('p'), pendingPod('p', {}, {}, { uid: 'another' }), 'no')
    expect([events, requests]).toEqual([[], []])
  })
})
