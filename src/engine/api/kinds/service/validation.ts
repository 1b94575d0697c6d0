// What a Service must be.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateServiceCreate, ValidateServiceUpdate)

import type { ApiObject } from '../../object'
import { isIp } from '../../net/ipAddress'
import { validateCidr, validateIp, validateNonSpecialIp } from '../../validation/addresses'
import { labelKeyErrors } from '../../validation/labels'
import { dnsLabelErrors, dnsSubdomainErrors, portNameErrors } from '../../validation/names'
import { validateLabels } from '../../validation/objectMeta'
import { missing, named, NONE, notAllowed, oneOf, Path, portNumber, repeated, seenBefore, wrong, type Errors } from '../../validation/rules'
import { clusterIpChangeErrors, clusterIpErrors } from './clusterIps'
import { isExternal, isHeadless, needsHealthCheck, serviceSpecOf, type ServicePort, type ServiceSpec } from './types'

const AT = Path.root('spec')
const PORTS = AT.child('ports')
const POLICIES = ['Cluster', 'Local']
const LONGEST_STICKY = 86400
const ONLY_BALANCER = "may only be used when `type` is 'LoadBalancer'"
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'

export const validateService = (object: ApiObject): Errors => serviceErrors(object, null)

function serviceErrors(object: ApiObject, old: ApiObject | null): Errors {
  const spec = serviceSpecOf(object)
  const former = old && serviceSpecOf(old)
  const { type = '', ports = [] } = spec
  return [
    ...topology(object),
    ...(ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName' ? missing(PORTS) : NONE),
    ...validateType(spec),
    ...validatePorts(ports),
    ...validateLabels(spec.selector, AT.child('selector')),
    ...oneOf(spec.sessionAffinity, ['ClientIP', 'None'], AT.child('sessionAffinity')),
    ...stickiness(spec, AT.child('sessionAffinityConfig')),
    ...clusterIpErrors(spec, former),
    ...(spec.externalIPs ?? []).flatMap((ip, i) => {
      const bad = former?.externalIPs?.includes(ip) ? NONE : validateIp(ip, AT.child('externalIPs').index(i))
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
  const again = seenBefore()
  return ports.flatMap((p, i) => {
    const key = keyOf(p)
    if (key === undefined) return NONE
    return again(key) ? error(p, i) : NONE
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
  const [spec, former] = [serviceSpecOf(object), serviceSpecOf(old)]
  const balanced = spec.type === 'LoadBalancer' && former.type === 'LoadBalancer'
  return [
    ...clusterIpChangeErrors(spec, former),
    ...(balanced && spec.loadBalancerClass !== former.loadBalancerClass
      ? wrong(AT.child('loadBalancerClass'), spec.loadBalancerClass ?? null, 'may not change once set')
      : NONE),
    ...(needsHealthCheck(former) && needsHealthCheck(spec) && spec.healthCheckNodePort !== former.healthCheckNodePort
      ? notAllowed(AT.child('healthCheckNodePort'), 'field is immutable')
      : NONE),
    ...serviceErrors(object, old),
  ]
}

export function validateLoadBalancerStatus(object: ApiObject, old: ApiObject): Errors {
  const ingress = ingressOf(object)
  const known = new Set(ingressOf(old).map(({ ip }) => ip))
  const at = Path.root('status').child('loadBalancer', 'ingress')
  if (serviceSpecOf(object).type !== 'LoadBalancer' && ingress.length > 0)
    return notAllowed(at, "may only be used when `spec.type` is 'LoadBalancer'")
  return ingress.flatMap(({ ip, ipMode, hostname }, i) => [
    ...(ip && !known.has(ip) ? validateIp(ip, at.index(i).child('ip')) : NONE),
    ...(ip
      ? oneOf(ipMode, ['Proxy', 'VIP'], at.index(i).child('ipMode'))
      : ipMode === undefined
        ? NONE
        : notAllowed(at.index(i).child('ipMode'), 'may not be specified when `ip` is not set')),
    ...(hostname ? named(hostname, at.index(i).child('hostname'), dnsSubdomainErrors) : NONE),
    ...(hostname && isIp(hostname) ? wrong(at.index(i).child('hostname'), hostname, 'must be a DNS name, not an IP address') : NONE),
  ])
}

interface Ingress {
  readonly ip?: string
  readonly ipMode?: string
  readonly hostname?: string
}

const ingressOf = ({ status }: ApiObject) =>
  (status as { readonly loadBalancer?: { readonly ingress?: readonly Ingress[] } } | undefined)?.loadBalancer?.ingress ?? []

const [HINTS, MODE] = ['service.kubernetes.io/topology-aware-hints', 'service.kubernetes.io/topology-mode']

function topology({ metadata: { annotations = {} } }: ApiObject): Errors {
  const [hints, mode] = [annotations[HINTS], annotations[MODE]]
  if (hints === undefined || mode === undefined || hints === mode) return NONE
  return wrong(Path.root('metadata').child('annotations').key(MODE), mode, `must match annotations[${HINTS}] when both are specified`)
}
