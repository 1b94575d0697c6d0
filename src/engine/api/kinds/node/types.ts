// The parts of a Node that the engine's own code reads. Upstream: api core/v1/types.go

import type { ApiObject, JsonObject } from '../../object'

export interface Taint extends JsonObject {
  readonly key: string
  readonly value?: string
  readonly effect: string
  readonly timeAdded?: string
}

export interface NodeCondition extends JsonObject {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export interface Node extends ApiObject {
  readonly spec: {
    readonly podCIDR?: string
    readonly podCIDRs?: readonly string[]
    readonly providerID?: string
    readonly externalID?: string
    readonly unschedulable?: boolean
    readonly taints?: readonly Taint[]
  }
  readonly status: {
    readonly capacity?: Readonly<Record<string, string>>
    readonly allocatable?: Readonly<Record<string, string>>
    readonly conditions?: readonly NodeCondition[]
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly nodeInfo?: Readonly<Record<string, string>>
    readonly images?: readonly JsonObject[]
    /** Which of the newer features its kubelet has, in the order of their names. */
    readonly declaredFeatures?: readonly string[]
  }
}
