// How a Pod asks to be spread and named on its node: spread constraints, DNS, host aliases.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateTopologySpreadConstraints, validatePodDNSConfig, ValidateHostAliases)

import type { JsonObject } from '../../object'
import { validateIp } from '../../validation/addresses'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { labelKeyErrors } from '../../validation/labels'
import { dnsLabelErrors, dnsSubdomainErrors, dnsSubdomainWithUnderscoreErrors } from '../../validation/names'
import {
  each,
  missing,
  named,
  NONE,
  notAllowed,
  oneOf,
  repeated,
  unsupported,
  wrong,
  type Errors,
  type Path,
  type Validate,
} from '../../validation/rules'
import type { PodSpec } from './types'

interface Spread extends JsonObject {
  readonly maxSkew?: number
  readonly topologyKey?: string
  readonly whenUnsatisfiable?: string
  readonly minDomains?: number
  readonly nodeAffinityPolicy?: string
  readonly nodeTaintsPolicy?: string
  readonly labelSelector?: SelectorObject
  readonly matchLabelKeys?: readonly string[]
}

const HARD = 'DoNotSchedule'
const POLICIES = ['Honor', 'Ignore']
const MOST_NAMESERVERS = 3
const MOST_SEARCHES = 32
const LONGEST_SEARCHES = 2048

export function validateSpreads(spec: PodSpec, at: Path): Errors {
  const all = (spec.topologySpreadConstraints ?? []) as readonly Spread[]
  const pairOf = ({ topologyKey = '', whenUnsatisfiable = '' }: Spread) => `{${topologyKey}, ${whenUnsatisfiable}}`
  const last = new Map(all.map((constraint) => [pairOf(constraint), constraint]))
  const spread: Validate<Spread> = (constraint, place) => {
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable: when = '', minDomains } = constraint
    const pair = pairOf(constraint)
    return [
      ...(maxSkew <= 0 ? wrong(place.child('maxSkew'), maxSkew, 'must be greater than zero') : NONE),
      ...(topologyKey === '' ? missing(place.child('topologyKey'), 'can not be empty') : NONE),
      ...([HARD, 'ScheduleAnyway'].includes(when) ? NONE : unsupported(place.child('whenUnsatisfiable'), when, [HARD, 'ScheduleAnyway'])),
      ...(last.get(pair) === constraint ? NONE : repeated(place.child('{topologyKey, whenUnsatisfiable}'), pair)),
      ...(minDomains !== undefined && minDomains <= 0 ? wrong(place.child('minDomains'), minDomains, 'must be greater than zero') : NONE),
      ...(minDomains !== undefined && when !== HARD
        ? wrong(place.child('minDomains'), minDomains, `can only use minDomains if whenUnsatisfiable=${HARD}, not ${when}`)
        : NONE),
      ...oneOf(constraint.nodeAffinityPolicy, POLICIES, place.child('nodeAffinityPolicy')),
      ...oneOf(constraint.nodeTaintsPolicy, POLICIES, place.child('nodeTaintsPolicy')),
      ...validateLabelKeys(constraint, place),
      ...validateLabelSelector(constraint.labelSelector, place.child('labelSelector')),
    ]
  }
  return each(all, at.child('topologySpreadConstraints'), spread)
}

interface AffinityTerm extends JsonObject {
  readonly topologyKey?: string
  readonly labelSelector?: SelectorObject
  readonly namespaceSelector?: SelectorObject
  readonly namespaces?: readonly string[]
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

/** Keys whose values come from the Pod itself: they narrow a selector, so there must be one, and it may not name them as well. */
function validateLabelKeys({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: AffinityTerm, at: Path): Errors {
  const keys = (list: readonly string[], place: Path) =>
    list.length > 0 && !labelSelector
      ? notAllowed(place, 'must not be specified when labelSelector is not set')
      : each(list, place, (key, p) => named(key, p, labelKeyErrors))
  const match = at.child('matchLabelKeys')
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}))
  return [
    ...keys(matchLabelKeys, match),
    ...keys(mismatchLabelKeys, at.child('mismatchLabelKeys')),
    ...(labelSelector?.matchExpressions ?? []).flatMap(({ key = '' }) => {
      const i = matchLabelKeys.lastIndexOf(key)
      const again = i >= 0 && seen.has(key)
      seen.add(key)
      return again ? wrong(at.index(i), key, 'exists in both matchLabelKeys and labelSelector') : NONE
    }),
    ...matchLabelKeys.flatMap((key, i) =>
      mismatchLabelKeys.includes(key) ? wrong(match.index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys') : NONE,
    ),
  ]
}

