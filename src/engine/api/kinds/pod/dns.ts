// How a Pod resolves names: its DNS configuration, and host aliases.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validatePodDNSConfig, ValidateHostAliases)

import { validateIp } from '../../validation/addresses'
import { dnsSubdomainErrors, dnsSubdomainWithUnderscoreErrors } from '../../validation/names'
import { each, missing, named, NONE, wrong, type Errors, type Path } from '../../validation/rules'
import type { PodSpec } from './types'

const MOST_NAMESERVERS = 3
const MOST_SEARCHES = 32
const LONGEST_SEARCHES = 2048

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
