// What the server warns of in a Service that it takes all the same.
// Upstream: kubernetes pkg/api/service/warnings.go

import type { ApiObject } from '../../object'
import { cidrWarnings, ipWarnings } from '../../validation/addresses'
import { Path } from '../../validation/rules'
import { serviceSpecOf } from './types'

const HINTS = 'service.kubernetes.io/topology-aware-hints'

export function serviceWarnings(object: ApiObject): readonly string[] {
  const spec = serviceSpecOf(object)
  const { type, clusterIP = '', clusterIPs = [], externalIPs = [], externalName, sessionAffinity, trafficDistribution } = spec
  const { loadBalancerIP, loadBalancerSourceRanges: ranges = [] } = spec as {
    loadBalancerIP?: string
    loadBalancerSourceRanges?: readonly string[]
  }
  const at = Path.root('spec')
  const byName = type === 'ExternalName'
  const headless = !byName && clusterIP === 'None'
  const when = (holds: boolean, text: string) => (holds ? [text] : [])
  return [
    ...when(
      object.metadata.annotations?.[HINTS] !== undefined,
      `annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ),
    ...(headless || byName ? [] : clusterIPs.flatMap((ip, i) => ipWarnings(ip, at.child('clusterIPs').index(i)))),
    ...when(headless && Boolean(loadBalancerIP), 'spec.loadBalancerIP is ignored for headless services'),
    ...when(headless && externalIPs.length > 0, 'spec.externalIPs is ignored for headless services'),
    ...when(headless && sessionAffinity !== 'None', 'spec.SessionAffinity is ignored for headless services'),
    ...externalIPs.flatMap((ip, i) => ipWarnings(ip, at.child('externalIPs').index(i))),
    ...when(
      externalIPs.length > 0 && !headless && !byName,
      'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    ),
    ...(loadBalancerIP ? ipWarnings(loadBalancerIP, at.child('loadBalancerIP')) : []),
    ...ranges.flatMap((range, i) => cidrWarnings(range, at.child('loadBalancerSourceRanges').index(i))),
    ...when(byName && externalIPs.length > 0, 'spec.externalIPs is ignored when spec.type is "ExternalName"'),
    ...when(!byName && Boolean(externalName), 'spec.externalName is ignored when spec.type is not "ExternalName"'),
    ...when(trafficDistribution === 'PreferClose', 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'),
  ]
}
