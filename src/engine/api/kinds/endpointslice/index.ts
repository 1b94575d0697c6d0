// EndpointSlice, discovery.k8s.io/v1.
// Upstream: kubernetes pkg/registry/discovery/endpointslice, pkg/apis/discovery/validation

import type { Kind } from '../../kind'
import { equalJson } from '../../equal'
import type { ApiObject, Json, JsonObject } from '../../object'
import { ipv4, isIpv6, validateNonSpecialIp } from '../../validation/addresses'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { each, missing, named, NONE, oneOf, Path, repeated, tooMany, unsupported, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface Endpoint extends JsonObject {
  readonly addresses?: readonly string[]
  readonly hostname?: string
  readonly nodeName?: string
}
interface Port extends JsonObject {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
}

const TYPES = ['FQDN', 'IPv4', 'IPv6']
const MOST_ENDPOINTS = 1000
const MOST_ADDRESSES = 100
const SHOWN = 3
const endpointsOf = (object: ApiObject) => (object.endpoints ?? []) as readonly Endpoint[]
const portsOf = (object: ApiObject) => (object.ports ?? []) as readonly Port[]

function validate(object: ApiObject): Errors {
  const type = String(object.addressType ?? '')
  const endpoints = Path.root('endpoints')
  const ports = Path.root('ports')
  return [
    ...(type === '' ? missing(Path.root('addressType')) : TYPES.includes(type) ? NONE : unsupported(Path.root('addressType'), type, TYPES)),
    ...portsOf(object).flatMap(({ name = '', protocol = 'TCP' }, i) => [
      ...(name ? named(name, ports.index(i).child('name'), dnsLabelErrors) : NONE),
      ...(portsOf(object).findIndex((p) => (p.name ?? '') === name) < i ? repeated(ports.index(i).child('name'), name) : NONE),
      ...oneOf(protocol, ['SCTP', 'TCP', 'UDP'], ports.index(i).child('protocol')),
    ]),
    ...(endpointsOf(object).length > MOST_ENDPOINTS ? tooMany(endpoints, endpointsOf(object).length, MOST_ENDPOINTS) : NONE),
    ...each(endpointsOf(object), endpoints, ({ addresses = [], hostname, nodeName }, at) => [
      ...(addresses.length === 0 ? missing(at.child('addresses')) : NONE),
      ...(addresses.length > MOST_ADDRESSES ? tooMany(at.child('addresses'), addresses.length, MOST_ADDRESSES) : NONE),
      ...addresses.flatMap((address) => validateAddress(type, address, at.child('addresses'))),
      ...(hostname ? named(hostname, at.child('hostname'), dnsLabelErrors) : NONE),
      ...(nodeName ? named(nodeName, at.child('nodeName'), dnsSubdomainErrors) : NONE),
    ]),
  ]
}

function validateAddress(type: string, address: string, at: Path): Errors {
  if (type === 'IPv4') return ipv4(address) ? validateNonSpecialIp(address, at) : wrong(at, address, 'must be an IPv4 address')
  if (type === 'IPv6') return isIpv6(address) ? validateNonSpecialIp(address, at) : wrong(at, address, 'must be an IPv6 address')
  return type === 'FQDN' ? named(address, at, dnsSubdomainErrors) : NONE
}

function listed(all: readonly string[], none: string): string {
  if (all.length === 0) return none
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
  allowCreateOnUpdate: true,
  defaults: (object) => ({
    ...object,
    ...(object.ports ? { ports: portsOf(object).map((p) => ({ name: '', protocol: 'TCP', ...p })) } : {}),
  }),
  validate,
  validateUpdate: (object, old) =>
    object.addressType === old.addressType ? validate(object) : wrong(Path.root('addressType'), null, 'field is immutable'),
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
      (o) =>
        listed(
          portsOf(o).map((p) => (p.port === undefined ? '*' : String(p.port))),
          '<unset>',
        ),
    ),
    column('Endpoints', 'endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 endpoints.', (o) =>
      listed(
        endpointsOf(o).flatMap((e) => e.addresses ?? []),
        '<unset>',
      ),
    ),
    ageColumn,
  ],
}
