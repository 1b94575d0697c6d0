// Which objects a quota is for, by its scopes: Pods by how long they may run, by their quality of service, their priority and their affinity,
// claims by their VolumeAttributesClass. A quota that has scopes counts nothing of other kinds.
// Upstream: kubernetes pkg/quota/v1/evaluator/core/{pods,persistent_volume_claims}.go, apiserver pkg/quota/v1/generic/evaluator.go

import type { ApiObject, JsonObject } from '../../object'
import { attributesClassesOf } from '../persistentvolume/persistentVolumes'
import { qosClass } from '../pod/resources'
import type { Pod } from '../pod/types'

export interface ScopeRequirement extends JsonObject {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}

export interface Scoped {
  readonly spec: {
    readonly scopes?: readonly string[]
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] }
  }
}

export function inScope(
  { spec }: Scoped,
  { group, resource }: { readonly group: string; readonly resource: string },
  object: ApiObject,
): boolean {
  const requirements = [
    ...(spec.scopes ?? []).map((scopeName): ScopeRequirement => ({ scopeName, operator: 'Exists' })),
    ...(spec.scopeSelector?.matchExpressions ?? []),
  ]
  if (requirements.length === 0) return true
  const matches = group === '' ? MATCHES[resource] : undefined
  return matches !== undefined && requirements.every((requirement) => matches(object, requirement))
}

const MATCHES: Readonly<Record<string, (object: ApiObject, requirement: ScopeRequirement) => boolean>> = {
  pods: (object, requirement) => podMatches(object as Pod, requirement),
  persistentvolumeclaims: (object, requirement) =>
    requirement.scopeName === 'VolumeAttributesClass' && someMatches(attributesClassesOf(object), requirement),
}

function podMatches(pod: Pod, requirement: ScopeRequirement): boolean {
  const { activeDeadlineSeconds, priorityClassName } = pod.spec
  switch (requirement.scopeName) {
    case 'Terminating':
      return activeDeadlineSeconds !== undefined
    case 'NotTerminating':
      return activeDeadlineSeconds === undefined
    case 'BestEffort':
      return qosClass(pod) === 'BestEffort'
    case 'NotBestEffort':
      return qosClass(pod) !== 'BestEffort'
    case 'CrossNamespacePodAffinity':
      return affinityTerms(pod).some(({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined)
    case 'PriorityClass':
      return someMatches(priorityClassName ? [priorityClassName] : [], requirement)
    default:
      return false
  }
}

/** What is there is compared as a label is: what is absent is in no list. */
function someMatches(names: readonly string[], { operator, values = [] }: ScopeRequirement): boolean {
  if (operator === 'In') return names.some((name) => values.includes(name))
  if (operator === 'NotIn') return names.length === 0 || names.some((name) => !values.includes(name))
  return names.length > 0 === (operator === 'Exists')
}

interface AffinityTerm extends JsonObject {
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: JsonObject
}
interface Terms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm: AffinityTerm }[]
}

function affinityTerms({ spec: { affinity } }: Pod): readonly AffinityTerm[] {
  const { podAffinity, podAntiAffinity } = (affinity ?? {}) as { readonly podAffinity?: Terms; readonly podAntiAffinity?: Terms }
  return [podAffinity, podAntiAffinity].flatMap((terms) => [
    ...(terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ])
}
