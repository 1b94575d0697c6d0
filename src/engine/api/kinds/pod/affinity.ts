// Which nodes a Pod asks for. Affinity between Pods: podAffinity.ts. Upstream: kubernetes pkg/apis/core/validation (ValidateNodeSelector)

import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import { operatorErrors } from '../../validation/labelSelector'
import { dnsSubdomainErrors } from '../../validation/names'
import { each, missing, named, NONE, wrong, type Errors, type Path, type Validate } from '../../validation/rules'
import type { Affinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from './types'

export function validateAffinity(affinity: Affinity | undefined, at: Path): Errors {
  const node = affinity?.nodeAffinity
  if (!node) return NONE
  const place = at.child('nodeAffinity')
  const hard = node.requiredDuringSchedulingIgnoredDuringExecution
  return [
    ...(hard ? validateNodeSelector(hard, place.child('requiredDuringSchedulingIgnoredDuringExecution')) : NONE),
    ...each(
      node.preferredDuringSchedulingIgnoredDuringExecution,
      place.child('preferredDuringSchedulingIgnoredDuringExecution'),
      ({ weight, preference }, p) => [
        ...(weight < 1 || weight > 100 ? wrong(p.child('weight'), weight, 'must be in the range 1-100') : NONE),
        ...validateWish(preference ?? {}, p.child('preference')),
      ],
    ),
  ]
}

export function validateNodeSelector({ nodeSelectorTerms }: NodeSelector, at: Path): Errors {
  const terms = at.child('nodeSelectorTerms')
  return nodeSelectorTerms?.length
    ? each(nodeSelectorTerms, terms, validateTerm)
    : missing(terms, 'must have at least one node selector term')
}

const validateTerm: Validate<NodeSelectorTerm> = (term, at) => [
  ...each(term.matchExpressions, at.child('matchExpressions'), validateExpressionAndValues),
  ...each(term.matchFields, at.child('matchFields'), validateFieldMatch),
]

/** A wish for a value that no label can have is warned of. */
const validateWish: Validate<NodeSelectorTerm> = (term, at) => [
  ...each(term.matchExpressions, at.child('matchExpressions'), validateExpression),
  ...each(term.matchFields, at.child('matchFields'), validateFieldMatch),
]

const validateExpressionAndValues: Validate<NodeSelectorRequirement> = (requirement, at) => [
  ...validateExpression(requirement, at),
  ...each(requirement.values, at.child('values'), (value, place) => named(value, place, labelValueErrors)),
]

const validateExpression: Validate<NodeSelectorRequirement> = ({ key, operator, values = [] }, at) => [
  ...nodeOperatorErrors(operator, values, at),
  ...named(key ?? '', at.child('key'), labelKeyErrors),
]

/** A node's labels can be compared as numbers, too. */
function nodeOperatorErrors(operator: string, values: readonly string[], at: Path): Errors {
  if (operator !== 'Gt' && operator !== 'Lt') return operatorErrors({ operator, values }, at)
  return values.length === 1 ? NONE : missing(at.child('values'), "must be specified single value when `operator` is 'Lt' or 'Gt'")
}

const validateFieldMatch: Validate<NodeSelectorRequirement> = ({ key, operator, values = [] }, at) => [
  ...(operator === 'In' || operator === 'NotIn'
    ? values.length === 1
      ? NONE
      : missing(at.child('values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
    : wrong(at.child('operator'), operator ?? '', 'not a valid selector operator')),
  ...(key === 'metadata.name'
    ? each(values, at.child('values'), (value, place) => named(value, place, dnsSubdomainErrors))
    : wrong(at.child('key'), key ?? '', 'not a valid field selector key')),
]
