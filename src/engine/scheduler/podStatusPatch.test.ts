import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import { aScheduling, pendingPod } from '../testing/aScheduling'
import { patchPodStatus } from './podStatusPatch'

const condition = { type: 'PodScheduled', status: 'False' as const, reason: 'Unschedulable', message: 'full' }
const told = (generation: number, status: object = {}): Pod => {
  const pod = pendingPod('p', {}, {}, { generation })
  const known = { ...condition, observedGeneration: 1, lastProbeTime: null, lastTransitionTime: '2026-01-15T09:00:00Z' }
  return { ...pod, status: { ...pod.status, conditions: [known], ...status } as never }
}

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
})
