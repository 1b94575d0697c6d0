// The spec of a Job as its rules read it. Upstream: api batch/v1/types.go

import type { JsonObject } from '../../object'
import type { PodTemplate } from '../pod/template'

export interface JobSpec extends JsonObject {
  readonly parallelism?: number
  readonly completions?: number
  readonly activeDeadlineSeconds?: number | bigint
  readonly backoffLimit?: number
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
  readonly ttlSecondsAfterFinished?: number
  readonly completionMode?: string
  readonly manualSelector?: boolean
  readonly managedBy?: string
  readonly suspend?: boolean
  readonly selector?: JsonObject
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] }
  readonly successPolicy?: { readonly rules?: readonly SuccessRule[] }
  readonly template: PodTemplate
}

export interface FailureRule extends JsonObject {
  readonly action?: string
  readonly onExitCodes?: { readonly containerName?: string; readonly operator?: string; readonly values?: readonly number[] }
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[]
}

export interface SuccessRule extends JsonObject {
  readonly succeededIndexes?: string
  readonly succeededCount?: number
}
