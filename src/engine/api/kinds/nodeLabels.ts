// Labels of nodes that are no longer to be used, and what who selects nodes by one is warned of.
// Upstream: kubernetes pkg/api/node/util.go, pkg/api/storage/util.go

import type { SelectorObject, SelectorRequirement } from '../validation/labelSelector'
import { labelValueErrors } from '../validation/labels'
import type { Path } from '../validation/rules'

type Texts = readonly string[]

interface Terms {
  readonly matchExpressions?: readonly SelectorRequirement[]
}

/** What is said of each. */
export const DEPRECATED_LABELS: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
])

/** `at` stands for the label itself: upstream does not name it there. */
export const labelWarnings = (key: string, at: Path): Texts => (DEPRECATED_LABELS.has(key) ? [`${at}: ${DEPRECATED_LABELS.get(key)}`] : [])

/** Of a term that selects nodes. `withValues`: an invalid one is a wish that none fulfils, and no error. */
export function nodeTermWarnings({ matchExpressions = [] }: Terms, at: Path, withValues = false): Texts {
  return matchExpressions.flatMap(({ key = '', values = [] }, i) => {
    const place = at.child('matchExpressions').index(i)
    return [
      ...(DEPRECATED_LABELS.has(key) ? [`${place.child('key')}: ${key} is ${DEPRECATED_LABELS.get(key)}`] : []),
      ...(withValues
        ? values.flatMap((value, k) =>
            labelValueErrors(value).map((text) => `${place.child('values').index(k)}: ${value} is invalid, ${text}`),
          )
        : []),
    ]
  })
}

export const nodeSelectorWarnings = (selector: SelectorObject | undefined, at: Path): Texts => [
  ...nodeTermWarnings({ matchExpressions: selector?.matchExpressions ?? [] }, at),
  ...Object.keys(selector?.matchLabels ?? {}).flatMap((key) => labelWarnings(key, at.child('matchLabels', key))),
]
