// PodDisruptionBudget, policy/v1.
// Upstream: kubernetes pkg/registry/policy/poddisruptionbudget, pkg/apis/policy/validation

import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { validateConditions, type Condition } from '../../validation/conditions'
import { notOver100Percent, validateIntOrPercent, type IntOrPercent } from '../../validation/intOrPercent'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { NONE, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, integer, nameColumn } from '../columns'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { count, statusOf, validateCounts } from '../workload'

interface Spec extends JsonObject {
  readonly minAvailable?: IntOrPercent
  readonly maxUnavailable?: IntOrPercent
  readonly selector?: SelectorObject
  readonly unhealthyPodEvictionPolicy?: string
}

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget']
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const spec = specOf<Spec>(object)
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec
  const printed = {
    MinAvailable: minAvailable ?? null,
    Selector: selector ?? null,
    MaxUnavailable: maxUnavailable ?? null,
    UnhealthyPodEvictionPolicy: policy ?? null,
  }
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? wrong(at, printed, 'minAvailable and maxUnavailable cannot be both set')
      : NONE),
    ...(['minAvailable', 'maxUnavailable'] as const).flatMap((field) => [
      ...validateIntOrPercent(spec[field], at.child(field)),
      ...notOver100Percent(spec[field], at.child(field)),
    ]),
    ...validateLabelSelector(selector, at.child('selector')),
    ...(policy === undefined || POLICIES.includes(policy) ? NONE : unsupported(at.child('unhealthyPodEvictionPolicy'), policy, POLICIES)),
  ]
}

const validateStatus = (object: ApiObject): Errors => [
  ...validateConditions(statusOf(object).conditions as readonly Condition[] | undefined, Path.root('status').child('conditions')),
  ...validateCounts(object, COUNTS, []),
]

export const podDisruptionBudget: Kind = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'poddisruptionbudgets',
  schema: types.struct('PodDisruptionBudget'),
  nameRule: 'pathSegment',
  anyFinalizer: true,
  hasGeneration: true,
  allowUnconditionalUpdate: false,
  prepareForCreate: (object) => ({
    ...object,
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate,
  validateUpdate: validate,
  subresources: { status: { ...statusSubresource, validateUpdate: validateStatus } },
  columns: [
    nameColumn,
    column('Min Available', 'The minimum number of pods that must be available.', (o) => amount(specOf<Spec>(o).minAvailable)),
    column('Max Unavailable', 'The maximum number of pods that may be unavailable.', (o) => amount(specOf<Spec>(o).maxUnavailable)),
    column(
      'Allowed Disruptions',
      'Calculated number of pods that may be disrupted at this time.',
      (o) => count(o, 'disruptionsAllowed'),
      integer,
    ),
    ageColumn,
  ],
}

function amount(value: IntOrPercent | undefined): string {
  return value === undefined ? 'N/A' : String(value)
}
