// What an EndpointSlice must be: addresses of one type, ports that are named once, hints that name zones.
// Upstream: kubernetes pkg/apis/discovery/validation/validation.go

import { equalJson } from '../../../base/equal'
import type { ApiObject, Json, JsonObject } from '../../object'
import { isIpv4Address } from '../../net/ipAddress'
import { validateCanonicalIp, validateIp, validateNonSpecialIp } from '../../validation/addresses'
import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import { validateLabels } from '../../validation/objectMeta'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { each, missing, named, NONE, oneOf, Path, repeated, seenBefore, tooMany, wrong, type Errors } from '../../validation/rules'

interface Endpoint extends JsonObject {
  readonly addresses?: readonly string[]
  readonly hostname?: string
  readonly nodeName?: string
  readonly deprecatedTopology?: Readonly<Record<string, string>>
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[]
    readonly forNodes?: readonly { readonly name: string }[]
  } & JsonObject
}

interface Port extends JsonObject {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
  readonly appProtocol?: string
}

const TYPES = ['FQDN', 'IPv4', 'IPv6']
const MOST_ENDPOINTS = 1000
const MOST_ADDRESSES = 100
const MOST_PORTS = 20000
const MOST_LABELS = 16
const MOST_HINTS = 8
export const endpointsOf = (object: ApiObject) => (object.endpoints ?? []) as readonly Endpoint[]
export const portsOf = (object: ApiObject) => (object.ports ?? []) as readonly Port[]

export function validateEndpointSlice(object: ApiObject, old?: ApiObject): Errors {
  const type = String(object.addressType ?? '')
  const endpoints = Path.root('endpoints')
  const list = endpointsOf(object)
  const ownErrors =
    list.length > MOST_ENDPOINTS
      ? tooMany(endpoints, list.length, MOST_ENDPOINTS)
      : each(list, endpoints, (endpoint, at) => validateEndpoint(endpoint, at, type))
  const same = old !== undefined && equalJson(object.endpoints as Json, old.endpoints as Json)
  return [
    ...validatePorts(portsOf(object), Path.root('ports')),
    ...(same ? NONE : ownErrors),
    // Upstream's declared rules are asked last.
    ...(same
      ? NONE
      : each(list, endpoints, ({ addresses = [] }, at) => [
          ...(addresses.length === 0 ? missing(at.child('addresses')) : NONE),
          ...(addresses.length > MOST_ADDRESSES ? tooMany(at.child('addresses'), addresses.length, MOST_ADDRESSES) : NONE),
        ])),
  ]
}

export function validateType(object: ApiObject): Errors {
  const at = Path.root('addressType')
  return object.addressType ? oneOf(String(object.addressType), TYPES, at) : missing(at)
}

function validatePorts(ports: readonly Port[], at: Path): Errors {
  if (ports.length > MOST_PORTS) return tooMany(at, ports.length, MOST_PORTS)
  const again = seenBefore()
  return ports.flatMap(({ name = '', protocol = 'TCP', appProtocol }, i) => {
    const place = at.index(i)
    return [
      ...(name ? named(name, place.child('name'), dnsLabelErrors) : NONE),
      ...(again(name) ? repeated(place.child('name'), name) : NONE),
      ...oneOf(protocol, ['SCTP', 'TCP', 'UDP'], place.child('protocol')),
      ...(appProtocol === undefined ? NONE : named(appProtocol, place.child('appProtocol'), labelKeyErrors)),
    ]
  })
}

function validateEndpoint({ addresses = [], hostname, nodeName, deprecatedTopology, hints }: Endpoint, at: Path, type: string): Errors {
  const topology = at.child('deprecatedTopology')
  const labels = Object.keys(deprecatedTopology ?? {}).length
  return [
    ...addresses.flatMap((address, i) => validateAddress(type, address, at.child('addresses'), i)),
    ...(nodeName === undefined ? NONE : named(nodeName, at.child('nodeName'), dnsSubdomainErrors)),
    ...(labels > MOST_LABELS ? tooMany(topology, labels, MOST_LABELS) : NONE),
    ...validateLabels(deprecatedTopology, topology),
    ...(hostname === undefined ? NONE : named(hostname, at.child('hostname'), dnsLabelErrors)),
    ...validateHints(hints ?? {}, at.child('hints')),
  ]
}

function validateAddress(type: string, address: string, at: Path, i: number): Errors {
  const place = at.index(i)
  if (type === 'FQDN') return validateDomain(address, place)
  const errors = type === 'IPv6' ? validateCanonicalIp(address, place) : type === 'IPv4' ? validateIp(address, place) : NONE
  if (errors.length > 0 || !TYPES.includes(type)) return errors
  const family = isIpv4Address(address) ? 'IPv4' : 'IPv6'
  return [...(family === type ? NONE : wrong(at, address, `must be an ${type} address`)), ...validateNonSpecialIp(address, place)]
}

function validateDomain(name: string, at: Path): Errors {
  if (name === '') return missing(at)
  const bare = name.replace(/\.$/, '')
  const errors = dnsSubdomainErrors(bare)
  if (errors.length > 0) return wrong(at, bare, errors.join(','))
  const labels = bare.split('.')
  if (labels.length < 2) return wrong(at, bare, 'should be a domain with at least two segments separated by dots')
  const long = labels.find((label) => dnsLabelErrors(label).length > 0)
  return long === undefined ? NONE : wrong(at, long, dnsLabelErrors(long).join(','))
}

function validateHints({ forZones = [], forNodes = [] }: NonNullable<Endpoint['hints']>, at: Path): Errors {
  const list = (all: readonly { readonly name: string }[], place: Path, rule: (name: string) => readonly string[]): Errors => {
    const again = seenBefore()
    return all.flatMap(({ name }, i) => {
      const here = place.index(i).child('name')
      return [...(again(name) ? repeated(here, name) : NONE), ...named(name, here, rule)]
    })
  }
  const [zones, nodes] = [at.child('forZones'), at.child('forNodes')]
  if (forZones.length > MOST_HINTS) return tooMany(zones, forZones.length, MOST_HINTS)
  return [
    ...list(forZones, zones, labelValueErrors),
    ...(forNodes.length > MOST_HINTS ? tooMany(nodes, forNodes.length, MOST_HINTS) : list(forNodes, nodes, dnsSubdomainErrors)),
  ]
}
