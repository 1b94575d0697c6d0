// Service, v1.
// Upstream: kubernetes pkg/registry/core/service, pkg/apis/core/v1/defaults.go

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { without } from '../../../base/without'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { allocate, holds } from './allocate'
import { isExternal, serviceSpecOf, type ServicePort, type ServiceSpec } from './types'
import { withoutTypeDependent } from './update'
import { serviceWarnings } from './warnings'
import { validateLoadBalancerStatus, validateService, validateServiceUpdate } from './validation'
import { balancerAddresses } from '../loadBalancer'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

function withDefaults(object: ApiObject): ApiObject {
  const given = serviceSpecOf(object)
  const affinity = given.sessionAffinity || 'None'
  const spec = affinity === 'None' && given.sessionAffinityConfig ? (without(given, 'sessionAffinityConfig') as ServiceSpec) : given
  const type = spec.type || 'ClusterIP'
  const ports = spec.ports?.map((p) => ({
    ...p,
    protocol: p.protocol || 'TCP',
    targetPort: p.targetPort === undefined || p.targetPort === 0 || p.targetPort === '' ? p.port : p.targetPort,
  }))
  const sticky = spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
  return {
    ...object,
    spec: {
      sessionAffinity: 'None',
      ...(type === 'ExternalName' ? {} : { internalTrafficPolicy: 'Cluster' }),
      ...(isExternal({ ...spec, type }) ? { externalTrafficPolicy: 'Cluster' } : {}),
      ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
      ...spec,
      type,
      ...(sticky ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: STICKY_SECONDS } } } : {}),
      ...(ports ? { ports } : {}),
    },
  }
}

/** Addresses of a load balancer are virtual IPs unless it says otherwise. */
function withIpModes(object: ApiObject): ApiObject {
  const { loadBalancer } = (object.status ?? {}) as { loadBalancer?: { ingress?: readonly JsonObject[] } }
  if (!loadBalancer?.ingress?.some((i) => i.ip && i.ipMode === undefined)) return object
  const ingress = loadBalancer.ingress.map((i) => (i.ip && i.ipMode === undefined ? { ...i, ipMode: 'VIP' } : i))
  return { ...object, status: { ...(object.status as JsonObject), loadBalancer: { ...loadBalancer, ingress } } }
}

/** Upstream keeps this field of such a Service, and shows it to nobody. */
const readable = (object: ApiObject): ApiObject =>
  serviceSpecOf(object).type === 'ExternalName' ? { ...object, spec: without(serviceSpecOf(object), 'internalTrafficPolicy') } : object

function externalText(object: ApiObject): string {
  const { type, externalIPs = [], externalName } = serviceSpecOf(object)
  switch (type) {
    case 'ExternalName':
      return externalName ?? ''
    case 'LoadBalancer':
      return [...balancerAddresses(object), ...externalIPs].join(',') || '<pending>'
    default:
      return externalIPs.join(',') || '<none>'
  }
}

const STICKY_SECONDS = 10800

const port = (p: ServicePort) => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`)

export const service: Kind = {
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'services/specs',
  schema: types.struct('Service'),
  returnsDeletedObject: true,
  nameRule: 'dnsLabel',
  allowCreateOnUpdate: true,
  defaults: (object) => withIpModes(withDefaults(object)),
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,
  allocate,
  holds,
  prepareForCreate: (object) => readable({ ...object, status: { loadBalancer: {} } }),
  prepareForUpdate: (object, old) => readable(withoutTypeDependent({ ...object, status: old.status }, old)),
  fieldSelectors: { 'spec.clusterIP': (o) => serviceSpecOf(o).clusterIP ?? '', 'spec.type': (o) => serviceSpecOf(o).type ?? '' },
  subresources: {
    status: { ...statusSubresource, validateUpdate: validateLoadBalancerStatus },
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      kind: { group: '', version: 'v1', kind: 'ServiceProxyOptions' },
      connects: 'endpoints',
    },
  },
  columns: [
    nameColumn,
    column(
      'Type',
      'type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer. "ClusterIP" allocates a cluster-internal IP address for load-balancing to endpoints. Endpoints are determined by the selector or if that is not specified, by manual construction of an Endpoints object or EndpointSlice objects. If clusterIP is "None", no virtual IP is allocated and the endpoints are published as a set of endpoints rather than a virtual IP. "NodePort" builds on ClusterIP and allocates a port on every node which routes to the same endpoints as the clusterIP. "LoadBalancer" builds on NodePort and creates an external load-balancer (if supported in the current cloud) which routes to the same endpoints as the clusterIP. "ExternalName" aliases this service to the specified externalName. Several other fields do not apply to ExternalName services. More info: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
      (o) => serviceSpecOf(o).type ?? '',
    ),
    column(
      'Cluster-IP',
      'clusterIP is the IP address of the service and is usually assigned randomly. If an address is specified manually, is in-range (as per system configuration), and is not in use, it will be allocated to the service; otherwise creation of the service will fail. This field may not be changed through updates unless the type field is also being changed to ExternalName (which requires this field to be blank) or the type field is being changed from ExternalName (in which case this field may optionally be specified, as describe above).  Valid values are "None", empty string (""), or a valid IP address. Setting this to "None" makes a "headless service" (no virtual IP), which is useful when direct endpoint connections are preferred and proxying is not required.  Only applies to types ClusterIP, NodePort, and LoadBalancer. If this field is specified when creating a Service of type ExternalName, creation will fail. This field will be wiped when updating a Service to type ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies',
      (o) => serviceSpecOf(o).clusterIP || '<none>',
    ),
    column(
      'External-IP',
      'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.  These IPs are not managed by Kubernetes.  The user is responsible for ensuring that traffic arrives at a node with this IP.  A common example is external load-balancers that are not part of the Kubernetes system.',
      externalText,
    ),
    column(
      'Port(s)',
      'The list of ports that are exposed by this service. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies',
      (o) => serviceSpecOf(o).ports?.map(port).join(',') || '<none>',
    ),
    ageColumn,
    column(
      'Selector',
      'Route service traffic to pods with label keys and values matching this selector. If empty or not present, the service is assumed to have an external process managing its endpoints, which Kubernetes will not modify. Only applies to types ClusterIP, NodePort, and LoadBalancer. Ignored if type is ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/',
      (o) =>
        Object.entries(serviceSpecOf(o).selector ?? {})
          .map(([k, v]) => `${k}=${v}`)
          .join(',') || '<none>',
      wide,
    ),
  ],
}
