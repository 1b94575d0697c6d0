// A Pod as the scheduler reads it: affinity terms are taken apart once, however often the Pod is looked at.
// Upstream: kube-scheduler framework/types.go (PodInfo, AffinityTerm)

import type { Pod } from '../../api/kinds/pod/types'
import { Recent } from '../../base/recent'
import type { JsonObject } from '../../api/object'
import { labelSelectorOf, matchesLabels, type LabelSelector } from '../../api/selectors/labelSelector'

export type Labels = Readonly<Record<string, string>>

export interface AffinityTerm {
  /** The same for every Pod that asks the same. */
  readonly key: string
  readonly topologyKey: string
  readonly namespaces: readonly string[]
  readonly namespaceSelector: LabelSelector | null
  readonly selector: LabelSelector | null
}

export interface WeightedTerm extends AffinityTerm {
  readonly weight: number
}

export interface PodInfo {
  readonly pod: Pod
  readonly terms: AffinityTerms
}

export interface AffinityTerms {
  readonly requiredAffinity: readonly AffinityTerm[]
  readonly requiredAntiAffinity: readonly AffinityTerm[]
  readonly preferredAffinity: readonly WeightedTerm[]
  readonly preferredAntiAffinity: readonly WeightedTerm[]
}

export const NO_TERMS: AffinityTerms = { requiredAffinity: [], requiredAntiAffinity: [], preferredAffinity: [], preferredAntiAffinity: [] }
const infos = new Recent<Pod, PodInfo>(1024)
const terms = new Recent<object, AffinityTerms>(1024)

export function podInfoOf(pod: Pod): PodInfo {
  return infos.get(pod) ?? infos.add(pod, { pod, terms: termsOf(pod) })
}

/** Whether the term means this Pod. `namespaceLabels` are those of the Pod's namespace. */
export function matchesAffinityTerm(
  { namespaces, namespaceSelector, selector }: AffinityTerm,
  { metadata }: Pod,
  namespaceLabels: Labels,
): boolean {
  if (selector === null) return false
  const inNamespace =
    namespaces.includes(metadata.namespace!) || (namespaceSelector !== null && matchesLabels(namespaceSelector, namespaceLabels))
  return inNamespace && matchesLabels(selector, metadata.labels)
}

function termsOf(pod: Pod): AffinityTerms {
  const { affinity } = pod.spec
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity) return NO_TERMS
  return terms.get(pod.spec) ?? terms.add(pod.spec, readTerms(pod, affinity.podAffinity as Affinity, affinity.podAntiAffinity as Affinity))
}

function readTerms(pod: Pod, near: Affinity | undefined, apart: Affinity | undefined): AffinityTerms {
  return {
    requiredAffinity: (near?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((t) => termOf(pod, t)),
    requiredAntiAffinity: (apart?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((t) => termOf(pod, t)),
    preferredAffinity: (near?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((t) => weightedOf(pod, t)),
    preferredAntiAffinity: (apart?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((t) => weightedOf(pod, t)),
  }
}

interface Term {
  readonly topologyKey: string
  readonly labelSelector?: JsonObject
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: JsonObject
}

interface Affinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly Term[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight: number; readonly podAffinityTerm: Term }[]
}

const weightedOf = (pod: Pod, { weight, podAffinityTerm }: { weight: number; podAffinityTerm: Term }): WeightedTerm => ({
  ...termOf(pod, podAffinityTerm),
  weight,
})

/** matchLabelKeys and mismatchLabelKeys have become part of the selector when the Pod was created. */
function termOf({ metadata }: Pod, { topologyKey, labelSelector, namespaces = [], namespaceSelector }: Term): AffinityTerm {
  const own = namespaces.length === 0 && namespaceSelector === undefined ? [metadata.namespace!] : namespaces
  return {
    key: JSON.stringify([topologyKey, labelSelector ?? null, own, namespaceSelector ?? null]),
    topologyKey,
    namespaces: own,
    namespaceSelector: labelSelectorOf(namespaceSelector),
    selector: labelSelectorOf(labelSelector),
  }
}
