// ResourceQuota, v1: how much a namespace may hold (charged and enforced by admission, counted by its controller).
// Leaves out: storage classes' own resources. Upstream: kubernetes pkg/registry/core/resourcequota, pkg/apis/core/validation (ValidateResourceQuota)

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { formatQuantity, parseQuantity } from '../../quantity'
import { labelKeyErrors } from '../../validation/labels'
import { missing, named, NONE, notAllowed, Path, wrong, type Errors } from '../../validation/rules'
import { equalJson } from '../../equal'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface QuotaSpec extends JsonObject {
  readonly hard?: Readonly<Record<string, string>>
  readonly scopes?: readonly string[]
  readonly scopeSelector?: {
    readonly matchExpressions?: readonly { readonly scopeName: string; readonly operator: string; readonly values?: readonly string[] }[]
  }
}

const specOf = (object: ApiObject) => (object.spec ?? {}) as QuotaSpec
const usedOf = (object: ApiObject) => ((object.status ?? {}) as { used?: Readonly<Record<string, string>> }).used ?? {}

const COMPUTE = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
])
const COUNTS = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])
const STORAGE = new Set(['requests.storage'])
const PAIRS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const
const SCOPES = new Set([
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
])

function validate(object: ApiObject): Errors {
  const { hard = {}, scopes = [], scopeSelector } = specOf(object)
  const at = Path.root('spec')
  return [
    ...Object.entries(hard).flatMap(([name, text]) => validateHard(name, text, at.child('hard').key(name))),
    ...validateScopes(scopes, Object.keys(hard), at.child('scopes')),
    ...(scopeSelector?.matchExpressions ?? []).flatMap((e): Errors =>
      (e.operator === 'In' || e.operator === 'NotIn') && !e.values?.length
        ? missing(
            at.child('scopeSelector', 'matchExpressions', 'values'),
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          )
        : NONE,
    ),
  ]
}

function validateHard(name: string, text: string, at: Path): Errors {
  const quantity = parseQuantity(text)
  const known = COMPUTE.has(name) || COUNTS.has(name) || STORAGE.has(name)
  return [
    ...named(name, at, labelKeyErrors),
    ...(known || name.includes('/') || name.includes('hugepages-')
      ? NONE
      : [
          ...wrong(at, name, 'must be a standard resource type or fully qualified'),
          ...wrong(at, name, 'must be a standard resource for quota'),
        ]),
    ...(quantity && quantity.nano < 0n ? wrong(at, text, 'must be greater than or equal to 0') : NONE),
    ...(quantity && COUNTS.has(name) && quantity.nano % 1_000_000_000n !== 0n
      ? wrong(at, formatQuantity(quantity), 'must be an integer')
      : NONE),
  ]
}

function validateScopes(scopes: readonly string[], hard: readonly string[], at: Path): Errors {
  const applies = (scope: string, resource: string) => scope !== 'BestEffort' || resource === 'pods'
  return [
    ...scopes.flatMap((scope): Errors => {
      if (!SCOPES.has(scope)) return wrong(at, scopes, 'unsupported scope')
      return hard.flatMap((r) => (applies(scope, r) ? NONE : wrong(at, scopes, 'unsupported scope applied to resource')))
    }),
    ...PAIRS.flatMap((pair) => (pair.every((s) => scopes.includes(s)) ? wrong(at, scopes, 'conflicting scopes') : NONE)),
  ]
}

/** `pods: 1/10, requests.cpu: 0/1`: those that match, sorted. */
const usage = (object: ApiObject, wanted: (name: string) => boolean) =>
  Object.entries(specOf(object).hard ?? {})
    .filter(([name]) => wanted(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${usedOf(object)[name] ?? '0'}/${hard}`)
    .join(', ')

export const resourceQuota: Kind = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'resourcequotas',
  schema: types.struct('ResourceQuota'),
  allowCreateOnUpdate: true,
  returnsDeletedObject: true,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    ...(equalJson([...(specOf(object).scopes ?? [])].sort(), [...(specOf(old).scopes ?? [])].sort())
      ? NONE
      : notAllowed(Path.root('spec').child('scopes'), 'field is immutable')),
  ],
  subresources: { status: { verbs: ['get', 'patch', 'update'], prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }) } },
  columns: [
    nameColumn,
    column('Request', 'Request represents a minimum amount of cpu/memory that a container may consume.', (o) =>
      usage(o, (name) => !name.startsWith('limits.')),
    ),
    column(
      'Limit',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
      (o) => usage(o, (name) => name.startsWith('limits.')),
    ),
    ageColumn,
  ],
}
