// Whether a Job has come to its end, and why: its policies, its limits, its deadline, in the order in which upstream asks.
// Upstream: kubernetes pkg/controller/job/job_controller.go (syncJob)

import { total } from './completionIndexes'
import type { Condition } from '../workloads'
import { hasFailed } from './jobPods'
import type { JobPass } from './jobPass'
import { jobCondition, restartedTooOften, untilDeadline } from './jobStatus'
import { judgeFailure, judgeSuccess } from './policies'
import { conditionTrue, isIndexed } from './types'

/** The condition that says so; null: it goes on. `startTime`: since when the deadline runs; `now`: epoch milliseconds. */
export function reasonToEnd(
  { job, pods, failed, succeededIndexes, failedIndexes }: JobPass,
  startTime: string | undefined,
  now: number,
): Condition | null {
  const condition = (type: string, reason: string, message: string) => jobCondition(type, reason, message, now)
  const success = conditionTrue(job, 'SuccessCriteriaMet')
  if (success) return success
  const failing = conditionTrue(job, 'FailureTarget')
  if (failing) return condition('Failed', failing.reason!, failing.message!)
  for (const pod of pods) {
    const { message } = hasFailed(pod, job) ? judgeFailure(job.spec.podFailurePolicy, pod) : {}
    if (message !== undefined) return condition('FailureTarget', 'PodFailurePolicy', message)
  }
  if (failed > (job.spec.backoffLimit ?? 6) || restartedTooOften(job, pods))
    return condition('FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  if ((untilDeadline(job, { startTime }, now) ?? 1) <= 0)
    return condition('FailureTarget', 'DeadlineExceeded', 'Job was active longer than specified deadline')
  const { maxFailedIndexes, completions = 0 } = job.spec
  const lost = total(failedIndexes)
  if (maxFailedIndexes !== undefined && lost > maxFailedIndexes)
    return condition('FailureTarget', 'MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
  if (lost > 0 && lost + total(succeededIndexes) >= completions)
    return condition('FailureTarget', 'FailedIndexes', 'Job has failed indexes')
  const matched = isIndexed(job) ? judgeSuccess(job, succeededIndexes) : null
  return matched === null ? null : condition('SuccessCriteriaMet', 'SuccessPolicy', matched)
}
