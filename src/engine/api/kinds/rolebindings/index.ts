// RoleBinding and ClusterRoleBinding, rbac.authorization.k8s.io/v1: who holds a role. The role need not exist.
// Upstream: kubernetes pkg/apis/rbac/validation, pkg/apis/rbac/v1/defaults.go

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { dnsSubdomainErrors, pathSegmentErrors } from '../../validation/names'
import { each, missing, named, NONE, Path, unsupported, wrong, type Errors, type Validate } from '../../validation/rules'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface Subject extends JsonObject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  readonly name: string
  readonly namespace?: string
  readonly apiGroup?: string
}

export interface RoleBinding extends ApiObject {
  readonly subjects?: readonly Subject[]
  readonly roleRef: { readonly apiGroup: string; readonly kind: 'Role' | 'ClusterRole'; readonly name: string }
}

const GROUP = 'rbac.authorization.k8s.io'
const asBinding = (object: ApiObject) => object as RoleBinding

const subject =
  (namespaced: boolean): Validate<Subject> =>
  (s, at) => [
    ...(s.kind === 'ServiceAccount'
      ? [
          ...(s.name ? named(s.name, at.child('name'), dnsSubdomainErrors) : NONE),
          ...(s.apiGroup ? unsupported(at.child('apiGroup'), s.apiGroup, ['']) : NONE),
          ...(!namespaced && !s.namespace ? missing(at.child('namespace')) : NONE),
        ]
      : s.kind === 'User' || s.kind === 'Group'
        ? s.apiGroup === GROUP
          ? NONE
          : unsupported(at.child('apiGroup'), s.apiGroup, [GROUP])
        : unsupported(at.child('kind'), s.kind, ['ServiceAccount', 'User', 'Group'])),
  ]

const validate =
  (namespaced: boolean) =>
  (object: ApiObject): Errors => {
    const { roleRef, subjects } = asBinding(object)
    const at = Path.root('roleRef')
    const allowed = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
    return [
      ...(roleRef.apiGroup === GROUP ? NONE : unsupported(at.child('apiGroup'), roleRef.apiGroup, [GROUP])),
      ...(allowed.includes(roleRef.kind) ? NONE : unsupported(at.child('kind'), roleRef.kind, allowed)),
      ...(roleRef.name ? named(roleRef.name, at.child('name'), pathSegmentErrors) : NONE),
      ...each(subjects, Path.root('subjects'), subject(namespaced)),
      // Upstream's declared rules are asked last.
      ...each(subjects, Path.root('subjects'), (s, place) => (s.name ? NONE : missing(place.child('name')))),
      ...(roleRef.name ? NONE : missing(at.child('name'))),
    ]
  }

function withGroups(object: ApiObject): ApiObject {
  const { roleRef, subjects } = asBinding(object)
  return {
    ...object,
    roleRef: { ...roleRef, apiGroup: roleRef?.apiGroup || GROUP },
    ...(subjects
      ? { subjects: subjects.map((s) => (s.kind === 'User' || s.kind === 'Group' ? { ...s, apiGroup: s.apiGroup || GROUP } : s)) }
      : {}),
  } as unknown as ApiObject
}

const names = (kind: Subject['kind']) => (object: ApiObject) =>
  (asBinding(object).subjects ?? [])
    .flatMap((s) => (s.kind === kind ? [kind === 'ServiceAccount' ? `${s.namespace ?? ''}/${s.name}` : s.name] : []))
    .join(', ')

function bindingKind(kind: 'RoleBinding' | 'ClusterRoleBinding'): Kind {
  const namespaced = kind === 'RoleBinding'
  const binding = namespaced ? 'roleBinding' : 'clusterRoleBinding'
  return {
    group: GROUP,
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
    defaults: withGroups,
    validate: validate(namespaced),
    validateUpdate: (object, old) => {
      const { apiGroup, kind: to, name } = asBinding(object).roleRef
      const changed = !equalJson(asBinding(object).roleRef, asBinding(old).roleRef)
      return [
        ...validate(namespaced)(object),
        ...(changed ? wrong(Path.root('roleRef'), { APIGroup: apiGroup, Kind: to, Name: name }, 'field is immutable') : NONE),
      ]
    },
    columns: [
      nameColumn,
      column(
        'Role',
        `roleRef can ${namespaced ? 'reference a Role in the current namespace or' : 'only reference'} a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.`,
        (o) => `${asBinding(o).roleRef.kind}/${asBinding(o).roleRef.name}`,
      ),
      ageColumn,
      column('Users', `Users in the ${binding}`, names('User'), wide),
      column('Groups', `Groups in the ${binding}`, names('Group'), wide),
      column('ServiceAccounts', `ServiceAccounts in the ${binding}`, names('ServiceAccount'), wide),
    ],
  }
}

export const roleBinding = bindingKind('RoleBinding')
export const clusterRoleBinding = bindingKind('ClusterRoleBinding')
