import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { Answered } from '../client/types'
import { aScheduling, pendingPod } from '../testing/aScheduling'
import { patchPodStatus } from './podStatusPatch'

const condition = { type: 'PodScheduled', status: 'False' as const, reason: 'Unschedulable', message: 'full' }
const told = (generation: number, status: object = {}): Pod => {
  const pod = pendingPod('p', {}, {}, { generation })
  const known = { ...condition, observedGeneration: 1, lastProbeTime: null, lastTransitionTime: '2026-01-15T09:00:00Z' }
  return { ...pod, status: { ...pod.status, conditions: [known], ...status } as never }
}

/** Answers as given, the last one for good; the delays between the tries. */
function patching(...answers: Answered[]) {
  const { handle } = aScheduling()
  const delays: number[] = []
  let said: Answered | null | undefined
  let tries = 0
  const request: typeof handle.request = (_request, done) => done(answers[Math.min(tries++, answers.length - 1)]!)
  const after: typeof handle.after = (delay, wake) => (delays.push(delay), wake())
  patchPodStatus(pendingPod('p'), { condition }, { ...handle, request, after }, (answer) => (said = answer))
  return { tries, delays, status: said?.status }
}
const answer = (status: number): Answered => ({ status, headers: {}, body: {} })

describe('patchPodStatus', () => {
  it('writes nothing when only the generation is a newer one; with something else it writes that, too', () => {
    const { handle, requests } = aScheduling()
    patchPodStatus(told(2), { condition, nominate: '' }, handle)
    expect(requests).toEqual([])
    patchPodStatus(told(2, { nominatedNodeName: 'a' }), { condition, nominate: '' }, handle)
    expect(requests[0]!.body).toEqual({
      status: {
        '$setElementOrder/conditions': [{ type: 'PodScheduled' }],
        conditions: [{ observedGeneration: 2, type: 'PodScheduled' }],
        nominatedNodeName: null,
      },
    })
  })

  it('asks again, up to three times, where the answer may be another one in a moment', () => {
    const { tries, delays, status } = patching(answer(503), answer(500), answer(409), answer(503))
    expect([tries, status]).toEqual([4, 503])
    for (const [i, base] of [10, 50, 250].entries()) {
      expect(delays[i]).toBeGreaterThanOrEqual(base)
      expect(delays[i]).toBeLessThanOrEqual(base * 1.1)
    }
    expect(patching({ status: 0, error: 'dial tcp 127.0.0.1:6443: connect: connection refused' }, answer(200))).toMatchObject({
      tries: 2,
      status: 200,
    })
    expect(patching(answer(404))).toMatchObject({ tries: 1, status: 404 })
  })
})
