// The parts of a NetworkPolicy that its rules read. Upstream: api networking/v1/types.go

import type { JsonObject } from '../../object'
import type { SelectorObject } from '../../validation/labelSelector'

export interface Port extends JsonObject {
  readonly protocol?: string
  readonly port?: number | string
  readonly endPort?: number
}
export interface Peer extends JsonObject {
  readonly podSelector?: SelectorObject
  readonly namespaceSelector?: SelectorObject
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] }
}
export interface PolicyRule extends JsonObject {
  readonly ports?: readonly Port[]
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
}
export interface PolicySpec extends JsonObject {
  readonly podSelector?: SelectorObject
  readonly policyTypes?: readonly string[]
  readonly ingress?: readonly PolicyRule[]
  readonly egress?: readonly PolicyRule[]
}
