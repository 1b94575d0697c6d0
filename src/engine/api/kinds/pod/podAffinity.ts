// Which Pods a Pod wants near it or far from it, and the label keys by which a selector is narrowed with the Pod's own values.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validatePodAffinity, validatePodAffinityTerm, validateMatchLabelKeysAndMismatchLabelKeys)

import type { JsonObject } from '../../object'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { labelKeyErrors } from '../../validation/labels'
import { dnsLabelErrors } from '../../validation/names'
import { each, missing, named, NONE, notAllowed, wrong, type Errors, type Path, type Validate } from '../../validation/rules'

interface AffinityTerm extends JsonObject {
  readonly topologyKey?: string
  readonly labelSelector?: SelectorObject
  readonly namespaceSelector?: SelectorObject
  readonly namespaces?: readonly string[]
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

/** Affinity between Pods, of either sign. */
export function validatePodAffinity(affinity: JsonObject | undefined, at: Path): Errors {
  const term: Validate<AffinityTerm> = (given, place) => {
    const { topologyKey = '', labelSelector, namespaceSelector, namespaces = [] } = given
    const key = place.child('topologyKey')
    return [
      ...validateLabelSelector(labelSelector, place.child('labelSelector')),
      ...validateLabelSelector(namespaceSelector, place.child('namespaceSelector')),
      ...namespaces.flatMap((name) => named(name, place.child('namespace'), dnsLabelErrors)),
      ...validateLabelKeys(given, place),
      ...(topologyKey === '' ? missing(key, 'can not be empty') : NONE),
      ...named(topologyKey, key, labelKeyErrors),
    ]
  }
  return ['podAffinity', 'podAntiAffinity'].flatMap((which) => {
    const { requiredDuringSchedulingIgnoredDuringExecution: hard, preferredDuringSchedulingIgnoredDuringExecution: soft } = (affinity?.[
      which
    ] ?? {}) as {
      requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[]
      preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight?: number; readonly podAffinityTerm?: AffinityTerm }[]
    }
    const place = at.child(which)
    return [
      ...each(hard, place.child('requiredDuringSchedulingIgnoredDuringExecution'), term),
      ...each(soft, place.child('preferredDuringSchedulingIgnoredDuringExecution'), ({ weight = 0, podAffinityTerm = {} }, p) => [
        ...(weight < 1 || weight > 100 ? wrong(p.child('weight'), weight, 'must be in the range 1-100') : NONE),
        ...term(podAffinityTerm, p.child('podAffinityTerm')),
      ]),
    ]
  })
}

/** Keys whose values come from the Pod itself: they narrow a selector, so there must be one, and it may not name them as well. */
export function validateLabelKeys({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: AffinityTerm, at: Path): Errors {
  const keys = (list: readonly string[], place: Path) =>
    list.length > 0 && !labelSelector
      ? notAllowed(place, 'must not be specified when labelSelector is not set')
      : each(list, place, (key, p) => named(key, p, labelKeyErrors))
  const match = at.child('matchLabelKeys')
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}))
  return [
    ...keys(matchLabelKeys, match),
    ...keys(mismatchLabelKeys, at.child('mismatchLabelKeys')),
    ...(labelSelector?.matchExpressions ?? []).flatMap(({ key = '' }) => {
      const i = matchLabelKeys.lastIndexOf(key)
      const again = i >= 0 && seen.has(key)
      seen.add(key)
      return again ? wrong(at.index(i), key, 'exists in both matchLabelKeys and labelSelector') : NONE
    }),
    ...matchLabelKeys.flatMap((key, i) =>
      mismatchLabelKeys.includes(key) ? wrong(match.index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys') : NONE,
    ),
  ]
}
