// A Job as the controllers of Jobs and CronJobs read and write it.
// Upstream: api batch/v1/types.go

import type { ApiObject, JsonObject } from '../../api/object'
import type { Condition, PodTemplate } from '../workloads'

export interface Job extends ApiObject {
  readonly spec: JobSpec
  readonly status: JobStatus
}

export interface JobSpec extends JsonObject {
  readonly parallelism?: number
  readonly completions?: number
  readonly completionMode?: string
  readonly backoffLimit?: number
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
  readonly activeDeadlineSeconds?: number | bigint
  readonly ttlSecondsAfterFinished?: number
  readonly suspend?: boolean
  readonly selector: JsonObject
  readonly template: PodTemplate
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: PodFailurePolicy
  readonly successPolicy?: SuccessPolicy
  readonly managedBy?: string
}

export interface PodFailurePolicy extends JsonObject {
  readonly rules: readonly {
    readonly action: string
    readonly onExitCodes?: { readonly containerName?: string; readonly operator: string; readonly values: readonly number[] }
    readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[]
  }[]
}

export interface SuccessPolicy extends JsonObject {
  readonly rules: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[]
}

export interface JobStatus extends JsonObject {
  readonly conditions?: readonly Condition[]
  readonly startTime?: string
  readonly completionTime?: string
  readonly active?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly terminating?: number
  readonly ready?: number
  readonly completedIndexes?: string
  readonly failedIndexes?: string
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] }
}

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed'
export const isSuspended = ({ spec }: Job): boolean => spec.suspend === true
/** A Pod that is ending keeps its place until it has failed. */
export const replacesOnlyFailed = ({ spec }: Job): boolean => spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined

export function conditionTrue({ status }: Job, ...types: readonly string[]): Condition | undefined {
  return status.conditions?.find(({ type, status: value }) => types.includes(type) && value === 'True')
}

export const finishedAs = (job: Job): Condition | undefined => conditionTrue(job, 'Complete', 'Failed')
