// Endpoints and EndpointSlices as their controllers read and write them.
// Upstream: api core/v1/types.go (Endpoints), discovery/v1/types.go

import type { ApiObject, JsonObject } from '../../api/object'

export interface EndpointHints extends JsonObject {
  readonly forZones?: readonly { readonly name: string }[]
  readonly forNodes?: readonly { readonly name: string }[]
}

export interface Endpoint extends JsonObject {
  readonly addresses: readonly string[]
  readonly conditions: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }
  readonly hostname?: string
  readonly targetRef?: JsonObject
  readonly nodeName?: string
  readonly zone?: string
  readonly hints?: EndpointHints
}

export interface EndpointPort extends JsonObject {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
  readonly appProtocol?: string
}

export interface EndpointSlice extends ApiObject {
  readonly addressType: string
  /** Lists without anything in them are stored as null. */
  readonly endpoints?: readonly Endpoint[] | null
  readonly ports?: readonly EndpointPort[] | null
}

export interface EndpointAddress extends JsonObject {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
  readonly targetRef?: JsonObject
}

export interface EndpointSubset extends JsonObject {
  readonly addresses?: readonly EndpointAddress[]
  readonly notReadyAddresses?: readonly EndpointAddress[]
  readonly ports?: readonly EndpointPort[]
}

export interface Endpoints extends ApiObject {
  readonly subsets?: readonly EndpointSubset[]
}

export const SERVICE_NAME = 'kubernetes.io/service-name'
export const SLICE_MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
export const HEADLESS = 'service.kubernetes.io/headless'
export const SLICES = '/apis/discovery.k8s.io/v1/endpointslices'
export const ENDPOINTS = '/api/v1/endpoints'

/** The collection of a namespace, or one of it. */
export const slicesPath = (namespace: string, name?: string): string =>
  `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices${name ? `/${name}` : ''}`
