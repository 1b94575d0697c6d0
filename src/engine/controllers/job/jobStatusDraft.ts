// The status of a Job while one look at it lasts: what the look has changed, and whether that was written.
// Upstream: kubernetes pkg/controller/job/job_controller.go (flushUncountedAndRemoveFinalizers, needsFlush), tracking_utils.go

import { messageOf, objectOf, succeeded } from '../../client/answers'
import { replace } from '../../client/requests'
import { ask, GiveUp, type Sync } from '../../client/sync'
import { pathOf } from '../resources'
import { sparse, type Condition } from '../workloads'
import type { JobSurroundings } from './jobPass'
import type { Job, JobStatus } from './types'

export class JobStatusDraft {
  /** Uids of Pods that have ended and are not in the counts yet. */
  readonly uncounted: { succeeded: readonly string[]; failed: readonly string[] }
  status: JobStatus
  /** Whether something was changed that has to be written. */
  dirty = false

  constructor(
    private readonly around: JobSurroundings,
    private readonly key: string,
    /** The revision that the next write goes to. */
    public job: Job,
  ) {
    const { succeeded = [], failed = [] } = job.status.uncountedTerminatedPods ?? {}
    this.status = job.status
    this.uncounted = { succeeded, failed }
  }

  /** Fields that alone are no reason to write. */
  set(fields: Partial<JobStatus>): void {
    this.status = { ...this.status, ...fields }
  }

  change(fields: Partial<JobStatus>): void {
    this.dirty = true
    this.set(fields)
  }

  addCondition(condition: Condition): void {
    this.change({ conditions: [...(this.status.conditions ?? []), condition] })
  }

  /** Gives up where the status is refused. */
  *write(): Sync {
    const { failedIndexes, terminating, ready, ...others } = this.status
    const status = {
      ...sparse(others),
      ...(failedIndexes === undefined ? {} : { failedIndexes }),
      terminating,
      ready,
      uncountedTerminatedPods: sparse({ ...this.uncounted }),
    }
    const answer = yield* ask(replace(pathOf('jobs', this.job, 'status'), { ...this.job, status }))
    this.around.wrote('jobs', this.key, answer)
    if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
    this.job = objectOf(answer)
    this.dirty = false
  }
}
