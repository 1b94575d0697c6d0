// Which families of addresses a Service asks for, where it does not say all of it; and whether the cluster has them: this one has IPv4 alone.
// Upstream: kubernetes pkg/registry/core/service/storage/alloc.go (initIPFamilyFields)

import { equalJson } from '../../../base/equal'
import { NONE, Path, wrong, type Errors } from '../../validation/rules'
import { clusterIpErrors, familyOf } from './clusterIps'
import { needsClusterIp, type ServiceSpec } from './types'

const CONFIGURED: readonly string[] = ['IPv4']
const AT = Path.root('spec')
const POLICY = AT.child('ipFamilyPolicy')

export function withFamilies(given: ServiceSpec, former: ServiceSpec | null): { readonly spec: ServiceSpec } | { readonly errors: Errors } {
  if (!needsClusterIp(given) || (former && isSettled(given, former))) return { spec: given }
  const free = given.clusterIP === 'None' && Object.keys(given.selector ?? {}).length === 0
  const policy = given.ipFamilyPolicy ?? former?.ipFamilyPolicy ?? (free ? 'RequireDualStack' : 'SingleStack')
  let spec: ServiceSpec = { ...given, ipFamilyPolicy: policy }
  const single = policy === 'SingleStack'

  const related = clusterIpErrors(spec, former)
  if (related.length > 0) return { errors: related }
  if (former && single) spec = withFirstsOf(spec, former)
  const { clusterIPs = [], ipFamilies = [] } = spec
  const families = [...ipFamilies]
  const errors = [
    ...(former && !single ? reduced(spec, former) : NONE),
    ...(single ? doubled(spec) : NONE),
    ...clusterIPs.flatMap((ip, i) => {
      if (ip === 'None' || i < families.length) return NONE
      const family = familyOf(ip)
      if (!CONFIGURED.includes(family))
        return wrong(AT.child('clusterIPs').index(i), clusterIPs, `${family} is not configured on this cluster`)
      families.push(family)
      return NONE
    }),
  ]
  if (errors.length > 0) return { errors }

  // Nobody knows what endpoints such a Service will get: it may have what the cluster has not.
  if (free) {
    const first = families[0] ?? CONFIGURED[0]!
    return { spec: { ...spec, ipFamilies: families.length > 1 || single ? [first, ...families.slice(1)] : [first, otherFamily(first)] } }
  }
  const unknown = [
    ...(policy === 'RequireDualStack' && CONFIGURED.length < 2
      ? wrong(POLICY, policy, 'this cluster is not configured for dual-stack services')
      : NONE),
    ...families.flatMap((family, i) =>
      CONFIGURED.includes(family) ? NONE : wrong(AT.child('ipFamilies').index(i), family, 'not configured on this cluster'),
    ),
  ]
  if (unknown.length > 0) return { errors: unknown }
  return { spec: { ...spec, ipFamilies: families.length > 0 ? families : [CONFIGURED[0]!] } }
}

const otherFamily = (family: string) => (family === 'IPv4' ? 'IPv6' : 'IPv4')
const same = (field: keyof ServiceSpec & string, a: ServiceSpec, b: ServiceSpec) => equalJson(a[field] ?? [], b[field] ?? [])

/** What prefers two families keeps the one that it got, until somebody says otherwise. */
function isSettled(spec: ServiceSpec, former: ServiceSpec): boolean {
  return (
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (former.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    spec.type === former.type &&
    same('clusterIPs', spec, former) &&
    same('ipFamilies', spec, former)
  )
}

/** To ask for one family alone lets go of the second one. */
function withFirstsOf(spec: ServiceSpec, former: ServiceSpec): ServiceSpec {
  const first = (field: 'clusterIPs' | 'ipFamilies') =>
    same(field, spec, former) && (spec[field]?.length ?? 0) > 1 ? { [field]: spec[field]!.slice(0, 1) } : {}
  return { ...spec, ...first('clusterIPs'), ...first('ipFamilies') }
}

function reduced(spec: ServiceSpec, former: ServiceSpec): Errors {
  const less = (field: 'clusterIPs' | 'ipFamilies') => (spec[field]?.length ?? 0) > 0 && spec[field]!.length < (former[field]?.length ?? 0)
  const say = (what: string) => wrong(POLICY, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`)
  return [...(less('clusterIPs') ? say('cluster IP') : NONE), ...(less('ipFamilies') ? say('IP family') : NONE)]
}

function doubled({ clusterIPs = [], ipFamilies = [], ipFamilyPolicy }: ServiceSpec): Errors {
  const say = (what: string) =>
    wrong(POLICY, ipFamilyPolicy, `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`)
  return [...(clusterIPs.length === 2 ? say('cluster IPs') : NONE), ...(ipFamilies.length === 2 ? say('IP families') : NONE)]
}
