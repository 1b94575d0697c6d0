// IPAddress, networking.k8s.io/v1: an address that is taken, named as it is written, and by what. The allocator of Services keeps one for
// each cluster IP that it gives out (kinds/service/allocate.ts).
// Upstream: kubernetes pkg/registry/networking/ipaddress, pkg/apis/networking/validation (ValidateIPAddress)

import { equalJson } from '../../../base/equal'
import { printIp, parseIp } from '../../net/ipAddress'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { dnsSubdomainErrors, pathSegmentErrors } from '../../validation/names'
import { missing, named, NONE, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface ParentReference extends JsonObject {
  readonly group?: string
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
}

export const parentOf = (object: ApiObject) => specOf<{ readonly parentRef?: ParentReference }>(object).parentRef
const AT = Path.root('spec').child('parentRef')

/** Upstream's own rules come first, those that are declared with the type (what is required) after them. */
function validate(object: ApiObject): Errors {
  const parent = parentOf(object)
  if (!parent) return missing(AT)
  const { group = '', resource = '', namespace = '', name = '' } = parent
  return [
    ...(group === '' ? NONE : named(group, AT.child('group'), dnsSubdomainErrors)),
    ...(resource === '' ? NONE : named(resource, AT.child('resource'), pathSegmentErrors)),
    ...(name === '' ? NONE : named(name, AT.child('name'), pathSegmentErrors)),
    ...(namespace === '' ? NONE : named(namespace, AT.child('namespace'), pathSegmentErrors)),
    ...(resource === '' ? missing(AT.child('resource')) : NONE),
    ...(name === '' ? missing(AT.child('name')) : NONE),
  ]
}

function parentText(object: ApiObject): string {
  const parent = parentOf(object)
  if (!parent) return '<none>'
  const { group = '', resource = '', namespace = '', name = '' } = parent
  return `${resource}${group === '' ? '' : `.${group}`}`.toLowerCase() + `${namespace === '' ? '' : `/${namespace}`}/${name}`
}

export const ALLOCATOR = 'ipallocator.k8s.io'

/** What the allocator of Services writes for one of them. */
export function ipAddressFor(address: string, service: { readonly namespace?: string; readonly name?: string }): ApiObject {
  const bytes = parseIp(address)!.bytes
  return {
    kind: 'IPAddress',
    apiVersion: 'networking.k8s.io/v1',
    metadata: {
      name: printIp(bytes),
      labels: {
        'ipaddress.kubernetes.io/ip-family': bytes.length === 4 ? 'IPv4' : 'IPv6',
        'ipaddress.kubernetes.io/managed-by': ALLOCATOR,
      },
    },
    spec: { parentRef: { resource: 'services', namespace: service.namespace ?? '', name: service.name ?? '' } },
  }
}

export const ipAddress: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  resource: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'ipaddresses',
  schema: types.struct('IPAddress'),
  nameRule: 'ip',
  generatesName: false,
  validate,
  validateUpdate: (object, old) => {
    const changed = !equalJson(parentOf(object), parentOf(old))
    return changed ? [...validate(object), ...wrong(AT, null, 'field is immutable')] : validate(object)
  },
  columns: [
    nameColumn,
    column(
      'ParentRef',
      'parentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent object.',
      parentText,
    ),
    // Upstream's printer writes the age, and names no column for it.
    { ...ageColumn, undeclared: true },
  ],
}
