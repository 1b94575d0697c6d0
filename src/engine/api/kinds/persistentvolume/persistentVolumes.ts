// Claims, volumes and storage classes as the scheduler and the controllers read them, and which volume is right for which claim.
// Upstream: component-helpers storage/{volume/helpers,volume/pv_helpers,ephemeral/ephemeral}.go

import type { Node } from '../node'
import type { NodeSelector, Pod, Volume } from '../pod/types'
import type { ClaimSpec } from '../persistentvolumeclaim/spec'
import { matchesNodeSelectorTerm } from '../pod/nodeAffinity'
import type { ApiObject, JsonObject } from '../../object'
import { compareQuantities } from '../../scalars/quantity'
import { labelSelectorOf, matchesLabels } from '../../selectors/labelSelector'

export interface PersistentVolumeClaim extends ApiObject {
  readonly spec: ClaimSpec
  readonly status?: JsonObject & { readonly phase?: string }
}

export interface PersistentVolume extends ApiObject {
  readonly spec: JsonObject & {
    readonly accessModes?: readonly string[]
    readonly capacity?: Readonly<Record<string, string>>
    readonly claimRef?: JsonObject & { readonly namespace?: string; readonly name?: string; readonly uid?: string }
    readonly csi?: JsonObject & { readonly driver: string; readonly volumeHandle: string }
    readonly hostPath?: JsonObject & { readonly path: string }
    readonly nodeAffinity?: { readonly required?: NodeSelector }
    readonly persistentVolumeReclaimPolicy?: string
    readonly storageClassName?: string
    readonly volumeAttributesClassName?: string
    readonly volumeMode?: string
  }
  readonly status?: JsonObject & { readonly phase?: string }
}

export interface StorageClass extends ApiObject {
  readonly provisioner: string
  readonly volumeBindingMode?: string
  readonly allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[]
  }[]
}

export interface ClaimUse {
  readonly name: string
  /** Made by the ephemeral volume controller for this Pod. */
  readonly ephemeral: boolean
}

/** The claims that the Pod's volumes name, and those of its ephemeral volumes. */
export const claimsOf = (pod: Pod): readonly ClaimUse[] => (pod.spec.volumes ?? []).flatMap((volume) => claimOf(pod, volume) ?? [])

/** The claim behind a volume of a Pod. */
export function claimOf({ metadata }: Pod, volume: Volume): ClaimUse | null {
  const claim = volume.persistentVolumeClaim as { readonly claimName: string } | undefined
  if (claim) return { name: claim.claimName, ephemeral: false }
  return volume.ephemeral ? { name: ephemeralClaimName(metadata.name, volume.name), ephemeral: true } : null
}

export const ephemeralClaimName = (pod: unknown, volume: unknown): string => `${String(pod)}-${String(volume)}`

/** Whether an ephemeral volume of the Pod may be that claim: another of the same name may be there. */
export const wasMadeFor = ({ metadata }: Pod, claim: ApiObject): boolean =>
  claim.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === metadata.uid) ?? false

/** What is said where that is not so. */
export const notMadeFor = ({ metadata: { namespace, name } }: Pod, claim: string): string =>
  `PVC ${namespace}/${claim} was not created for pod ${namespace}/${name} (pod is not owner)`

/** The binding is complete: of a claim. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
/** Nobody had meant this volume for this claim: of either. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
/** Where the Pod is going that a claim has waited for. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
/** By whom a volume was made. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'

export const hasAnnotation = ({ metadata }: ApiObject, name: string): boolean => metadata.annotations?.[name] !== undefined

export const classOf = ({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string =>
  metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? ''

/** An empty name is a class too: none. */
export const namesClass = (claim: PersistentVolumeClaim): boolean =>
  hasAnnotation(claim, BETA_CLASS) || claim.spec.storageClassName !== undefined

export const waitsForConsumer = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer'

