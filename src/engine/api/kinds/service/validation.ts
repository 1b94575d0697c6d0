// What a Service must be. Leaves out: dual stack, the topology annotations.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateServiceCreate, ValidateServiceUpdate)

import type { ApiObject } from '../../object'
import { isIp } from '../../ipAddress'
import { validateCidr, validateIp, validateNonSpecialIp } from '../../validation/addresses'
import { labelKeyErrors } from '../../validation/labels'
import { dnsLabelErrors, dnsSubdomainErrors, portNameErrors } from '../../validation/names'
import { validateLabels } from '../../validation/objectMeta'
import {
  missing,
  named,
  NONE,
  notAllowed,
  oneOf,
  Path,
  portNumber,
  repeated,
  unsupported,
  wrong,
  type Errors,
} from '../../validation/rules'
import { isExternal, needsClusterIp, needsHealthCheck, specOf, type ServicePort, type ServiceSpec } from './types'

const AT = Path.root('spec')
const PORTS = AT.child('ports')
const POLICIES = ['Cluster', 'Local']
const LONGEST_STICKY = 86400
const ONLY_BALANCER = "may only be used when `type` is 'LoadBalancer'"
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'

export function validateService(object: ApiObject): Errors {
  const spec = specOf(object)
  const { type = '', ports = [] } = spec
  return [
    ...(ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName' ? missing(PORTS) : NONE),
    ...validateType(spec),
    ...validatePorts(ports),
    ...validateLabels(spec.selector, AT.child('selector')),
    ...oneOf(spec.sessionAffinity, ['ClientIP', 'None'], AT.child('sessionAffinity')),
    ...stickiness(spec, AT.child('sessionAffinityConfig')),
    ...(type === 'ExternalName' ? NONE : addresses(spec)),
    ...(spec.externalIPs ?? []).flatMap((ip, i) => {
      const bad = validateIp(ip, AT.child('externalIPs').index(i))
      return bad.length > 0 ? bad : validateNonSpecialIp(ip, AT.child('externalIPs').index(i))
    }),
    ...oneOf(type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], AT.child('type')),
    ...(type === 'ClusterIP'
      ? ports.flatMap((p, i) =>
          p.nodePort ? notAllowed(PORTS.index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'") : NONE,
        )
      : NONE),
    ...twice(
      ports,
      (p) => (p.nodePort ? `${p.protocol} ${p.nodePort}` : undefined),
      (p, i) => repeated(PORTS.index(i).child('nodePort'), p.nodePort),
    ),
    ...twice(
      ports,
      (p) => `${p.protocol} ${p.port}`,
      (p, i) => repeated(PORTS.index(i), internalKey(p)),
    ),
    ...sourceRanges(object, spec),
    ...(spec.allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer'
      ? notAllowed(AT.child('allocateLoadBalancerNodePorts'), ONLY_BALANCER)
      : NONE),
    ...balancerClass(spec, AT.child('loadBalancerClass')),
    ...traffic(spec),
    ...oneOf(spec.internalTrafficPolicy, POLICIES, AT.child('internalTrafficPolicy')),
    ...oneOf(
      spec.trafficDistribution as string | undefined,
      ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
      AT.child('trafficDistribution'),
    ),
  ]
}

const isHeadless = ({ clusterIP, clusterIPs }: ServiceSpec) => clusterIP === 'None' || clusterIPs?.[0] === 'None'

/** What each type asks for, or cannot have. */
function validateType(spec: ServiceSpec): Errors {
  const { type, externalName = '' } = spec
  if (type === 'LoadBalancer' || type === 'NodePort')
    return isHeadless(spec) ? wrong(AT.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`) : NONE
  if (type !== 'ExternalName') return NONE
  const without = (field: string, given: unknown) =>
    given === undefined ? NONE : notAllowed(AT.child(field), 'may not be set for ExternalName services')
  const name = externalName.replace(/\.$/, '')
  return [
    ...without('clusterIPs', spec.clusterIPs?.[0]),
    ...without('ipFamilies', spec.ipFamilies?.[0]),
    ...without('ipFamilyPolicy', spec.ipFamilyPolicy),
    ...(name ? named(name, AT.child('externalName'), dnsSubdomainErrors) : missing(AT.child('externalName'))),
  ]
}

function validatePorts(ports: readonly ServicePort[]): Errors {
  const names = new Set<string>()
  return ports.flatMap((p, i): Errors => {
    const at = PORTS.index(i)
    const again = p.name !== undefined && names.has(p.name)
    if (p.name) names.add(p.name)
    return [
      ...(p.name ? named(p.name, at.child('name'), dnsLabelErrors) : ports.length > 1 ? missing(at.child('name')) : NONE),
      ...(again ? repeated(at.child('name'), p.name) : NONE),
      ...portNumber(p.port, at.child('port')),
      ...oneOf(p.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol')),
      ...(typeof p.targetPort === 'string'
        ? named(p.targetPort, at.child('targetPort'), portNameErrors)
        : portNumber(p.targetPort ?? p.port, at.child('targetPort'))),
      ...(p.appProtocol === undefined ? NONE : named(p.appProtocol as string, at.child('appProtocol'), labelKeyErrors)),
    ]
  })
}

function twice(
  ports: readonly ServicePort[],
  keyOf: (port: ServicePort) => string | undefined,
  error: (port: ServicePort, index: number) => Errors,
): Errors {
  const seen = new Set<string>()
  return ports.flatMap((p, i) => {
    const key = keyOf(p)
    if (key === undefined) return NONE
    const again = seen.has(key)
    seen.add(key)
    return again ? error(p, i) : NONE
  })
}

/** As upstream's internal type is printed: Go's names. */
const internalKey = ({ protocol = '', port }: ServicePort) => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
})

function stickiness({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec, at: Path): Errors {
  if (sessionAffinity === 'None') return config ? notAllowed(at, 'must not be set when session affinity is None') : NONE
  const seconds = config?.clientIP?.timeoutSeconds
  return sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > LONGEST_STICKY)
    ? wrong(at.child('clientIP', 'timeoutSeconds'), seconds, `must be greater than 0 and less than ${LONGEST_STICKY}`)
    : NONE
}

function addresses(spec: ServiceSpec): Errors {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = spec
  const at = AT.child('clusterIPs')
  const first =
    clusterIP === ''
      ? clusterIPs.length > 0
        ? wrong(at, clusterIPs, 'must be empty when `clusterIP` is not specified')
        : NONE
      : clusterIPs.length > 0 && clusterIPs[0] !== clusterIP
        ? wrong(at, clusterIPs, 'first value must match `clusterIP`')
        : NONE
  return [
    ...first,
    ...ipFamilies.flatMap((family, i) => [
      ...(['IPv4', 'IPv6'].includes(family) ? NONE : unsupported(AT.child('ipFamilies').index(i), family, ['IPv4', 'IPv6'])),
      ...(ipFamilies.indexOf(family) < i ? repeated(AT.child('ipFamilies').index(i), family) : NONE),
    ]),
    ...oneOf(spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack'], AT.child('ipFamilyPolicy')),
    ...clusterIPs.flatMap((ip, i) => {
      if (i > 0 || ip !== 'None') return validateIp(ip, at.index(i))
      return clusterIPs.length > 1 ? wrong(at, clusterIPs, "'None' must be the first and only value") : NONE
    }),
    ...(clusterIPs.length > 2 ? wrong(at, clusterIPs, 'may only hold up to 2 values') : NONE),
  ]
}

/** By the field, or by the annotation that came before it. */
function sourceRanges({ metadata }: ApiObject, { type, loadBalancerSourceRanges: ranges = [] }: ServiceSpec): Errors {
  const annotation = metadata.annotations?.[SOURCE_RANGES]
  // Upstream spells this path with a capital.
  const at = ranges.length > 0 ? AT.child('LoadBalancerSourceRanges') : Path.root('metadata').child('annotations').key(SOURCE_RANGES)
  if (ranges.length === 0 && annotation === undefined) return NONE
  const list = ranges.length > 0 ? ranges : annotation!.trim() === '' ? [] : annotation!.split(',')
  return [
    ...(type === 'LoadBalancer' ? NONE : notAllowed(at, ONLY_BALANCER)),
    ...list.flatMap((range, i) => validateCidr(range.trim(), ranges.length > 0 ? at.index(i) : at)),
  ]
}

function balancerClass({ type, loadBalancerClass: name }: ServiceSpec, at: Path): Errors {
  if (name === undefined) return NONE
  return type === 'LoadBalancer' ? named(name, at, labelKeyErrors) : notAllowed(at, ONLY_BALANCER)
}

function traffic(spec: ServiceSpec): Errors {
  const { externalTrafficPolicy: policy, healthCheckNodePort: health } = spec
  const at = AT.child('externalTrafficPolicy')
  const place = AT.child('healthCheckNodePort')
  return [
    ...(isExternal(spec)
      ? oneOf(policy, POLICIES, at)
      : policy
        ? wrong(at, policy, 'may only be set for externally-accessible services')
        : NONE),
    ...(!health
      ? NONE
      : needsHealthCheck(spec)
        ? portNumber(health, place)
        : wrong(place, health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")),
  ]
}

export function validateServiceUpdate(object: ApiObject, old: ApiObject): Errors {
  const [spec, former] = [specOf(object), specOf(old)]
  const kept = needsClusterIp(spec) && needsClusterIp(former) && (former.clusterIPs?.length ?? 0) > 0
  const at = AT.child('clusterIPs').index(0)
  const balanced = spec.type === 'LoadBalancer' && former.type === 'LoadBalancer'
  return [
    ...(kept && spec.clusterIPs?.[0] !== former.clusterIPs?.[0] ? wrong(at, spec.clusterIPs ?? null, 'may not change once set') : NONE),
    ...(kept && spec.ipFamilies?.[0] !== undefined && former.ipFamilies?.[0] !== undefined && spec.ipFamilies[0] !== former.ipFamilies[0]
      ? wrong(AT.child('ipFamilies').index(0), spec.ipFamilies, 'may not change once set')
      : NONE),
    ...(balanced && spec.loadBalancerClass !== former.loadBalancerClass
      ? wrong(AT.child('loadBalancerClass'), spec.loadBalancerClass ?? null, 'may not change once set')
      : NONE),
    ...(needsHealthCheck(former) && needsHealthCheck(spec) && spec.healthCheckNodePort !== former.healthCheckNodePort
      ? notAllowed(AT.child('healthCheckNodePort'), 'field is immutable')
      : NONE),
    ...validateService(object),
  ]
}

export function validateLoadBalancerStatus(object: ApiObject): Errors {
  const { loadBalancer } = (object.status ?? {}) as {
    loadBalancer?: { ingress?: readonly { ip?: string; ipMode?: string; hostname?: string }[] }
  }
  const at = Path.root('status').child('loadBalancer', 'ingress')
  return (loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode, hostname }, i) => [
    ...(ip ? validateIp(ip, at.index(i).child('ip')) : NONE),
    ...(ip
      ? oneOf(ipMode, ['Proxy', 'VIP'], at.index(i).child('ipMode'))
      : ipMode === undefined
        ? NONE
        : notAllowed(at.index(i).child('ipMode'), 'may not be specified when `ip` is not set')),
    ...(hostname ? named(hostname, at.index(i).child('hostname'), dnsSubdomainErrors) : NONE),
    ...(hostname && isIp(hostname) ? wrong(at.index(i).child('hostname'), hostname, 'must be a DNS name, not an IP address') : NONE),
  ])
}
