// A DaemonSet as its controller reads and writes it.
// Upstream: api apps/v1/types.go

import type { ApiObject, JsonObject } from '../../api/object'
import type { PodTemplate } from '../workloads'

export interface DaemonSet extends ApiObject {
  readonly spec: DaemonSetSpec
  readonly status: DaemonSetStatus
}

interface DaemonSetSpec extends JsonObject {
  readonly selector: JsonObject
  readonly template: PodTemplate
  readonly minReadySeconds?: number
  readonly revisionHistoryLimit?: number
  readonly updateStrategy?: {
    readonly type?: string
    readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string }
  }
}

export interface DaemonSetStatus extends JsonObject {
  readonly currentNumberScheduled?: number
  readonly numberMisscheduled?: number
  readonly desiredNumberScheduled?: number
  readonly numberReady?: number
  readonly observedGeneration?: number | bigint
  readonly updatedNumberScheduled?: number
  readonly numberAvailable?: number
  readonly numberUnavailable?: number
  readonly collisionCount?: number
}
