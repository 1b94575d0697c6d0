// What the kinds that make Pods from a template share: how they read, what raises their generation, their status' counts.
// Upstream: kubernetes pkg/apis/apps/validation/validation.go

import { isObject, type Json } from '../../base/json'
import { equalSemantic } from '../../base/equal'
import { specOf, type ApiObject, type JsonObject } from '../object'
import { selectorValue, type SelectorObject } from '../validation/labelSelector'
import { NONE, nonNegative, Path, wrong, type Errors } from '../validation/rules'
import type { PodTemplate } from './pod/template'
import { podNamesWarning, templateWarnings } from './pod/warnings'

export interface WorkloadSpec extends JsonObject {
  readonly replicas?: number
  readonly minReadySeconds?: number
  readonly revisionHistoryLimit?: number
  readonly selector?: SelectorObject
  readonly template: PodTemplate
}

export const workloadSpecOf = (object: ApiObject): WorkloadSpec => specOf<WorkloadSpec>(object)
export const statusOf = (object: ApiObject): JsonObject => (isObject(object.status) ? object.status : {})
export const templateOf = (object: ApiObject): PodTemplate => workloadSpecOf(object).template ?? ({ spec: {} } as PodTemplate)
export const count = (object: ApiObject, field: string): number => (statusOf(object)[field] as number | undefined) ?? 0

/** Warnings of a new name, and of the template when it is new or may have changed. `named`: the Pods are named after the object. */
export const workloadWarnings =
  (named: boolean, read = templateOf, at: Path = Path.root('spec').child('template'), ofSpec?: (object: ApiObject) => readonly string[]) =>
  (object: ApiObject, old: ApiObject | null): readonly string[] => [
    ...(named && !old ? podNamesWarning(object.metadata.name) : []),
    ...(old && old.metadata.generation === object.metadata.generation
      ? []
      : [...(ofSpec?.(object) ?? []), ...templateWarnings(read(object), at)]),
  ]

/** `app=web,tier in (a,b)`: a selector as a table prints it. Upstream: metav1.FormatLabelSelector. */
export function selectorText(selector: SelectorObject | undefined): string {
  if (!selector) return '<none>'
  const { matchLabels = {}, matchExpressions = [] } = selector
  const words = [
    ...Object.entries(matchLabels).map(([key, value]) => [key, `${key}=${value}`] as const),
    ...matchExpressions.map(({ key = '', operator, values = [] }) => [key, requirementText(key, operator ?? '', values)] as const),
  ]
  const sorted = words.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, text]) => text)
  return sorted.length === 0 ? '<none>' : sorted.join(',')
}

function requirementText(key: string, operator: string, values: readonly string[]): string {
  const list = `(${[...values].sort().join(',')})`
  return operator === 'In' ? `${key} in ${list}` : operator === 'NotIn' ? `${key} notin ${list}` : operator === 'Exists' ? key : `!${key}`
}

/** `printed`: how Go prints the field, where its type's names are not those of the JSON. */
export function immutable(
  field: string,
  object: ApiObject,
  old: ApiObject,
  printed: (value: Json | undefined) => Json = (value) => value ?? null,
): Errors {
  const value = specOf<JsonObject>(object)[field]
  return equalSemantic(value, specOf<JsonObject>(old)[field])
    ? NONE
    : wrong(
        Path.root('spec').child(field),
        field === 'selector' ? selectorValue(workloadSpecOf(object).selector) : printed(value),
        'field is immutable',
      )
}

/** Counts of a status: none below zero, none above the total it is part of. `limits`: count → what it may not exceed. */
export function validateCounts(
  object: ApiObject,
  counts: readonly string[],
  limits: readonly (readonly [string, string, string])[],
): Errors {
  const at = Path.root('status')
  const status = statusOf(object) as Readonly<Record<string, number | undefined>>
  return [
    ...counts.flatMap((name) => nonNegative(status[name], at.child(name))),
    ...limits.flatMap(([name, total, text]) =>
      (status[name] ?? 0) > (status[total] ?? 0) ? wrong(at.child(name), status[name] ?? 0, `cannot be greater than ${text}`) : NONE,
    ),
  ]
}

/** How often a name was taken already only grows. */
export function collisionsUpdate(object: ApiObject, old: ApiObject): Errors {
  const [now, before] = [statusOf(object).collisionCount, statusOf(old).collisionCount] as readonly (number | undefined)[]
  return before !== undefined && (now === undefined || now < before)
    ? wrong(Path.root('status').child('collisionCount'), now ?? 0, 'cannot be decremented')
    : NONE
}

/** What the status of a ReplicaSet or ReplicationController must be. */
export const replicaCounts = (object: ApiObject): Errors =>
  validateCounts(
    object,
    ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
    [
      ['fullyLabeledReplicas', 'replicas', 'status.replicas'],
      ['readyReplicas', 'replicas', 'status.replicas'],
      ['availableReplicas', 'replicas', 'status.replicas'],
      ['availableReplicas', 'readyReplicas', 'readyReplicas'],
    ],
  )
