// What a Service must be. Leaves out: dual stack.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateService)

import type { ApiObject } from '../../object'
import { validateCidr, validateIp, validateNonSpecialIp } from '../../validation/addresses'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { validateLabels } from '../../validation/objectMeta'
import { portNameErrors } from '../pod/validation'
import { missing, named, NONE, notAllowed, oneOf, Path, portNumber, repeated, required, wrong, type Errors } from '../../validation/rules'
import { isExternal, needsClusterIp, specOf, type ServicePort } from './types'

export function validateService(object: ApiObject): Errors {
  const spec = specOf(object)
  const at = Path.root('spec')
  const { type = '', ports = [] } = spec
  const headless = spec.clusterIP === 'None'
  const names = new Set<string>()
  return [
    ...(ports.length === 0 && !headless && type !== 'ExternalName' ? missing(at.child('ports')) : NONE),
    ...ports.flatMap((p, i): Errors => {
      const place = at.child('ports').index(i)
      const again = p.name !== undefined && names.has(p.name)
      if (p.name) names.add(p.name)
      return [...validatePort(p, place, ports.length > 1), ...(again ? repeated(place.child('name'), p.name) : NONE)]
    }),
    ...validateLabels(spec.selector, at.child('selector')),
    ...oneOf(spec.sessionAffinity, ['ClientIP', 'None'], at.child('sessionAffinity')),
    ...oneOf(type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], at.child('type')),
    ...(spec.clusterIPs ?? []).flatMap((ip, i) => (ip === 'None' ? NONE : validateIp(ip, at.child('clusterIPs').index(i)))),
    ...(spec.externalIPs ?? []).flatMap((ip, i) => validateNonSpecialIp(ip, at.child('externalIPs').index(i))),
    // Upstream spells this path with a capital.
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((r, i) => validateCidr(r.trim(), at.child('LoadBalancerSourceRanges').index(i))),
    ...(type === 'ExternalName' ? required(spec.externalName, at.child('externalName')) : NONE),
    ...(type === 'ClusterIP'
      ? ports.flatMap((p, i) =>
          p.nodePort ? notAllowed(at.child('ports').index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'") : NONE,
        )
      : NONE),
    ...(spec.externalTrafficPolicy !== undefined && !isExternal(spec)
      ? wrong(at.child('externalTrafficPolicy'), spec.externalTrafficPolicy, 'may only be set for externally-accessible services')
      : NONE),
  ]
}

function validatePort(p: ServicePort, at: Path, several: boolean): Errors {
  return [
    ...(p.name ? named(p.name, at.child('name'), dnsLabelErrors) : several ? missing(at.child('name')) : NONE),
    ...portNumber(p.port, at.child('port')),
    ...oneOf(p.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol')),
    ...(typeof p.targetPort === 'number'
      ? portNumber(p.targetPort, at.child('targetPort'))
      : p.targetPort
        ? named(p.targetPort, at.child('targetPort'), portNameErrors)
        : NONE),
  ]
}

export function validateServiceUpdate(object: ApiObject, old: ApiObject): Errors {
  const [spec, former] = [specOf(object), specOf(old)]
  const kept = needsClusterIp(spec) && needsClusterIp(former) && (former.clusterIPs?.length ?? 0) > 0
  const at = Path.root('spec').child('clusterIPs').index(0)
  return [
    ...(kept && spec.clusterIPs?.[0] !== former.clusterIPs?.[0] ? wrong(at, spec.clusterIPs ?? null, 'may not change once set') : NONE),
    ...validateService(object),
  ]
}

export function validateLoadBalancerStatus(object: ApiObject): Errors {
  const { loadBalancer } = (object.status ?? {}) as { loadBalancer?: { ingress?: readonly { ip?: string; hostname?: string }[] } }
  const at = Path.root('status').child('loadBalancer', 'ingress')
  return (loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => [
    ...(ip ? validateIp(ip, at.index(i).child('ip')) : NONE),
    ...(hostname ? named(hostname, at.index(i).child('hostname'), dnsSubdomainErrors) : NONE),
  ])
}
