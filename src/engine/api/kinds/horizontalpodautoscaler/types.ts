// A HorizontalPodAutoscaler as autoscaling/v2 has it, which is also how it is stored. Upstream: api autoscaling/v2/types.go

import type { JsonObject } from '../../object'
import type { SelectorObject } from '../../validation/labelSelector'

export interface HpaSpec extends JsonObject {
  readonly scaleTargetRef?: CrossVersionObjectReference
  readonly minReplicas?: number
  readonly maxReplicas?: number
  readonly metrics?: readonly Metric[]
  readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules }
}
export interface HpaStatus extends JsonObject {
  readonly observedGeneration?: number | bigint
  readonly lastScaleTime?: string
  readonly currentReplicas?: number
  readonly desiredReplicas?: number
  readonly currentMetrics?: readonly Metric[] | null
  readonly conditions?: readonly JsonObject[]
}
export interface CrossVersionObjectReference extends JsonObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly name?: string
}

export const SOURCES = ['object', 'pods', 'resource', 'containerResource', 'external'] as const
export type SourceName = (typeof SOURCES)[number]

/** A metric to aim at (`target`), or as it was last seen (`current`). */
export type Metric = JsonObject & { readonly type?: string } & { readonly [K in SourceName]?: Source }
export interface Source extends JsonObject {
  readonly name?: string
  readonly container?: string
  readonly describedObject?: CrossVersionObjectReference
  readonly metric?: { readonly name?: string; readonly selector?: SelectorObject }
  readonly target?: Amount
  readonly current?: Amount
}
export interface Amount extends JsonObject {
  readonly type?: string
  readonly value?: string
  readonly averageValue?: string
  readonly averageUtilization?: number
}
export interface ScalingRules extends JsonObject {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: string
  readonly tolerance?: string
  readonly policies?: readonly (JsonObject & { readonly type?: string; readonly value?: number; readonly periodSeconds?: number })[]
}
