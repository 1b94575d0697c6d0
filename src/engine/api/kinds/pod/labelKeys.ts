// matchLabelKeys and mismatchLabelKeys name labels of the Pod itself: at its creation their values become part of the selectors beside them,
// so that the scheduler need not know the Pod's labels later.
// Upstream: kubernetes pkg/registry/core/pod/strategy.go (mutatePodAffinity, mutateTopologySpreadConstraints)

import type { JsonObject } from '../../object'
import type { Pod } from './types'

type Labels = Readonly<Record<string, string>>

export function withLabelKeys(pod: Pod): Pod {
  const { affinity, topologySpreadConstraints } = pod.spec
  if (!affinity && !topologySpreadConstraints) return pod
  const labels = pod.metadata.labels ?? {}
  const spec = {
    ...pod.spec,
    ...(affinity && { affinity: withAffinity(affinity, labels) }),
    ...(topologySpreadConstraints && { topologySpreadConstraints: topologySpreadConstraints.map((c) => withSelector(c, labels)) }),
  }
  return { ...pod, spec }
}

function withAffinity(affinity: JsonObject, labels: Labels): JsonObject {
  const out: Record<string, JsonObject[string]> = { ...affinity }
  for (const side of ['podAffinity', 'podAntiAffinity']) {
    const written = affinity[side] as Affinity | undefined
    if (!written) continue
    const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } = written
    out[side] = {
      ...written,
      ...(required && { requiredDuringSchedulingIgnoredDuringExecution: required.map((t) => withSelector(t, labels)) }),
      ...(preferred && {
        preferredDuringSchedulingIgnoredDuringExecution: preferred.map((p) => ({
          ...p,
          podAffinityTerm: withSelector(p.podAffinityTerm, labels),
        })),
      }),
    }
  }
  return out
}

interface Affinity extends JsonObject {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly JsonObject[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly (JsonObject & { readonly podAffinityTerm: JsonObject })[]
}

/** Without a selector nothing is meant, and nothing is added; a label that the Pod lacks adds nothing either. */
function withSelector(term: JsonObject, labels: Labels): JsonObject {
  const selector = term.labelSelector as JsonObject | undefined
  const more = [...requirements(term.matchLabelKeys, 'In', labels), ...requirements(term.mismatchLabelKeys, 'NotIn', labels)]
  if (!selector || more.length === 0) return term
  const known = (selector.matchExpressions ?? []) as readonly JsonObject[]
  return { ...term, labelSelector: { ...selector, matchExpressions: [...known, ...more] } }
}

function requirements(keys: JsonObject[string] | undefined, operator: string, labels: Labels): JsonObject[] {
  return ((keys ?? []) as readonly string[]).flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]))
}
