// The PersistentVolumeClaims of a StatefulSet's Pods: made before the Pod, kept or given owners as the retention policy says.
// Upstream: kubernetes pkg/controller/statefulset/{stateful_set_utils,stateful_pod_control}.go

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject, OwnerReference } from '../../api/object'
import { ownerReference } from '../ownership'
import { isInRange, ordinalOf } from './ordinals'
import type { Claim, StatefulSet } from './types'

export const claimName = (set: StatefulSet, template: Claim, ordinal: number): string =>
  `${template.metadata.name!}-${set.metadata.name!}-${String(ordinal)}`

export const claimNames = (set: StatefulSet, pod: Pod): readonly string[] =>
  (set.spec.volumeClaimTemplates ?? []).map((template) => claimName(set, template, ordinalOf(pod)))

export function claimsOf(set: StatefulSet, pod: Pod): readonly Claim[] {
  const matchLabels = set.spec.selector.matchLabels as Readonly<Record<string, string>> | undefined
  return (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    ...template,
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    metadata: {
      ...template.metadata,
      name: claimName(set, template, ordinalOf(pod)),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata.labels, ...matchLabels },
    },
  }))
}

/** Of an earlier Pod or set of the same name: the garbage collector will take it, it is not ours. */
export function isStale({ metadata }: Claim, owner: ApiObject): boolean {
  const named = metadata.ownerReferences?.find((reference) => names(reference, owner))
  return named !== undefined && named.uid !== owner.metadata.uid
}

export const keepsWhenScaled = (set: StatefulSet): boolean => policyOf(set).whenScaled === 'Retain'

/** Another controller owns it, so that the policy cannot be followed. */
export function isContested(claim: Claim, set: StatefulSet, pod: Pod): boolean {
  const { whenDeleted, whenScaled } = policyOf(set)
  if (whenDeleted === 'Retain' && whenScaled === 'Retain') return false
  for (const reference of claim.metadata.ownerReferences ?? []) {
    const ours = [set, pod].find((owner) => names(reference, owner))
    if (ours ? reference.uid !== ours.metadata.uid : reference.controller) return true
  }
  return false
}

export function ownersAreRight(claim: Claim, set: StatefulSet, pod: Pod): boolean {
  if (isStale(claim, set) || isStale(claim, pod)) return true
  const has = (owner: ApiObject) => (claim.metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid)
  if (isContested(claim, set, pod)) return !has(set) && !has(pod)
  const ours = (claim.metadata.ownerReferences ?? []).filter(({ uid }) => uid === set.metadata.uid || uid === pod.metadata.uid)
  if (ours.some(({ controller }) => !controller)) return false
  const wished = ownersWished(set, pod)
  return has(set) === wished.includes(set) && has(pod) === wished.includes(pod)
}

/** The claim with the owners that the policy asks for, and those that are none of ours. */
export function withRightOwners(claim: Claim, set: StatefulSet, pod: Pod): Claim {
  const others = (claim.metadata.ownerReferences ?? []).filter((reference) => !names(reference, set) && !names(reference, pod))
  const wished = isContested(claim, set, pod) ? [] : ownersWished(set, pod)
  return { ...claim, metadata: { ...claim.metadata, ownerReferences: [...others, ...wished.map((owner) => ownerReference(owner))] } }
}

/** The set owns what goes with it, the Pod what goes when the set is scaled below its number. */
function ownersWished(set: StatefulSet, pod: Pod): readonly ApiObject[] {
  const { whenDeleted, whenScaled } = policyOf(set)
  const scaledDown = !isInRange(set, pod)
  if (whenScaled === 'Delete' && scaledDown) return [pod]
  return whenDeleted === 'Delete' ? [set] : []
}

const policyOf = ({ spec }: StatefulSet) => ({ whenDeleted: 'Retain', whenScaled: 'Retain', ...spec.persistentVolumeClaimRetentionPolicy })

function names({ apiVersion, kind, name }: OwnerReference, owner: ApiObject): boolean {
  return apiVersion === owner.apiVersion && kind === owner.kind && name === owner.metadata.name
}
