// The fields of a Service that say which addresses it has, and how they hang together.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngrade…)

import { isIpv6 } from '../../net/ipAddress'
import { validateIp } from '../../validation/addresses'
import { missing, NONE, oneOf, Path, repeated, seenBefore, unsupported, wrong, type Errors } from '../../validation/rules'
import { isHeadless, needsClusterIp, type ServiceSpec } from './types'

const AT = Path.root('spec')
const [IPS, FAMILIES, POLICY] = [AT.child('clusterIPs'), AT.child('ipFamilies'), AT.child('ipFamilyPolicy')]
const KNOWN = ['IPv4', 'IPv6']

export const familyOf = (ip: string) => (isIpv6(ip) ? 'IPv6' : 'IPv4')

/** `former`: the spec before, whose addresses are taken as they are. */
export function clusterIpErrors(spec: ServiceSpec, former: ServiceSpec | null): Errors {
  if (!needsClusterIp(spec)) return NONE
  const { clusterIPs = [], ipFamilies = [] } = spec
  const again = seenBefore()
  const errors = [
    ...firstErrors(spec),
    ...ipFamilies.flatMap((family, i) => [
      ...(KNOWN.includes(family) ? NONE : unsupported(FAMILIES.index(i), family, KNOWN)),
      ...(again(family) ? repeated(FAMILIES.index(i), family) : NONE),
    ]),
    ...oneOf(spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack'], POLICY),
  ]
  const odd = clusterIPs.flatMap((ip, i) => {
    if (i === 0 && ip === 'None') return clusterIPs.length > 1 ? wrong(IPS, clusterIPs, "'None' must be the first and only value") : NONE
    return former?.clusterIPs?.includes(ip) ? NONE : validateIp(ip, IPS.index(i))
  })
  const many = clusterIPs.length > 2 ? wrong(IPS, clusterIPs, 'may only hold up to 2 values') : NONE
  if (odd.length > 0) return [...errors, ...odd, ...many]
  return [
    ...errors,
    ...many,
    ...(clusterIPs.length > 1 && new Set(clusterIPs.map(familyOf)).size < 2
      ? wrong(IPS, clusterIPs, 'may specify no more than one IP for each IP family')
      : NONE),
    ...(isHeadless(spec)
      ? NONE
      : clusterIPs.flatMap((ip, i) =>
          KNOWN.includes(ipFamilies[i] ?? '') && ipFamilies[i] !== familyOf(ip)
            ? wrong(IPS.index(i), ip, `expected an ${ipFamilies[i]} value as indicated by \`ipFamilies[${i}]\``)
            : NONE,
        )),
  ]
}

/** `clusterIP` and the first of `clusterIPs` are one. */
function firstErrors({ clusterIP = '', clusterIPs = [] }: ServiceSpec): Errors {
  if (clusterIP === '') return clusterIPs.length > 0 ? wrong(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified') : NONE
  if (clusterIPs.length === 0) return missing(IPS)
  return clusterIPs[0] === clusterIP ? NONE : wrong(IPS, clusterIPs, 'first value must match `clusterIP`')
}

/** Only a second address and a second family may come and go. */
export function clusterIpChangeErrors(spec: ServiceSpec, former: ServiceSpec): Errors {
  if (!needsClusterIp(spec) || !needsClusterIp(former)) return NONE
  const [is, was] = [isHeadless(spec), isHeadless(former)]
  return [
    ...(is && was ? NONE : changed(IPS, 'clusterIP', spec.clusterIPs, former.clusterIPs, spec, false)),
    ...(is || was ? NONE : changed(FAMILIES, 'ipFamily', spec.ipFamilies, former.ipFamilies, spec, true)),
  ]
}

const ONCE = 'may not change once set'

function changed(
  at: Path,
  what: string,
  now: readonly string[] | undefined,
  before: readonly string[] = [],
  { clusterIPs = [], ipFamilyPolicy }: ServiceSpec,
  /** Upstream names the first family whichever it was, and shows the addresses in its place where their number changed. */
  families: boolean,
): Errors {
  const list = now ?? []
  const shown = now ?? null
  if (list.length === before.length)
    return before.flatMap((value, i) => (value === list[i] ? NONE : wrong(at.index(families ? 0 : i), shown, ONCE)))
  const first = before.length > 0 && list.length > 0 && list[0] !== before[0]
  const other = first ? wrong(at.index(0), families ? clusterIPs : shown, ONCE) : NONE
  if (list.length > before.length) return other
  const gone = families ? clusterIPs.length === 0 : list.length === 0
  return [
    ...(gone ? wrong(at.index(0), shown, `primary ${what} can not be unset`) : NONE),
    ...other,
    ...(list.length === 1 && ipFamilyPolicy !== 'SingleStack'
      ? wrong(POLICY, ipFamilyPolicy ?? null, `must be set to 'SingleStack' when releasing the secondary ${what}`)
      : NONE),
  ]
}
