// The parts of workload objects that their controllers read and write.
// Upstream: api apps/v1/types.go, batch/v1/types.go

import type { PodSpec } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject, ObjectMeta } from '../api/object'

export interface PodTemplate extends JsonObject {
  readonly metadata?: ObjectMeta
  readonly spec: PodSpec
}

export interface Condition extends JsonObject {
  readonly type: string
  readonly status: string
  readonly lastUpdateTime?: string
  readonly lastProbeTime?: string
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
}

export interface ReplicaStatus extends JsonObject {
  readonly replicas?: number
  readonly fullyLabeledReplicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly terminatingReplicas?: number
  readonly observedGeneration?: number | bigint
  readonly conditions?: readonly Condition[]
}

/** ReplicationControllers too: only the form of their selector differs. */
export interface ReplicaSet extends ApiObject {
  readonly spec: ReplicaSetSpec
  readonly status: ReplicaStatus
}

interface ReplicaSetSpec extends JsonObject {
  readonly replicas?: number
  readonly minReadySeconds?: number
  readonly selector: JsonObject
  readonly template: PodTemplate
}

export interface Deployment extends ApiObject {
  readonly spec: DeploymentSpec
  readonly status: DeploymentStatus
}

interface DeploymentSpec extends ReplicaSetSpec {
  readonly paused?: boolean
  readonly progressDeadlineSeconds?: number
  readonly revisionHistoryLimit?: number
  readonly strategy?: {
    readonly type?: string
    readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string }
  }
}

export interface DeploymentStatus extends ReplicaStatus {
  readonly updatedReplicas?: number
  readonly unavailableReplicas?: number
  readonly collisionCount?: number
}

/** Less what Go would not write: zeros, empty texts and lists, and what is absent. */
export function sparse<T extends JsonObject>(fields: T): T {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && value !== 0 && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0))
      out[name] = value
  return out as T
}
