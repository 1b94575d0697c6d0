// ServiceCIDR, networking.k8s.io/v1: blocks that the cluster IPs of Services are taken from.
// Leaves out: the controller that says when one is ready and keeps it while an address of it is taken; addresses of others than the first one.
// Upstream: kubernetes pkg/registry/networking/servicecidr, pkg/apis/networking/validation (ValidateServiceCIDR)

import { parseCidr } from '../../net/ipAddress'
import type { Kind } from '../../kind'
import { specOf, type ApiObject } from '../../object'
import { validateCanonicalCidr } from '../../validation/addresses'
import { missing, NONE, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

const givenBlocks = (object: ApiObject) => specOf<{ readonly cidrs?: readonly string[] }>(object).cidrs
const blocksOf = (object: ApiObject) => givenBlocks(object) ?? []
const AT = Path.root('spec').child('cidrs')

function validate(object: ApiObject): Errors {
  const cidrs = blocksOf(object)
  if (cidrs.length === 0) return missing(AT, 'at least one CIDR required')
  // The value is the internal type's, which has no names for JSON.
  if (cidrs.length > 2) return wrong(AT, { CIDRs: cidrs }, 'may only hold up to 2 values')
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.bytes.length)
  return [
    ...cidrs.flatMap((cidr, i) => validateCanonicalCidr(cidr, AT.index(i))),
    ...(cidrs.length === 2 && first !== undefined && first === second
      ? wrong(AT, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64')
      : NONE),
  ]
}

/** Nothing but a second family may come. */
function validateUpdate(object: ApiObject, old: ApiObject): Errors {
  const [cidrs, former] = [blocksOf(object), blocksOf(old)]
  const changed = former.flatMap((cidr, i) => (cidr === cidrs[i] ? NONE : wrong(AT.index(i), cidrs[i], 'field is immutable')))
  if (cidrs.length === former.length) return changed
  return former.length === 1 && cidrs.length === 2
    ? [...changed, ...validate(object)]
    : wrong(AT, givenBlocks(object), 'field is immutable')
}

/** Upstream says that the resource itself leaves the status alone, and then lets it through. */
const withStatus = (object: ApiObject): ApiObject => ({ ...object, status: object.status ?? {} })

export const serviceCidr: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  resource: 'servicecidrs',
  singular: 'servicecidr',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'servicecidrs',
  schema: types.struct('ServiceCIDR'),
  prepareForCreate: withStatus,
  prepareForUpdate: withStatus,
  validate,
  validateUpdate,
  subresources: { status: statusOnlySubresource },
  columns: [
    nameColumn,
    column(
      'CIDRs',
      'cidrs defines the IP blocks in CIDR notation (e.g. "192.168.0.0/24" or "2001:db8::/64") from which to assign service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is immutable.',
      (o) => blocksOf(o).join(','),
    ),
    ageColumn,
  ],
}
