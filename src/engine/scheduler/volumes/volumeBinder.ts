// Which volumes a Pod's claims would get on a node: bound ones must be reachable from it, others are matched with free volumes or provisioned.
// Leaves out: translation of in-tree volumes to CSI.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumebinding/binder.go, component-helpers storage/volume/pv_helpers.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { compareQuantities } from '../../api/quantity'
import { labelSelectorOf, matchesLabels } from '../../api/selectors'
import type { Handle } from '../framework/handle'
import type { AssumedVolumes } from './assumedVolumes'
import {
  claimsOf,
  classOf,
  fitsNode,
  isBoundTo,
  isFullyBound,
  SELECTED_NODE,
  volumeLimit,
  type Claim,
  type CsiDriver,
  type PersistentVolume,
  type StorageCapacity,
} from './claims'

export interface PodClaims {
  readonly bound: readonly Claim[]
  readonly unboundImmediate: readonly Claim[]
  /** Of classes that wait for the first consumer. */
  readonly unboundDelayed: readonly Claim[]
}

export interface PodVolumes {
  readonly bindings: readonly { readonly claim: Claim; readonly volume: PersistentVolume }[]
  readonly provisions: readonly Provision[]
}

/** A claim that its class's driver is to make a volume for. */
export interface Provision {
  readonly claim: Claim
  /** What the driver says that it has for the node; undefined: it says nothing. */
  readonly capacity: StorageCapacity | undefined
}

const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"
const NOT_ENOUGH_SPACE = 'node(s) did not have enough free storage'
const NO_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'
const NOT_SUPPORTED = 'kubernetes.io/no-provisioner'

export function podClaims(pod: Pod, volumes: AssumedVolumes): PodClaims {
  const claims = claimsOf(pod).flatMap(({ name }) => volumes.claim(pod.metadata.namespace!, name) ?? [])
  const waits = (claim: Claim) =>
    !claim.spec.volumeName && volumes.storageClass(classOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer'
  const unbound = claims.filter((c) => !isFullyBound(c))
  return { bound: claims.filter(isFullyBound), unboundImmediate: unbound.filter((c) => !waits(c)), unboundDelayed: unbound.filter(waits) }
}

/** What the claims would get, or the reasons why the node will not do. */
export function findPodVolumes(
  claims: PodClaims,
  node: Node,
  volumes: AssumedVolumes,
  handle: Handle,
): PodVolumes | { readonly reasons: readonly string[] } {
  const reasons: string[] = []
  let missing = false
  for (const claim of claims.bound) {
    const volume = volumes.volume(claim.spec.volumeName!)
    if (!volume) missing = true
    else if (!fitsNode(volume, node)) reasons.push(NODE_CONFLICT)
    if (missing || reasons.length > 0) break
  }
  const found = claims.unboundDelayed.length === 0 ? NOTHING : findUnbound(claims.unboundDelayed, node, volumes, handle)
  if ('reason' in found) reasons.push(found.reason)
  if (missing) reasons.push(NO_VOLUME)
  return reasons.length > 0 || 'reason' in found ? { reasons } : found
}

const NOTHING: PodVolumes = { bindings: [], provisions: [] }

function findUnbound(
  claims: readonly Claim[],
  node: Node,
  volumes: AssumedVolumes,
  handle: Handle,
): PodVolumes | { readonly reason: string } {
  const selected = (claim: Claim) => claim.metadata.annotations?.[SELECTED_NODE]
  if (claims.some((c) => selected(c) !== undefined && selected(c) !== node.metadata.name)) return { reason: BIND_CONFLICT }
  const toProvision = claims.filter((c) => selected(c) !== undefined)
  const bindings: { claim: Claim; volume: PersistentVolume }[] = []
  const bySize = claims.filter((c) => selected(c) === undefined).sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))
  for (const claim of bySize) {
    const taken = new Set(bindings.map((b) => b.volume.metadata.name))
    const volume = matchingVolume(claim, node, volumes, taken)
    if (volume) bindings.push({ claim, volume })
    else toProvision.push(claim)
  }
  const provisions: Provision[] = []
  for (const claim of toProvision) {
    const found = provisionOf(claim, node, volumes, handle)
    if ('reason' in found) return found
    provisions.push(found)
  }
  return { bindings, provisions }
}

/** The smallest that is big enough; one that was set aside for the claim comes first. */
function matchingVolume(
  claim: Claim,
  node: Node,
  volumes: AssumedVolumes,
  taken: ReadonlySet<string | undefined>,
): PersistentVolume | null {
  const selector = labelSelectorOf(claim.spec.selector)
  let smallest: PersistentVolume | null = null
  for (const volume of volumes.volumes()) {
    const { spec, metadata, status } = volume
    if (taken.has(metadata.name) || metadata.deletionTimestamp || (spec.claimRef && !isBoundTo(volume, claim))) continue
    if (compareQuantities(capacityOf(volume), sizeOf(claim)) < 0) continue
    if ((spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) continue
    if ((spec.volumeAttributesClassName ?? '') !== (claim.spec.volumeAttributesClassName ?? '')) continue
    if (spec.claimRef) return fitsNode(volume, node) ? volume : null
    if (status?.phase !== 'Available' || classOf(volume) !== classOf(claim) || !fitsNode(volume, node)) continue
    if (selector && !matchesLabels(selector, metadata.labels)) continue
    if (!(claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode))) continue
    if (!smallest || compareQuantities(capacityOf(volume), capacityOf(smallest)) < 0) smallest = volume
  }
  return smallest
}

function provisionOf(claim: Claim, node: Node, volumes: AssumedVolumes, handle: Handle): Provision | { readonly reason: string } {
  const storageClass = volumes.storageClass(classOf(claim))
  if (!storageClass || !storageClass.provisioner || storageClass.provisioner === NOT_SUPPORTED) return { reason: BIND_CONFLICT }
  const { labels } = node.metadata
  const allowed = storageClass.allowedTopologies
  const matches = allowed?.some((term) =>
    (term.matchLabelExpressions ?? []).every(({ key, values }) => labels?.[key] !== undefined && values.includes(labels[key])),
  )
  if (allowed?.length && !matches) return { reason: BIND_CONFLICT }
  const driver = handle.lister('csidrivers').get('', storageClass.provisioner) as CsiDriver | undefined
  if (!driver?.spec.storageCapacity) return { claim, capacity: undefined }
  const capacity = capacityFor(claim, node, handle)
  return capacity ? { claim, capacity } : { reason: NOT_ENOUGH_SPACE }
}

/** Asked only of drivers that publish their capacity. */
function capacityFor(claim: Claim, node: Node, handle: Handle): StorageCapacity | undefined {
  for (const object of handle.lister('csistoragecapacities').values()) {
    const capacity = object as StorageCapacity
    const limit = volumeLimit(capacity)
    const selector = labelSelectorOf(capacity.nodeTopology)
    if (capacity.storageClassName !== classOf(claim) || !limit || compareQuantities(limit, sizeOf(claim)) < 0) continue
    if (selector && matchesLabels(selector, node.metadata.labels)) return capacity
  }
  return undefined
}

export const sizeOf = ({ spec }: Claim) => spec.resources?.requests?.storage ?? '0'
export const capacityOf = ({ spec }: PersistentVolume) => spec.capacity?.storage ?? '0'
