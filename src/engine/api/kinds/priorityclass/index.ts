// PriorityClass, scheduling.k8s.io/v1: a name for a Pod's priority.
// Upstream: kubernetes pkg/apis/scheduling

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { NONE, notAllowed, oneOf, Path, wrong } from '../../validation/rules'
import { ageColumn, boolean, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface PriorityClass extends ApiObject {
  readonly value: number
  readonly globalDefault?: boolean
  readonly preemptionPolicy?: string
  readonly description?: string
}
const HIGHEST_USER = 1_000_000_000
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
])
const asClass = (object: ApiObject) => object as PriorityClass

function strangeSystemClass({ value, globalDefault = false, metadata: { name = '' } }: PriorityClass): string | null {
  const known = SYSTEM.get(name)
  if (known === undefined) return `${name} is not a known system priority class`
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : null
}

const validate = (object: ApiObject) => {
  const { value, preemptionPolicy } = asClass(object)
  const system = object.metadata.name?.startsWith('system-')
  const strange = system ? strangeSystemClass(asClass(object)) : null
  return [
    ...(strange
      ? notAllowed(
          Path.root('metadata').child('name'),
          `priority class names with 'system-' prefix are reserved for system use only. error: ${strange}`,
        )
      : NONE),
    ...(value > HIGHEST_USER && !system
      ? notAllowed(Path.root('value'), `maximum allowed value of a user defined priority is ${HIGHEST_USER}`)
      : NONE),
    ...oneOf(preemptionPolicy, ['PreemptLowerPriority', 'Never'], Path.root('preemptionPolicy')),
  ]
}

export const priorityClass: Kind = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'priorityclasses',
  schema: types.struct('PriorityClass'),
  undeletable: (name) => (SYSTEM.has(name) ? 'this is a system priority class and cannot be deleted' : undefined),
  defaults: (object) => ({ preemptionPolicy: 'PreemptLowerPriority', ...object }),
  prepareForCreate: (object) => ({ ...object, metadata: { ...object.metadata, generation: 1 } }),
  validate,
  validateUpdate: (object, old) => [
    ...(asClass(object).value === asClass(old).value ? NONE : notAllowed(Path.root('value'), 'may not be changed in an update.')),
    ...(asClass(object).preemptionPolicy === asClass(old).preemptionPolicy
      ? NONE
      : wrong(Path.root('preemptionPolicy'), asClass(object).preemptionPolicy ?? null, 'field is immutable')),
  ],
  columns: [
    nameColumn,
    column(
      'Value',
      'value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec.',
      (o) => asClass(o).value ?? 0,
      { type: 'integer' },
    ),
    column(
      'Global-Default',
      'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority.',
      (o) => asClass(o).globalDefault ?? false,
      boolean,
    ),
    ageColumn,
    column(
      'PreemptionPolicy',
      'preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.',
      (o) => asClass(o).preemptionPolicy ?? '',
    ),
  ],
}