/** Affinity between Pods, of either sign. */
export function validatePodAffinity(affinity: JsonObject | undefined, at: Path): Errors {
  const term: Validate<AffinityTerm> = (given, place) => {
    const { topologyKey = '', labelSelector, namespaceSelector, namespaces = [] } = given
    const key = place.child('topologyKey')
    return [
      ...validateLabelSelector(labelSelector, place.child('labelSelector')),
      ...validateLabelSelector(namespaceSelector, place.child('namespaceSelector')),
      ...namespaces.flatMap((name) => named(name, place.child('namespace'), dnsLabelErrors)),
      ...validateLabelKeys(given, place),
      ...(topologyKey === '' ? missing(key, 'can not be empty') : NONE),
      ...named(topologyKey, key, labelKeyErrors),
    ]
  }
  return ['podAffinity', 'podAntiAffinity'].flatMap((which) => {
    const { requiredDuringSchedulingIgnoredDuringExecution: hard, preferredDuringSchedulingIgnoredDuringExecution: soft } = (affinity?.[
      which
    ] ?? {}) as {
      requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[]
      preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight?: number; readonly podAffinityTerm?: AffinityTerm }[]
    }
    const place = at.child(which)
    return [
      ...each(hard, place.child('requiredDuringSchedulingIgnoredDuringExecution'), term),
      ...each(soft, place.child('preferredDuringSchedulingIgnoredDuringExecution'), ({ weight = 0, podAffinityTerm = {} }, p) => [
        ...(weight < 1 || weight > 100 ? wrong(p.child('weight'), weight, 'must be in the range 1-100') : NONE),
        ...term(podAffinityTerm, p.child('podAffinityTerm')),
      ]),
    ]
  })
}

export function validateDns({ dnsPolicy, dnsConfig }: PodSpec, at: Path): Errors {
  const own = dnsPolicy === 'None'
  const place = at.child('dnsConfig')
  if (!dnsConfig) return own ? missing(place, 'must provide `dnsConfig` when `dnsPolicy` is None') : NONE
  const {
    nameservers = [],
    searches = [],
    options = [],
  } = dnsConfig as {
    nameservers?: readonly string[]
    searches?: readonly string[]
    options?: readonly { readonly name?: string }[]
  }
  if (own && nameservers.length === 0)
    return missing(place.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')
  const searchesAt = place.child('searches')
  return [
    ...(nameservers.length > MOST_NAMESERVERS
      ? wrong(place.child('nameservers'), nameservers, `must not have more than ${MOST_NAMESERVERS} nameservers`)
      : NONE),
    ...each(nameservers, place.child('nameservers'), validateIp),
    ...(searches.length > MOST_SEARCHES ? wrong(searchesAt, searches, `must not have more than ${MOST_SEARCHES} search paths`) : NONE),
    ...(searches.join(' ').length > LONGEST_SEARCHES
      ? wrong(searchesAt, searches, `must not have more than ${LONGEST_SEARCHES} characters (including spaces) in the search list`)
      : NONE),
    ...each(searches, searchesAt, (search, p) =>
      search === '.' ? NONE : named(search.replace(/\.$/, ''), p, dnsSubdomainWithUnderscoreErrors),
    ),
    ...each(options, place.child('options'), ({ name }, p) => (name ? NONE : missing(p, 'must not be empty'))),
  ]
}

export function validateHostAliases(spec: PodSpec, at: Path): Errors {
  return each(
    spec.hostAliases as readonly { readonly ip?: string; readonly hostnames?: readonly string[] }[] | undefined,
    at.child('hostAliases'),
    ({ ip = '', hostnames = [] }, place) => [
      ...validateIp(ip, place.child('ip')),
      ...each(hostnames, place.child('hostnames'), (name, p) => named(name, p, dnsSubdomainErrors)),
    ],
  )
}
