// A CronJob as its controller reads and writes it.
// Upstream: api batch/v1/types.go

import type { ApiObject, JsonObject, ObjectMeta, ObjectReference } from '../../api/object'
import type { JobSpec } from '../job/types'

export interface CronJob extends ApiObject {
  readonly spec: CronJobSpec
  readonly status: CronJobStatus
}

interface CronJobSpec extends JsonObject {
  readonly schedule: string
  readonly timeZone?: string
  readonly startingDeadlineSeconds?: number | bigint
  readonly concurrencyPolicy?: string
  readonly suspend?: boolean
  readonly jobTemplate: { readonly metadata?: ObjectMeta; readonly spec: JobSpec }
  readonly successfulJobsHistoryLimit?: number
  readonly failedJobsHistoryLimit?: number
}

export interface CronJobStatus extends JsonObject {
  readonly active?: readonly ObjectReference[]
  readonly lastScheduleTime?: string
  readonly lastSuccessfulTime?: string
}
