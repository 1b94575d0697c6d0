// What a ResourceQuota may bound, and which of its scopes go with what.
// Upstream: kubernetes pkg/apis/core/validation (ValidateResourceQuotaSpec, ValidateResourceQuotaStatusUpdate), pkg/apis/core/helper

import { equalJson } from '../../../base/equal'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { formatQuantity, parseQuantity } from '../../scalars/quantity'
import { isExtendedResource, validateResourceName } from '../../validation/resourceNames'
import { missing, NONE, Path, wrong, type Errors } from '../../validation/rules'

interface QuotaSpec extends JsonObject {
  readonly hard?: Readonly<Record<string, string>>
  readonly scopes?: readonly string[]
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] }
}
interface ScopeRequirement extends JsonObject {
  readonly scopeName?: string
  readonly operator?: string
  readonly values?: readonly string[]
}

const AT = Path.root('spec')
const COUNTED = new Set([
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
const MEASURED = new Set([
  ...['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
  'requests.storage',
])
const POD_RESOURCES = new Set(['pods', ...['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`])])
const CLAIM_RESOURCES = new Set(['persistentvolumeclaims', 'requests.storage'])
const PAIRS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const
/** Those that a Pod has or has not, so that there is nothing to compare. */
const PRESENT_OR_NOT = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']
const SCOPES = [...PRESENT_OR_NOT, 'PriorityClass', 'VolumeAttributesClass']

const isStandard = (name: string) => COUNTED.has(name) || MEASURED.has(name) || /^(requests\.)?hugepages-/.test(name)

export function validateQuota(object: ApiObject): Errors {
  const spec = specOf<QuotaSpec>(object)
  return [...amounts(spec.hard, AT.child('hard')), ...scopes(spec), ...scopeSelector(spec)]
}

export const validateQuotaUpdate = (object: ApiObject, old: ApiObject): Errors => {
  const sorted = (o: ApiObject) => [...(specOf<QuotaSpec>(o).scopes ?? [])].sort()
  return [
    ...validateQuota(object),
    ...(equalJson(sorted(object), sorted(old))
      ? NONE
      : wrong(AT.child('scopes'), specOf<QuotaSpec>(object).scopes ?? null, 'field is immutable')),
  ]
}

export function validateQuotaStatus(object: ApiObject): Errors {
  const status = (object.status ?? {}) as Pick<QuotaSpec, 'hard'> & { readonly used?: QuotaSpec['hard'] }
  const at = Path.root('status')
  return [...amounts(status.hard, at.child('hard')), ...amounts(status.used, at.child('used'))]
}

function amounts(list: QuotaSpec['hard'] = {}, at: Path): Errors {
  return Object.entries(list).flatMap(([name, text]) => {
    const place = at.key(name)
    const quantity = parseQuantity(text)
    return [
      ...validateResourceName(name, place),
      ...(name.includes('/') || isStandard(name) ? NONE : wrong(place, name, 'must be a standard resource for quota')),
      ...(quantity && quantity.nano < 0n ? wrong(place, text, 'must be greater than or equal to 0') : NONE),
      ...(quantity && (COUNTED.has(name) || isExtendedResource(name)) && quantity.nano % 1_000_000_000n !== 0n
        ? wrong(place, formatQuantity(quantity), 'must be an integer')
        : NONE),
    ]
  })
}

function applies(scope: string, resource: string): boolean {
  if (!isStandard(resource) || !SCOPES.includes(scope)) return true
  if (scope === 'BestEffort') return resource === 'pods'
  return (scope === 'VolumeAttributesClass' ? CLAIM_RESOURCES : POD_RESOURCES).has(resource)
}

const hardOf = ({ hard = {} }: QuotaSpec) => Object.keys(hard).sort()
const conflicts = (given: readonly string[]) => PAIRS.filter((pair) => pair.every((scope) => given.includes(scope)))

function scopes(spec: QuotaSpec): Errors {
  const given = spec.scopes ?? []
  const at = AT.child('scopes')
  return [
    ...given.flatMap((scope) => [
      ...(SCOPES.includes(scope) ? NONE : wrong(at, given, 'unsupported scope')),
      ...hardOf(spec).flatMap((r) => (applies(scope, r) ? NONE : wrong(at, given, 'unsupported scope applied to resource'))),
    ]),
    ...conflicts(given).flatMap(() => wrong(at, given, 'conflicting scopes')),
  ]
}

function scopeSelector(spec: QuotaSpec): Errors {
  const requirements = spec.scopeSelector?.matchExpressions ?? []
  const at = AT.child('scopeSelector', 'matchExpressions')
  const shown = {
    MatchExpressions: requirements.map(({ scopeName = '', operator = '', values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  }
  return [
    ...requirements.flatMap(({ scopeName = '', operator = '', values = [] }) => [
      ...(SCOPES.includes(scopeName) ? NONE : wrong(at.child('scopeName'), scopeName, 'unsupported scope')),
      ...hardOf(spec).flatMap((r) => (applies(scopeName, r) ? NONE : wrong(at, shown, 'unsupported scope applied to resource'))),
      ...(PRESENT_OR_NOT.includes(scopeName) && operator !== 'Exists'
        ? wrong(
            at.child('operator'),
            operator,
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          )
        : NONE),
      ...operatorErrors(operator, values, at),
    ]),
    ...conflicts(requirements.map((r) => r.scopeName ?? '')).flatMap(() => wrong(at, spec.scopes ?? null, 'conflicting scopes')),
  ]
}

function operatorErrors(operator: string, values: readonly string[], at: Path): Errors {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? NONE
        : missing(at.child('values'), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? NONE
        : wrong(at.child('values'), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
    default:
      return wrong(at.child('operator'), operator, 'not a valid selector operator')
  }
}
