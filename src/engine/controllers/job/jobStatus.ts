// The conditions of a Job, and what ends it.
// Upstream: kubernetes pkg/controller/job/job_controller.go (ensureJobConditionStatus, newCondition, pastBackoffLimitOnFailure, pastActiveDeadline)

import type { Pod } from '../../api/kinds/pod/types'
import { parseTime, rfc3339 } from '../../api/scalars/time'
import type { Condition } from '../workloads'
import { isSuspended, type Job, type JobStatus } from './types'

export function jobCondition(type: string, reason: string, message: string, now: number, status = 'True'): Condition {
  const time = rfc3339(now)
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message }
}

/** The list with the condition as wished; the same list when it is so already. One that is false is not put in anew. */
export function ensured(list: readonly Condition[], wished: Condition): readonly Condition[] {
  const known = list.find(({ type }) => type === wished.type)
  if (!known) return wished.status === 'False' ? list : [...list, wished]
  if (known.status === wished.status && known.reason === wished.reason && known.message === wished.message) return list
  return list.map((condition) => (condition === known ? wished : condition))
}

/** With restartPolicy OnFailure the containers' restarts are what counts. */
export function restartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false
  let restarts = 0
  for (const { status } of pods)
    if (status.phase === 'Running' || status.phase === 'Pending')
      for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
        restarts += restartCount
  return restarts > 0 && restarts >= (spec.backoffLimit ?? 6)
}

/** Milliseconds until the deadline is over; undefined where none runs. */
export function untilDeadline(job: Job, { startTime }: JobStatus, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec
  if (activeDeadlineSeconds === undefined || startTime === undefined || isSuspended(job)) return undefined
  return parseTime(startTime) + Number(activeDeadlineSeconds) * 1000 - now
}
