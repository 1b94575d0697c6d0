// How a Pod asks for its like to be spread over zones, hosts, ….
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateTopologySpreadConstraints)

import type { JsonObject } from '../../object'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { each, missing, NONE, oneOf, repeated, unsupported, wrong, type Errors, type Path, type Validate } from '../../validation/rules'
import { validateLabelKeys } from './podAffinity'
import type { PodSpec } from './types'

interface Spread extends JsonObject {
  readonly maxSkew?: number
  readonly topologyKey?: string
  readonly whenUnsatisfiable?: string
  readonly minDomains?: number
  readonly nodeAffinityPolicy?: string
  readonly nodeTaintsPolicy?: string
  readonly labelSelector?: SelectorObject
  readonly matchLabelKeys?: readonly string[]
}

const HARD = 'DoNotSchedule'
const POLICIES = ['Honor', 'Ignore']

export function validateSpreads(spec: PodSpec, at: Path): Errors {
  const all = (spec.topologySpreadConstraints ?? []) as readonly Spread[]
  const pairOf = ({ topologyKey = '', whenUnsatisfiable = '' }: Spread) => `{${topologyKey}, ${whenUnsatisfiable}}`
  const last = new Map(all.map((constraint) => [pairOf(constraint), constraint]))
  const spread: Validate<Spread> = (constraint, place) => {
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable: when = '', minDomains } = constraint
    const pair = pairOf(constraint)
    return [
      ...(maxSkew <= 0 ? wrong(place.child('maxSkew'), maxSkew, 'must be greater than zero') : NONE),
      ...(topologyKey === '' ? missing(place.child('topologyKey'), 'can not be empty') : NONE),
      ...([HARD, 'ScheduleAnyway'].includes(when) ? NONE : unsupported(place.child('whenUnsatisfiable'), when, [HARD, 'ScheduleAnyway'])),
      ...(last.get(pair) === constraint ? NONE : repeated(place.child('{topologyKey, whenUnsatisfiable}'), pair)),
      ...(minDomains !== undefined && minDomains <= 0 ? wrong(place.child('minDomains'), minDomains, 'must be greater than zero') : NONE),
      ...(minDomains !== undefined && when !== HARD
        ? wrong(place.child('minDomains'), minDomains, `can only use minDomains if whenUnsatisfiable=${HARD}, not ${when}`)
        : NONE),
      ...oneOf(constraint.nodeAffinityPolicy, POLICIES, place.child('nodeAffinityPolicy')),
      ...oneOf(constraint.nodeTaintsPolicy, POLICIES, place.child('nodeTaintsPolicy')),
      ...validateLabelKeys(constraint, place),
      ...validateLabelSelector(constraint.labelSelector, place.child('labelSelector')),
    ]
  }
  return each(all, at.child('topologySpreadConstraints'), spread)
}
