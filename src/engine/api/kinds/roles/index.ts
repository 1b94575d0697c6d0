// Role and ClusterRole, rbac.authorization.k8s.io/v1.
// Upstream: kubernetes pkg/apis/rbac/validation

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { isSelector, validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { each, missing, NONE, Path, wrong, type Errors, type Validate } from '../../validation/rules'
import { createdColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface PolicyRule extends JsonObject {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

interface AggregationRule extends JsonObject {
  readonly clusterRoleSelectors?: readonly SelectorObject[]
}

export interface Role extends ApiObject {
  readonly rules?: readonly PolicyRule[] | null
  readonly aggregationRule?: AggregationRule
}

const rule =
  (namespaced: boolean): Validate<PolicyRule> =>
  (r, at) => [
    ...(r.nonResourceURLs?.length
      ? [
          ...(namespaced
            ? wrong(at.child('nonResourceURLs'), r.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs')
            : NONE),
          ...(r.apiGroups?.length || r.resources?.length || r.resourceNames?.length
            ? wrong(at.child('nonResourceURLs'), r.nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs')
            : NONE),
        ]
      : [
          ...(r.apiGroups?.length ? NONE : missing(at.child('apiGroups'), 'resource rules must supply at least one api group')),
          ...(r.resources?.length ? NONE : missing(at.child('resources'), 'resource rules must supply at least one resource')),
        ]),
  ]

const validate =
  (namespaced: boolean) =>
  (object: ApiObject): Errors => [
    ...each((object as Role).rules ?? undefined, Path.root('rules'), rule(namespaced)),
    ...aggregation((object as Role).aggregationRule),
    // Upstream's declared rules are asked last.
    ...each((object as Role).rules ?? undefined, Path.root('rules'), (r, at) => (r.verbs?.length ? NONE : missing(at.child('verbs')))),
  ]

function aggregation(given: AggregationRule | undefined): Errors {
  if (!given) return NONE
  const at = Path.root('aggregationRule').child('clusterRoleSelectors')
  const { clusterRoleSelectors: selectors = [] } = given
  if (selectors.length === 0) return missing(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil')
  return each(selectors, at, (selector, place) => {
    return [...validateLabelSelector(selector, place), ...(isSelector(selector) ? NONE : wrong(place, null, 'invalid label selector.'))]
  })
}

function roleKind(kind: 'Role' | 'ClusterRole'): Kind {
  const namespaced = kind === 'Role'
  return {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind,
    resource: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    namespaced,
    verbs: ALL_VERBS,
    storage: `${kind.toLowerCase()}s`,
    schema: types.struct(kind),
    nameRule: 'pathSegment',
    allowCreateOnUpdate: true,
    validate: validate(namespaced),
    validateUpdate: validate(namespaced),
    columns: [nameColumn, createdColumn],
  }
}

export const role = roleKind('Role')
export const clusterRole = roleKind('ClusterRole')
