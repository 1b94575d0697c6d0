// A cycle without a node: back into the queue, an Event, and the condition PodScheduled=False.
// Upstream: kubernetes pkg/scheduler/schedule_one.go (handleSchedulingFailure)

import type { Rejection, Status } from './framework/interface'
import type { SchedulerParts } from './parts'
import { patchPodStatus } from './podStatusPatch'
import { uidOf, type QueuedPod } from './queue/queuedPod'

const NOTE_LIMIT = 1024
const CUT = ' ...'

export interface Failure extends Blame {
  /** Of the condition PodScheduled. */
  readonly reason: 'Unschedulable' | 'SchedulerError'
  readonly message: string
  /** What becomes of status.nominatedNodeName; undefined: nothing. */
  readonly nominate?: string
}

/** Plugins that refused the Pod, and, apart from these, those for which it waits. None: there was no node to look at, or an error, which is no verdict. */
interface Blame {
  readonly unschedulablePlugins: ReadonlySet<string>
  readonly pendingPlugins: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()
export const NOBODY: Blame = { unschedulablePlugins: NONE, pendingPlugins: NONE }

export const blameOf = ({ code, plugin }: Rejection): Blame =>
  code === 'pending'
    ? { unschedulablePlugins: NONE, pendingPlugins: new Set([plugin]) }
    : { unschedulablePlugins: new Set([plugin]), pendingPlugins: NONE }

export const schedulerError = ({ reasons }: Status): Failure => ({
  ...NOBODY,
  reason: 'SchedulerError',
  message: reasons.join(', '),
  nominate: '',
})

export function handleFailure(queued: QueuedPod, failure: Failure, parts: SchedulerParts): void {
  const { reason, message, nominate } = failure
  const { queue, nominator, handle } = parts
  const { namespace = '', name = '' } = queued.pod.metadata
  const latest = handle.pod(namespace, name)
  if (latest && !latest.spec.nodeName) {
    // Deleted and created anew: that one has come into the queue by itself.
    if (latest.metadata.uid !== uidOf(queued)) return queue.done(uidOf(queued))
    queued.pod = latest
    queue.fail(queued, failure.unschedulablePlugins, failure.pendingPlugins)
  } else queue.done(uidOf(queued))
  const { pod } = queued
  nominator.set(pod, nominate)
  const note = message.length > NOTE_LIMIT ? message.slice(0, NOTE_LIMIT - CUT.length) + CUT : message
  handle.event(pod, { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note })
  patchPodStatus(pod, { condition: { type: 'PodScheduled', status: 'False', reason, message }, nominate }, handle)
}
