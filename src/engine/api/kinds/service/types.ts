// A Service as the server and the controllers read it.
// Upstream: api core/v1/types.go (ServiceSpec, ServicePort)

import { specOf, type ApiObject, type JsonObject } from '../../object'

export interface ServicePort extends JsonObject {
  readonly name?: string
  readonly port: number
  readonly nodePort?: number
  readonly protocol?: string
  readonly targetPort?: number | string
}

export interface ServiceSpec extends JsonObject {
  readonly type?: string
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly ipFamilies?: readonly string[]
  readonly ipFamilyPolicy?: string
  readonly externalIPs?: readonly string[]
  readonly externalName?: string
  readonly externalTrafficPolicy?: string
  readonly internalTrafficPolicy?: string
  readonly sessionAffinity?: string
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
  readonly healthCheckNodePort?: number
  readonly allocateLoadBalancerNodePorts?: boolean
  readonly loadBalancerClass?: string
  readonly loadBalancerSourceRanges?: readonly string[]
  readonly ports?: readonly ServicePort[]
  readonly selector?: Readonly<Record<string, string>>
}

export const serviceSpecOf = (object: ApiObject): ServiceSpec => specOf<ServiceSpec>(object)
export const needsClusterIp = ({ type }: ServiceSpec) => type !== 'ExternalName'
export const isHeadless = ({ clusterIPs = [] }: ServiceSpec) => clusterIPs.length === 1 && clusterIPs[0] === 'None'
export const needsAddress = (spec: ServiceSpec) => needsClusterIp(spec) && !isHeadless(spec)
export const needsNodePort = ({ type }: ServiceSpec) => type === 'NodePort' || type === 'LoadBalancer'
/** Whether ports of the nodes are given to it unasked. */
export const allocatesNodePorts = ({ type, allocateLoadBalancerNodePorts: asked }: ServiceSpec) =>
  type === 'NodePort' || (type === 'LoadBalancer' && asked !== false)
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec) =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'
/** Whether something outside the cluster can send to it. */
export const isExternal = ({ type, externalIPs }: ServiceSpec) =>
  type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0)
