// Claims, volumes, storage classes and what CSI drivers say of themselves, as the scheduler reads them.
// Upstream: component-helpers storage/volume/{helpers,pv_helpers}.go, storage/ephemeral

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { matchesTerm, type NodeSelectorTerm } from '../../api/nodeAffinity'
import type { ApiObject, JsonObject } from '../../api/object'
import type { ClusterEvent } from '../framework/events'

export interface Claim extends ApiObject {
  readonly spec: {
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> }
    readonly selector?: JsonObject
    readonly storageClassName?: string
    readonly volumeAttributesClassName?: string
    readonly volumeMode?: string
    readonly volumeName?: string
  }
  readonly status?: { readonly phase?: string }
}

export interface PersistentVolume extends ApiObject {
  readonly spec: JsonObject & {
    readonly accessModes?: readonly string[]
    readonly capacity?: Readonly<Record<string, string>>
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string }
    readonly csi?: { readonly driver: string; readonly volumeHandle: string }
    readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] } }
    readonly storageClassName?: string
    readonly volumeAttributesClassName?: string
    readonly volumeMode?: string
  }
  readonly status?: { readonly phase?: string }
}

export interface StorageClass extends ApiObject {
  readonly provisioner: string
  readonly volumeBindingMode?: string
  readonly allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[]
  }[]
}

export interface CsiDriver extends ApiObject {
  readonly spec: { readonly storageCapacity?: boolean; readonly preventPodSchedulingIfMissing?: boolean }
}

export interface StorageCapacity extends ApiObject {
  readonly storageClassName: string
  readonly nodeTopology?: JsonObject
  readonly capacity?: string
  readonly maximumVolumeSize?: string
}

/** How large a new volume may be; maximumVolumeSize is the more precise. */
export const volumeLimit = ({ capacity, maximumVolumeSize }: StorageCapacity): string | undefined => maximumVolumeSize ?? capacity

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

export interface ClaimUse {
  readonly name: string
  /** Made by the ephemeral volume controller for this Pod. */
  readonly ephemeral: boolean
}

/** The claims that the Pod's volumes name, and those of its ephemeral volumes. */
export function claimsOf({ metadata, spec }: Pod): readonly ClaimUse[] {
  return (spec.volumes ?? []).flatMap((volume): ClaimUse[] => {
    const claim = volume.persistentVolumeClaim as { readonly claimName: string } | undefined
    if (claim) return [{ name: claim.claimName, ephemeral: false }]
    return volume.ephemeral ? [{ name: `${metadata.name}-${volume.name}`, ephemeral: true }] : []
  })
}

/** Hint: the claim of the event is one of the Pod's. */
export function isOwnClaim(pod: Pod, { new: claim }: ClusterEvent): boolean {
  return claim?.metadata.namespace === pod.metadata.namespace && claimsOf(pod).some(({ name }) => name === claim?.metadata.name)
}

export const classOf = ({ metadata, spec }: Claim | PersistentVolume): string =>
  metadata.annotations?.[CLASS_ANNOTATION] ?? spec.storageClassName ?? ''

export const isFullyBound = ({ metadata, spec }: Claim): boolean =>
  !!spec.volumeName && metadata.annotations?.[BIND_COMPLETED] !== undefined

export function fitsNode({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required
  return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node))
}

/** Whether the volume's claimRef means this claim, by name if it has no uid yet. */
export function isBoundTo({ spec: { claimRef } }: PersistentVolume, { metadata }: Claim): boolean {
  if (claimRef?.name !== metadata.name || claimRef?.namespace !== metadata.namespace) return false
  return !claimRef?.uid || claimRef.uid === metadata.uid
}

export const notFound = (resource: string, name: string) => `${resource} "${name}" not found`
