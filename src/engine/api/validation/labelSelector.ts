// The LabelSelector of specs: `matchLabels` and `matchExpressions`.
// Upstream: apimachinery pkg/apis/meta/v1/validation/validation.go

import type { Json, JsonObject } from '../object'
import { labelSelectorOf, matchesLabels } from '../selectors/labelSelector'
import { labelKeyErrors, labelValueErrors } from './labels'
import { validateLabels } from './objectMeta'
import { each, missing, named, NONE, notAllowed, Path, wrong, type Errors, type Validate } from './rules'

export interface SelectorRequirement extends JsonObject {
  readonly key?: string
  readonly operator?: string
  readonly values?: readonly string[]
}

const NOWHERE = Path.root()

export interface SelectorObject extends JsonObject {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly SelectorRequirement[]
}

export function validateLabelSelector(selector: SelectorObject | undefined, at: Path): Errors {
  if (!selector) return NONE
  return [
    ...validateLabels(selector.matchLabels, at.child('matchLabels')),
    ...each(selector.matchExpressions, at.child('matchExpressions'), validateRequirement),
  ]
}

/** A workload's selector: there, not empty, and one that its template's labels match. `empty`: what an empty one is invalid for. */
export function validateWorkloadSelector(
  selector: SelectorObject | undefined,
  labels: Readonly<Record<string, string>> | undefined,
  spec: Path,
  empty: string,
): Errors {
  const at = spec.child('selector')
  const unmatched = wrong(spec.child('template', 'metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`')
  if (!selector) return [...missing(at), ...unmatched]
  return [
    ...validateLabelSelector(selector, at),
    ...(isEmptySelector(selector) ? wrong(at, selectorValue(selector), empty) : NONE),
    ...(!isSelector(selector)
      ? wrong(at, selectorValue(selector), 'invalid label selector')
      : matchesLabels(labelSelectorOf(selector)!, labels ?? {})
        ? NONE
        : unmatched),
  ]
}

/** A selector as a bad value is shown: its fields in the order of Go's struct, its labels sorted, what is empty left out. */
export function selectorValue(selector: SelectorObject | undefined): Json {
  if (!selector) return null
  const { matchLabels = {}, matchExpressions = [] } = selector
  const labels = Object.entries(matchLabels).sort(([a], [b]) => (a < b ? -1 : 1))
  const requirements = matchExpressions.map(({ key = '', operator = '', values = [] }) => ({
    key,
    operator,
    ...(values.length > 0 ? { values } : {}),
  }))
  return {
    ...(labels.length > 0 ? { matchLabels: Object.fromEntries(labels) } : {}),
    ...(requirements.length > 0 ? { matchExpressions: requirements } : {}),
  }
}

export function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: SelectorObject): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0
}

/** Whether a selector can be made of it at all. */
export function isSelector({ matchLabels = {}, matchExpressions = [] }: SelectorObject): boolean {
  const fine = (key: string, values: readonly string[]) =>
    labelKeyErrors(key).length === 0 && values.every((v) => labelValueErrors(v).length === 0)
  return (
    Object.entries(matchLabels).every(([key, value]) => fine(key, [value])) &&
    matchExpressions.every(
      (requirement) => fine(requirement.key ?? '', requirement.values ?? []) && operatorErrors(requirement, NOWHERE).length === 0,
    )
  )
}

const validateRequirement: Validate<SelectorRequirement> = (requirement, at) => [
  ...operatorErrors(requirement, at),
  ...requirementNameErrors(requirement, at),
]

export const requirementNameErrors: Validate<SelectorRequirement> = ({ key = '', values = [] }, at) => [
  ...named(key, at.child('key'), labelKeyErrors),
  ...values.flatMap((value, i) => named(value, at.child('values').index(i), labelValueErrors)),
]

/** `unknownToo`: a client may know more operators than the server. */
export function operatorErrors({ operator = '', values = [] }: SelectorRequirement, at: Path, unknownToo = false): Errors {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? NONE : missing(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? NONE
        : notAllowed(at.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    default:
      return unknownToo ? NONE : wrong(at.child('operator'), operator, 'not a valid selector operator')
  }
}
