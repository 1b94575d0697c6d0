// EndpointSlice, discovery.k8s.io/v1.
// Upstream: kubernetes pkg/registry/discovery/endpointslice, pkg/apis/discovery/validation

import type { Kind } from '../../kind'
import { equalJson } from '../../equal'
import type { ApiObject, Json, JsonObject } from '../../object'
import { isIpv4Address } from '../../ipAddress'
import { ipWarnings, validateCanonicalIp, validateIp, validateNonSpecialIp } from '../../validation/addresses'
import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import { validateLabels } from '../../validation/objectMeta'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { each, missing, named, NONE, oneOf, Path, repeated, seenBefore, tooMany, wrong, type Errors } from '../../validation/rules'
import { without } from '../../without'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

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
const SHOWN = 3
const endpointsOf = (object: ApiObject) => (object.endpoints ?? []) as readonly Endpoint[]
const portsOf = (object: ApiObject) => (object.ports ?? []) as readonly Port[]

function validate(object: ApiObject, old?: ApiObject): Errors {
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

function validateType(object: ApiObject): Errors {
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

function withoutTopology(object: ApiObject): ApiObject {
  const endpoints = endpointsOf(object)
  if (!endpoints.some((e) => e.deprecatedTopology)) return object
  return { ...object, endpoints: endpoints.map((e) => without(e, 'deprecatedTopology')) as unknown as Json }
}

/** The controllers' own slices are well; others may hold what some read otherwise. */
function addressWarnings(object: ApiObject): readonly string[] {
  if (/^endpointslice(mirroring)?-controller\.k8s\.io$/.test(object.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? ''))
    return []
  return endpointsOf(object).flatMap(({ addresses = [] }, i) =>
    addresses.flatMap((address, k) => ipWarnings(address, Path.root('endpoints').index(i).child('addresses').index(k))),
  )
}

function listed(all: readonly string[]): string {
  if (all.join() === '') return '<unset>'
  return all.length > SHOWN ? `${all.slice(0, SHOWN).join(',')} + ${all.length - SHOWN} more...` : all.join(',')
}

export const endpointSlice: Kind = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'endpointslices',
  schema: types.struct('EndpointSlice'),
  hasGeneration: true,
  raisesGeneration: (object, old) =>
    !equalJson(object.metadata.labels, old.metadata.labels) ||
    ['addressType', 'endpoints', 'ports'].some((field) => !equalJson(object[field] as Json, old[field] as Json)),
  /** v1 has no topology but what older slices had. */
  prepareForCreate: withoutTopology,
  defaults: (object) => ({
    ...object,
    ...(object.ports ? { ports: portsOf(object).map((p) => ({ name: '', protocol: 'TCP', ...p })) } : {}),
  }),
  validate: (object) => [...validate(object), ...validateType(object)],
  validateUpdate: (object, old) => [
    ...validate(object, old),
    ...(object.addressType === old.addressType ? NONE : wrong(Path.root('addressType'), null, 'field is immutable')),
  ],
  warnings: (object, old) => [
    ...(!old && object.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...addressWarnings(object),
  ],
  columns: [
    nameColumn,
    column(
      'AddressType',
      'addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice must be the same type. This field is immutable after creation. The following address types are currently supported: * IPv4: Represents an IPv4 Address. * IPv6: Represents an IPv6 Address. * FQDN: Represents a Fully Qualified Domain Name. (Deprecated) The EndpointSlice controller only generates, and kube-proxy only processes, slices of addressType "IPv4" and "IPv6". No semantics are defined for the "FQDN" type.',
      (o) => String(o.addressType ?? ''),
    ),
    column(
      'Ports',
      'ports specifies the list of network ports exposed by each endpoint in this slice. Each port must have a unique name. Each slice may include a maximum of 100 ports. Services always have at least 1 port, so EndpointSlices generated by the EndpointSlice controller will likewise always have at least 1 port. EndpointSlices used for other purposes may have an empty ports list.',
      (o) => listed(portsOf(o).map((p) => String(p.port ?? p.name ?? '*'))),
    ),
    column('Endpoints', 'endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 endpoints.', (o) =>
      listed(endpointsOf(o).flatMap((e) => e.addresses ?? [])),
    ),
    ageColumn,
  ],
}