export const sizeOf = ({ spec }: PersistentVolumeClaim): string => spec.resources?.requests?.storage ?? '0'
export const capacityOf = ({ spec }: PersistentVolume): string => spec.capacity?.storage ?? '0'

export function fitsNode({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required
  return !required || (required.nodeSelectorTerms ?? []).some((term) => matchesNodeSelectorTerm(term, node))
}

export const sameMode = ({ spec: a }: PersistentVolumeClaim, { spec: b }: PersistentVolume): boolean =>
  (a.volumeMode ?? 'Filesystem') === (b.volumeMode ?? 'Filesystem')

export const sameAttributes = ({ spec: a }: PersistentVolumeClaim, { spec: b }: PersistentVolume): boolean =>
  (a.volumeAttributesClassName ?? '') === (b.volumeAttributesClassName ?? '')

/** The VolumeAttributesClasses that a claim or a volume has, is to have, or is being changed to. */
export function attributesClassesOf({ spec, status }: ApiObject): readonly string[] {
  const { volumeAttributesClassName: wanted } = (spec ?? {}) as { readonly volumeAttributesClassName?: string }
  const { currentVolumeAttributesClassName: current, modifyVolumeStatus: change } = (status ?? {}) as {
    readonly currentVolumeAttributesClassName?: string
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string }
  }
  return [wanted, current, change?.targetVolumeAttributesClassName].filter((name) => name !== undefined && name !== '') as string[]
}

export const allowsModes = ({ spec: { accessModes = [] } }: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => accessModes.includes(mode))

/** Whether the volume's claimRef means this claim, by name alone while it has no uid. */
export function isBoundTo({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (claimRef?.name !== metadata.name || claimRef?.namespace !== metadata.namespace) return false
  return !claimRef?.uid || claimRef.uid === metadata.uid
}

/** The volume as it is to be written for the claim; the same one where nothing is to be written. */
export function boundTo(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { namespace, name, uid, resourceVersion } = claim.metadata
  const isMeant = isBoundTo(volume, claim)
  if (isMeant && volume.spec.claimRef?.uid) return volume
  const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion }
  const bound = { ...volume, spec: { ...volume.spec, claimRef } }
  return isMeant ? bound : withAnnotations(bound, { [BOUND_BY_CONTROLLER]: 'yes' })
}

export function withAnnotations<T extends ApiObject>(object: T, annotations: Readonly<Record<string, string>>): T {
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } } }
}

export interface Search {
  /** The scheduler's: the volume must be reachable from it. */
  readonly node?: Node
  /** Names of volumes that are spoken for. */
  readonly taken?: ReadonlySet<string>
  /** The controller's: a volume that is meant for nobody is left to the scheduler. */
  readonly leavesUnbound?: boolean
}

/** The one that is meant for the claim, or the smallest that is large enough. */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  { node, taken, leavesUnbound = false }: Search,
): PersistentVolume | undefined {
  const selector = labelSelectorOf(claim.spec.selector)
  const isReachable = (volume: PersistentVolume) => !node || fitsNode(volume, node)
  let smallest: PersistentVolume | undefined
  for (const volume of volumes) {
    const { metadata, spec, status } = volume
    const isMeant = isBoundTo(volume, claim)
    if (taken?.has(metadata.name!) || (spec.claimRef && !isMeant) || metadata.deletionTimestamp) continue
    if (compareQuantities(capacityOf(volume), sizeOf(claim)) < 0) continue
    if (!sameMode(claim, volume) || !sameAttributes(claim, volume)) continue
    if (isMeant) return isReachable(volume) ? volume : undefined
    if (leavesUnbound || status?.phase !== 'Available' || classOf(volume) !== classOf(claim)) continue
    if (selector && !matchesLabels(selector, metadata.labels)) continue
    if (!allowsModes(volume, claim) || !isReachable(volume)) continue
    if (!smallest || compareQuantities(capacityOf(volume), capacityOf(smallest)) < 0) smallest = volume
  }
  return smallest
}
