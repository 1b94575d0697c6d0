// A cycle without a node: back into the queue, an Event, and the condition PodScheduled=False.
// Upstream: kubernetes pkg/scheduler/schedule_one.go (handleSchedulingFailure)

import { uidOf, type QueuedPod } from './queue/queuedPod'
import { podStatusPatch } from './podStatusPatch'
import type { CycleResult } from './schedulePod'
import type { SchedulerParts } from './parts'

const NOTE_LIMIT = 1024
const CUT = ' ...'

type Failure = Pick<CycleResult, 'message' | 'refusedBy' | 'pendingBy' | 'nominate' | 'erred'>

export function handleFailure(queued: QueuedPod, { message, refusedBy, pendingBy, nominate, erred }: Failure, parts: SchedulerParts): void {
  const { queue, nominator, handle } = parts
  const { namespace = '', name = '' } = queued.pod.metadata
  const latest = handle.pod(namespace, name)
  if (latest && !latest.spec.nodeName) {
    // Deleted and created anew: that one has come into the queue by itself.
    if (latest.metadata.uid !== uidOf(queued)) return queue.done(uidOf(queued))
    queued.pod = latest
    queue.fail(queued, refusedBy, pendingBy)
  } else queue.done(uidOf(queued))
  const { pod } = queued
  nominator.set(pod, nominate)
  const note = message.length > NOTE_LIMIT ? message.slice(0, NOTE_LIMIT - CUT.length) + CUT : message
  handle.report(pod, 'Warning', 'FailedScheduling', 'Scheduling', note)
  const reason = erred ? 'SchedulerError' : 'Unschedulable'
  const patch = podStatusPatch(pod, { condition: { type: 'PodScheduled', status: 'False', reason, message }, nominate }, handle.now())
  if (patch) handle.request(patch, () => {})
}
