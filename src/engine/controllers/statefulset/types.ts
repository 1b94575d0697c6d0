// A StatefulSet, and a claim of its volumes, as the controller reads and writes them.
// Upstream: api apps/v1/types.go

import type { ApiObject, JsonObject } from '../../api/object'
import type { PodTemplate } from '../workloads'

export interface StatefulSet extends ApiObject {
  readonly spec: StatefulSetSpec
  readonly status: StatefulSetStatus
}

interface StatefulSetSpec extends JsonObject {
  readonly replicas?: number
  readonly selector: JsonObject
  readonly template: PodTemplate
  readonly serviceName?: string
  readonly minReadySeconds?: number
  readonly podManagementPolicy?: string
  readonly revisionHistoryLimit?: number
  readonly ordinals?: { readonly start?: number }
  readonly updateStrategy?: {
    readonly type?: string
    readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string }
  }
  readonly volumeClaimTemplates?: readonly Claim[]
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string }
}

export interface StatefulSetStatus extends JsonObject {
  readonly observedGeneration?: number | bigint
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly currentReplicas?: number
  readonly updatedReplicas?: number
  readonly currentRevision?: string
  readonly updateRevision?: string
  readonly collisionCount?: number
}

/** A PersistentVolumeClaim. */
export interface Claim extends ApiObject {
  readonly spec?: JsonObject
  readonly status?: JsonObject
}
