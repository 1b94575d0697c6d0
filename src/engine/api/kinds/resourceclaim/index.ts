// Dynamic resource allocation, resource.k8s.io/v1: claims, their templates, classes of devices and what drivers offer.
// Leaves out: the rules of devices, the allocation itself (the scheduler's plugin DynamicResources, drivers).
// Upstream: kubernetes pkg/registry/resource, pkg/apis/resource/validation

import { equalSemantic } from '../../../base/equal'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { missing, named, NONE, notAllowed, Path, required, wrong, type Errors } from '../../validation/rules'
import { dnsSubdomainErrors } from '../../validation/names'
import { isExtendedResource } from '../../validation/resourceNames'
import { ageColumn, column, nameColumn } from '../columns'
import { keepsStatus, statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { statusOf } from '../workload'
import { defaultClaimSpec, validateClaimSpec, type ClaimSpec } from './claim'
import { validateConfigurations, type Configuration } from './constraints'
import { validateSelectors, type Selector } from './selectors'
import './schemas'

const AT = Path.root('spec')

const served = (kind: string, resource: string, namespaced: boolean, schema = kind): Kind => ({
  group: 'resource.k8s.io',
  version: 'v1',
  kind,
  resource,
  singular: kind.toLowerCase(),
  namespaced,
  verbs: ALL_VERBS,
  storage: resource,
  returnsDeletedObject: true,
  schema: types.struct(schema),
  columns: [nameColumn, ageColumn],
})

const unchanged = (object: ApiObject, old: ApiObject): Errors =>
  equalSemantic(object.spec, old.spec) ? NONE : wrong(AT, null, 'field is immutable')

function stateOf(object: ApiObject): string {
  const { allocation, reservedFor } = statusOf(object) as { readonly allocation?: JsonObject; readonly reservedFor?: readonly JsonObject[] }
  const deleted = object.metadata.deletionTimestamp !== undefined
  return [
    ...(deleted ? ['deleted'] : []),
    ...(allocation ? ['allocated', ...(reservedFor?.length ? ['reserved'] : [])] : deleted ? [] : ['pending']),
  ].join(',')
}

const claim: Kind = {
  ...served('ResourceClaim', 'resourceclaims', true, 'ResourceClaim@resource'),
  ...keepsStatus,
  defaults: (object) => ({ ...object, spec: defaultClaimSpec(specOf<ClaimSpec>(object)) }),
  validate: (object) => validateClaimSpec(specOf<ClaimSpec>(object), AT),
  validateUpdate: unchanged,
  subresources: { status: statusOnlySubresource },
  columns: [nameColumn, column('State', 'A summary of the current state (allocated, pending, reserved, etc.).', stateOf), ageColumn],
}

interface TemplateSpec extends JsonObject {
  readonly spec?: ClaimSpec
}

const template: Kind = {
  ...served('ResourceClaimTemplate', 'resourceclaimtemplates', true),
  defaults: (object) => {
    const spec = specOf<TemplateSpec>(object)
    return { ...object, spec: { ...spec, spec: defaultClaimSpec(spec.spec ?? {}) } }
  },
  validate: (object) => validateClaimSpec(specOf<TemplateSpec>(object).spec ?? {}, AT.child('spec')),
  validateUpdate: unchanged,
}

interface SliceSpec extends JsonObject {
  readonly driver?: string
  readonly nodeName?: string
  readonly pool?: { readonly name?: string; readonly resourceSliceCount?: number | bigint }
}
const WHERE = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection']

/** Offered on one node, on some, on all, or as each device says. */
function validateSlice(object: ApiObject): Errors {
  const spec = specOf<SliceSpec>(object)
  const { driver, nodeName, pool: { name, resourceSliceCount: count = 0 } = {} } = spec
  const given = WHERE.filter((field) => spec[field] !== undefined && spec[field] !== false)
  const all = WHERE.map((field) => `\`${field}\``).join(', ')
  return [
    ...(driver ? named(driver, AT.child('driver'), dnsSubdomainErrors) : missing(AT.child('driver'))),
    ...required(name, AT.child('pool', 'name')),
    ...(count <= 0 ? wrong(AT.child('pool', 'resourceSliceCount'), count, 'must be greater than zero') : NONE),
    ...(nodeName === undefined ? NONE : named(nodeName, AT.child('nodeName'), dnsSubdomainErrors)),
    ...(given.length === 0 ? missing(AT, `exactly one of ${all} is required`) : NONE),
    ...(given.length > 1 ? notAllowed(AT, `exactly one of ${all} is required, but multiple fields are set`) : NONE),
  ]
}

const slice: Kind = {
  ...served('ResourceSlice', 'resourceslices', false),
  hasGeneration: true,
  validate: validateSlice,
  validateUpdate: validateSlice,
  fieldSelectors: {
    'spec.nodeName': (o) => specOf<SliceSpec>(o).nodeName ?? '',
    'spec.driver': (o) => specOf<SliceSpec>(o).driver ?? '',
    'spec.pool.name': (o) => specOf<SliceSpec>(o).pool?.name ?? '',
  },
  watchedBy: 'spec.nodeName',
  fieldRefusal: (field) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${field}`,
  columns: [
    nameColumn,
    column(
      'Node',
      'NodeName identifies the node which provides the resources in this pool. A field selector can be used to list only ResourceSlice objects belonging to a certain node.\n\nThis field can be used to limit access from nodes to ResourceSlices with the same node name. It also indicates to autoscalers that adding new nodes of the same type as some old node might also make new resources available.\n\nExactly one of NodeName, NodeSelector, AllNodes, and PerDeviceNodeSelection must be set. This field is immutable.',
      (o) => specOf<SliceSpec>(o).nodeName ?? '',
    ),
    column(
      'Driver',
      'Driver identifies the DRA driver providing the capacity information. A field selector can be used to list only ResourceSlice objects with a certain driver name.\n\nMust be a DNS subdomain and should end with a DNS domain owned by the vendor of the driver. It should use only lower case characters. This field is immutable.',
      (o) => specOf<SliceSpec>(o).driver ?? '',
    ),
    column(
      'Pool',
      'Name is used to identify the pool. For node-local devices, this is often the node name, but this is not required. A field selector can be used to list only ResourceSlice objects belonging to a certain pool.\n\nIt must not be longer than 253 characters and must consist of one or more DNS sub-domains separated by slashes. This field is immutable.',
      (o) => specOf<SliceSpec>(o).pool?.name ?? '',
    ),
    ageColumn,
  ],
}

interface ClassSpec extends JsonObject {
  readonly selectors?: readonly Selector[]
  readonly config?: readonly Configuration[]
  readonly extendedResourceName?: string
}

/** Selectors that stay as they were are not read again. */
function validateClass(object: ApiObject, old?: ApiObject): Errors {
  const { selectors, config, extendedResourceName: name } = specOf<ClassSpec>(object)
  const stored = old !== undefined && equalSemantic(selectors, specOf<ClassSpec>(old).selectors)
  return [
    ...validateSelectors(selectors, AT.child('selectors'), stored),
    ...validateConfigurations(config, AT.child('config'), new Set()),
    ...(name === undefined || isExtendedResource(name)
      ? NONE
      : wrong(AT.child('extendedResourceName'), name, 'must be a valid extended resource name')),
  ]
}

export const resourceKinds: readonly Kind[] = [
  {
    ...served('DeviceClass', 'deviceclasses', false),
    hasGeneration: true,
    validate: (object) => validateClass(object),
    validateUpdate: validateClass,
  },
  {
    ...served('DeviceTaintRule', 'devicetaintrules', false),
    returnsDeletedObject: false,
    storageVersion: 'v1beta2',
    ...keepsStatus,
    subresources: { status: statusOnlySubresource },
  },
  claim,
  template,
  slice,
]
