// Endpoints, v1: the older form of EndpointSlices, deprecated.
// Upstream: kubernetes pkg/registry/core/endpoint, pkg/apis/core/validation (ValidateEndpoints)

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { validateIp, validateNonSpecialIp } from '../../validation/addresses'
import { labelKeyErrors } from '../../validation/labels'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { each, missing, named, NONE, oneOf, Path, portNumber, required, type Errors, type Validate } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface Address extends JsonObject {
  readonly ip?: string
  readonly hostname?: string
  readonly nodeName?: string
}
interface Port extends JsonObject {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
  readonly appProtocol?: string
}
interface Subset extends JsonObject {
  readonly addresses?: readonly Address[]
  readonly notReadyAddresses?: readonly Address[]
  readonly ports?: readonly Port[]
}

const SHOWN = 3
const subsetsOf = (object: ApiObject) => (object.subsets ?? []) as readonly Subset[]

function withDefaults(object: ApiObject): ApiObject {
  if (!object.subsets) return object
  const subsets = subsetsOf(object).map((s) =>
    s.ports ? { ...s, ports: s.ports.map((p) => ({ ...p, protocol: p.protocol ?? 'TCP' })) } : s,
  )
  return { ...object, subsets }
}

const validateAddress: Validate<Address> = ({ ip = '', hostname, nodeName }, at) => [
  ...validateIp(ip, at.child('ip')),
  ...(hostname ? named(hostname, at.child('hostname'), dnsLabelErrors) : NONE),
  ...(nodeName === undefined ? NONE : named(nodeName, at.child('nodeName'), dnsSubdomainErrors)),
  ...validateNonSpecialIp(ip, at.child('ip')),
]

function validate(object: ApiObject): Errors {
  return each(subsetsOf(object), Path.root('subsets'), ({ addresses = [], notReadyAddresses = [], ports = [] }, at) => [
    ...(addresses.length + notReadyAddresses.length === 0 ? missing(at, 'must specify `addresses` or `notReadyAddresses`') : NONE),
    ...each(addresses, at.child('addresses'), validateAddress),
    ...each(notReadyAddresses, at.child('notReadyAddresses'), validateAddress),
    ...each(ports, at.child('ports'), (p, place) => [
      ...(ports.length > 1 ? required(p.name, place.child('name')) : NONE),
      ...(p.name ? named(p.name, place.child('name'), dnsLabelErrors) : NONE),
      ...portNumber(p.port ?? 0, place.child('port')),
      ...(p.protocol ? oneOf(p.protocol, ['SCTP', 'TCP', 'UDP'], place.child('protocol')) : missing(place.child('protocol'))),
      ...(p.appProtocol === undefined ? NONE : named(p.appProtocol, place.child('appProtocol'), labelKeyErrors)),
    ]),
  ])
}

/** `10.1.2.3:80,10.1.2.4:80 + 2 more...` */
function endpointsText(object: ApiObject): string {
  const all = subsetsOf(object).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0 ? addresses.map((a) => a.ip ?? '') : ports.flatMap((p) => addresses.map((a) => `${a.ip}:${p.port}`)),
  )
  if (all.length === 0) return '<none>'
  return all.length > SHOWN ? `${all.slice(0, SHOWN).join(',')} + ${all.length - SHOWN} more...` : all.join(',')
}

export const endpoints: Kind = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'services/endpoints',
  schema: types.struct('Endpoints'),
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  allowCreateOnUpdate: true,
  defaults: withDefaults,
  validate,
  validateUpdate: validate,
  columns: [
    nameColumn,
    column(
      'Endpoints',
      'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share. A single address with multiple ports, some of which are ready and some of which are not (because they come from different containers) will result in the address being displayed in different subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of addresses and ports that comprise a service.',
      endpointsText,
    ),
    ageColumn,
  ],
}
